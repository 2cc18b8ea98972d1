"""Meter values that wait for their StopTransaction: two series, one of them by the clock."""

from ..journal.record import KEPT, KEPT_CLOCK, parts_of

# A StopTransaction carries so many samples at most, besides those of the start and the end.
_MAX = 22


def _kind(context: str) -> str:
    return KEPT_CLOCK if context == "Sample.Clock" else KEPT


def _kind_of(path: str) -> str:
    _sequence, kind, _connector, _number = parts_of(path[path.rfind("/") + 1 :])
    return kind


def _evenly(paths) -> list:
    """Of each series the second, fourth, sixth … (errata 3.91)."""
    stays = []
    odd = {}
    for path in paths:
        kind = _kind_of(path)
        odd[kind] = not odd.get(kind)
        if not odd[kind]:
            stays.append(path)
    return stays


class Kept:
    """What is kept in the journal; what is to go of it goes in pieces, by step()."""

    def __init__(self, journal):
        self._journal = journal
        self._drops = []  # paths that are to go

    @property
    def busy(self) -> bool:
        """Whether step() has something to do."""
        return bool(self._drops)

    def step(self):
        """Remove one that is to go."""
        self._journal.sidecar.drop(self._drops.pop(0))

    def add(self, connector: int, number: int, context: str, text: str):
        """Keep a sample. Raises OSError when flash is full."""
        self._journal.append(_kind(context), connector, number, text)

    def paths(self, connector: int, number: int, context: "str | None" = None) -> list:
        """The paths of a transaction's in order, of one context or of all."""
        found = [path for path in self._journal.sidecar.kept(connector, number) if path not in self._drops]
        return found if context is None else [path for path in found if _kind_of(path) == _kind(context)]

    def thin(self, connector: int, number: int, context: "str | None") -> int:
        """Let the first, third, fifth … of one context go, or of each (errata 3.91); how many are left."""
        paths = self.paths(connector, number, context)
        stays = _evenly(paths)
        self._drops.extend([path for path in paths if path not in stays])
        return len(stays)

    def texts(self, connector: int, number: int):
        """What they say, one after the other."""
        paths = self.paths(connector, number)
        while len(paths) > _MAX:  # a power cut has interrupted their thinning
            paths = _evenly(paths)
        for path in paths:
            text = self._journal.sidecar.read_kept(path)
            if text is not None:
                yield text
