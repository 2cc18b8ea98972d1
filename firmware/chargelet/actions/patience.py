"""How long a kind of message waits after it was not answered; it then goes last until it is."""

from .delivery import TOO_LARGE

_FIRST_MS = 10000
_LONGEST_MS = 600000


def unheard(failure: "str | None") -> bool:
    """Whether the central system may not know of a call that ended so. A CALLERROR is an answer: it has been told."""
    return failure in ("timeout", "closed", TOO_LARGE)


class Patience:
    """The back-off of so many kinds of message, which are known by their numbers."""

    def __init__(self, kinds: int):
        self.silent = bytearray(kinds)  # how many of each in a row were not answered
        self._not_before = [0] * kinds  # uptime in ms of the next one, of those that are silent

    def ended(self, kind: int, failure: "str | None", now: int, first_ms: int = _FIRST_MS):
        """A call of this kind has ended; `first_ms` is the pause after the first silence, 0 where somebody waits.

        A connection that is lost once may come back and be told at once.
        """
        if not unheard(failure):
            self.silent[kind] = 0
            return
        self.silent[kind] = min(self.silent[kind] + 1, 16)
        step = self.silent[kind] - (2 if failure == "closed" else 1)
        self._not_before[kind] = now + (min(_LONGEST_MS, first_ms << step) if step >= 0 else 0)

    def due(self, kind: int, now: int) -> bool:
        """Whether this kind, which was not answered, is to be tried again."""
        return self.silent[kind] > 0 and now >= self._not_before[kind]

    def due_in(self, now: int, latest: int) -> int:
        """Milliseconds until the next kind is to be tried again, `latest` at most."""
        for kind, silent in enumerate(self.silent):
            if silent and self._not_before[kind] > now:
                latest = min(latest, self._not_before[kind] - now)
        return latest
