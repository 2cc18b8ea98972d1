"""Durable records in one order, a small file each. See README.md."""

from ..base.log import ERROR
from .folders import Folders
from .record import END, KEPT, KEPT_CLOCK, START, name_of, parts_of, unwrap, wrap
from .sidecar import Sidecar

# Names held in RAM ahead of the one that is due.
_AHEAD = 8

# A new record may take so many bytes at most: a block for itself, and its part of a folder's two.
_RECORD_MAX = 8192
# Beyond this a number is an object in RAM.
_SMALL_MAX = (1 << 30) - 1


class Journal:
    """Records (name, kind, connector, number, text), oldest first, and a note for each transaction number."""

    def __init__(self, storage, log):
        self._storage = storage
        self._log = log
        self.sidecar = Sidecar(storage, log)
        self._folders = Folders(storage)
        self._at = 0  # the folder that is read
        self._ahead = []  # its next names, the one that is due first
        # Everything up to this sequence is done with, or skipped. Its name would lie where it came, in mid-work.
        self._done = -1
        self._spent = False  # whether there is nothing after it
        self._free = 0  # bytes that flash still has room for, at least
        from .scan import Scan  # at boot

        found = Scan(storage, self._folders, self.sidecar)
        self._next = found.next
        self._count = found.count
        self._open = found.open
        for connector, number in found.finished:
            self._finish(connector, number)
        for connector, number in found.buried:
            self.sidecar.bury(connector, number)

    def __len__(self) -> int:
        return self._count

    @property
    def waiting(self) -> bool:
        """Whether oldest() may have one: those that it has left alone wait for other firmware."""
        return self._count > 0 and not self._spent

    def open_transactions(self) -> dict:
        """{connector: number} of what was running when this journal was opened."""
        return self._open

    def free(self) -> int:
        """Bytes that flash still has room for, or less: asking takes littlefs a pass over everything."""
        if self._free < 16 * _RECORD_MAX:
            self._free = min(self._storage.free(), _SMALL_MAX)
        return self._free

    def append(self, kind: str, connector: int, number: "int | None", text: str, ordinal: int = 0) -> int:
        """Add a record; it is durable on return. Returns its sequence number, which is a Start's number too.

        `ordinal` is a sample's place in its series, from 1. Raises OSError when flash is full.
        """
        sequence = self._next
        name = name_of(sequence, kind, connector, sequence if number is None else number, ordinal)
        self._free -= _RECORD_MAX
        if kind == KEPT or kind == KEPT_CLOCK:
            self.sidecar.keep(connector, number, name, text)
            self._next += 1
            return sequence
        folders = self._folders
        folders.add(sequence, name, wrap(name, text))
        self._next += 1
        self._count += 1
        self._spent = False
        newest = len(folders) - 1
        ahead = self._ahead
        if self._at == newest and len(ahead) < _AHEAD and folders.count(newest) == len(ahead) + 1:
            try:
                ahead.append(name)
            except MemoryError:
                pass  # it is durable, and found when it is due
        return sequence

    def go_on_after(self, sequence: int):
        """Numbers go on after this one, which the charge log still knows."""
        self._next = max(self._next, sequence + 1)

    def ends_after(self, sequence: int):
        """(sequence, connector, number, text) of the newest Ends, as far as they are newer than that."""
        folders = self._folders
        for at in range(max(0, len(folders) - 2), len(folders)):
            for name in folders.names(at, "%08x~" % sequence, self._count):
                if name[8] == END:
                    text = self.sidecar.text(folders.path(at, name))
                    if text is not None:
                        own, _kind, connector, number = parts_of(name)
                        yield own, connector, number, text

    def oldest(self) -> "tuple | None":
        """The oldest record that can be read: (name, kind, connector, number, text)."""
        while self._count and not self._spent:
            if not self._ahead and not self._look_ahead():
                self._spent = True
                return None
            name = self._ahead[0]
            try:
                text = unwrap(name, self._storage.read(self._folders.path(self._at, name)))
            except KeyError:
                self._log("journal: %s has a newer format and is left alone" % name)
                self._pass()
                continue
            if text is None:
                self.sidecar.damaged += 1
                self._log("journal: %s is damaged and set aside" % name, ERROR)
                self.set_aside(name)
                continue
            return (name,) + parts_of(name)[1:] + (text,)
        return None

    def _look_ahead(self) -> bool:
        """Find the next names; a folder that is done with goes."""
        folders = self._folders
        while self._at < len(folders):
            self._ahead = folders.names(self._at, self._after(), _AHEAD)
            if self._ahead:
                return True
            if self._at == len(folders) - 1:
                break
            if folders.count(self._at):
                self._at += 1  # some were skipped
            else:
                folders.drop(self._at)
        return False

    def _pass(self):
        self._done = int(self._ahead[0][:8], 16)
        self._ahead.pop(0)

    def _after(self) -> str:
        """What sorts behind all names that are done with, and before the others."""
        return "" if self._done < 0 else "%08x~" % self._done

    def _gone(self, at, name):
        """A record has left its folder."""
        if self._ahead and self._ahead[0] == name:
            self._pass()
        elif name in self._ahead:
            self._ahead.remove(name)
        self._folders.counted(at, -1)
        self._count -= 1

    def remove(self, name: str):
        """The record has done its duty. It is the oldest, or has gone already: what follows is done again."""
        if self._ahead and self._ahead[0] == name:
            self._storage.remove(self._folders.path(self._at, name))
            self._gone(self._at, name)

    def set_aside(self, name: str):
        """The oldest cannot be delivered: kept on flash, but out of the way. With an end goes what waited for it."""
        if self._ahead and self._ahead[0] == name:
            self.sidecar.set_aside(self._folders.path(self._at, name))
            self._gone(self._at, name)
        _sequence, kind, connector, number = parts_of(name)
        if kind == END:
            self.sidecar.bury(connector, number)

    def start_of(self, connector: int, number: int) -> "str | None":
        """The text of the Start, as long as it has not been removed."""
        name = name_of(number, START, connector, number)
        at = self._folders.place(number)
        while at >= self._at:
            text = self.sidecar.text(self._folders.path(at, name))
            if text is not None:
                return text
            at -= 1  # thinning moves records to older folders
        return None

    def newest(self) -> "str | None":
        """The text of the newest record."""
        at = len(self._folders)
        while at > 0:
            at -= 1
            names = self._folders.names(at, "", self._count or 1)
            if names:
                return self.sidecar.text(self._folders.path(at, names[-1]))
        return None

    def thinning(self, kind: str, stride: int):
        """What removes, step by step, all records of a kind but each `stride`-th of a series. The one that is due
        stays: it may be on the wire."""
        from .thinning import Thinning  # when the journal is full

        return Thinning(self, self._folders, self._storage, kind, stride)

    def reading(self) -> tuple:
        """(the folder that is read, the name up to which all is done, the name that is due)."""
        return self._at, self._after(), self._ahead[0] if self._ahead else ""

    def thinned(self, at: int, name: str):
        """Remove a record that is not due."""
        self._storage.remove(self._folders.path(at, name))
        self._gone(at, name)

    def finish(self, connector: int, number: int, name: str):
        """A transaction is delivered to its end: remove its last record and note, in an order that no cut harms."""
        self.sidecar.close(connector, number)
        self.remove(name)
        self.sidecar.finish(connector, number)

    def _finish(self, connector, number):
        """The rest of finish(), wherever a power cut has left it: perhaps before the record was removed."""
        end = "%s%d-%x" % (END, connector, number)
        for at in range(len(self._folders)):
            for name in self._folders.names(at, "", self._count):
                if name.endswith(end):
                    self.thinned(at, name)
        self.sidecar.finish(connector, number)
