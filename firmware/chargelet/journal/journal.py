"""Knows durable records in one order, a small file each. Knows not what they say. See README.md."""

from ..ground.log import ERROR
from .record import END, KEPT, name_of, parts_of, unwrap, wrap
from .shelf import Shelf

# Names held in RAM ahead of the one that is due.
_AHEAD = 8


class Journal(Shelf):
    """Records (name, kind, connector, number, text), oldest first, and a note for each transaction number."""

    def __init__(self, storage, log):
        super().__init__(storage, log)
        self._ahead = []
        self._after = ""  # everything up to this name is done with, or passed over
        self._next = 1
        self._count = 0
        self.aside = 0  # records set aside, for whatever reason, that lie on flash
        self._open = {}  # connector → number of its newest transaction, as found at boot
        self._forget_unborn()
        self._scan()

    def __len__(self) -> int:
        return self._count

    def _forget_unborn(self):
        """A record that the power cut off while it was written: created, but empty. It can only be the newest."""
        newest = self._newest()
        if newest and not self._storage.read(newest):
            self._storage.remove(newest)

    def _scan(self):
        """One pass over the names: how many there are, where to go on, which transactions have no end."""
        ended = {}
        done = []
        gone = []
        kept = set()
        for name in self._storage.each():
            parts = parts_of(name[1:] if name[:1] == "x" else name)
            if parts:
                self._next = max(self._next, parts[0] + 1)
            if name[:1] == "x":
                self.aside += 1
                if parts and parts[1] == END:
                    ended[parts[2]] = max(parts[3], ended.get(parts[2], 0))
                    gone.append(parts[2:])
            elif parts:
                _sequence, kind, connector, number = parts
                if kind == KEPT:
                    kept.add((connector, number))
                    continue
                self._count += 1
                which = ended if kind == END else self._open
                which[connector] = max(number, which.get(connector, 0))
            elif name[:1] in "TD":
                connector, number = name[1:].split("-")
                connector, number = int(connector), int(number, 16)
                self._next = max(self._next, number + 1)
                which = self._open
                if name[0] == "D":
                    done.append((connector, number))
                    which = ended
                which[connector] = max(number, which.get(connector, 0))
        for connector in list(self._open):
            if self._open[connector] <= ended.get(connector, 0):
                del self._open[connector]
        for connector, number in done:
            self._finish(connector, number)
        for connector, number in gone:
            self._bury(connector, number)
        for connector, number in kept:
            if self._open.get(connector) != number and not self._end_of(connector, number):
                self._finish(connector, number)

    def open_transactions(self) -> dict:
        """{connector: number} of what was running when this journal was opened."""
        return self._open

    def append(self, kind: str, connector: int, number: "int | None", text: str) -> int:
        """Add a record; it is durable on return. Returns its sequence number, which is a Start's number too.

        Raises OSError when flash is full.
        """
        sequence = self._next
        name = name_of(sequence, kind, connector, sequence if number is None else number)
        self._storage.create(name, wrap(name, text))
        self._next += 1
        if kind != KEPT:
            if self._count == len(self._ahead) and self._count < _AHEAD:
                self._ahead.append(name)
            self._count += 1
        return sequence

    def oldest(self) -> "tuple | None":
        """The oldest record that can be read: (name, kind, connector, number, text)."""
        while self._count:
            if not self._ahead:
                self._ahead = self._window(self._after, _AHEAD)
                if not self._ahead:
                    return None
            name = self._ahead[0]
            try:
                text = unwrap(name, self._storage.read(name))
            except KeyError:
                self._log("journal: %s has a newer format and is left alone" % name)
                self._pass(name)
                continue
            if text is None:
                self.damaged += 1
                self._log("journal: %s is damaged and set aside" % name, ERROR)
                self.set_aside(name)
                continue
            return (name,) + parts_of(name)[1:] + (text,)
        return None

    def _pass(self, name: str):
        if self._ahead and self._ahead[0] == name:
            self._ahead.pop(0)
            self._after = name

    def remove(self, name: str):
        """The record has done its duty."""
        self._storage.remove(name)
        self._pass(name)
        self._count -= 1

    def set_aside(self, name: str):
        """The record cannot be delivered: kept on flash, but out of the way. With an end goes what waited for it."""
        self._storage.rename(name, "x" + name)
        self._pass(name)
        self._count -= 1
        self.aside += 1
        _sequence, kind, connector, number = parts_of(name)
        if kind == END:
            self._bury(connector, number)

    def thin(self, kind: str):
        """Remove every other record of a kind, but not the oldest record: it may be on the wire."""
        after = self._ahead[0] if self._ahead else self._after
        drop = False
        while True:
            names = self._window(after, _AHEAD)
            if not names:
                break
            for name in names:
                if name[8] == kind:
                    drop = not drop
                    if drop:
                        self._storage.remove(name)
                        self._count -= 1
            after = names[-1]
        del self._ahead[1:]
        if self._ahead:
            # What follows the first one is found anew.
            first = self._ahead[0]
            self._ahead = [first] + self._window(first, _AHEAD - 1)

    def finish(self, connector: int, number: int, name: str):
        """A transaction is delivered to its end: its last record and its note go, in an order that cuts cannot harm."""
        self._storage.rename("T%d-%x" % (connector, number), "D%d-%x" % (connector, number))
        self.remove(name)
        self._finish(connector, number)

    def _finish(self, connector, number):
        """The rest of finish(), wherever a power cut has left it."""
        for name in self._end_of(connector, number):
            self._storage.remove(name)
            self._count -= 1
        for name in self.kept(connector, number):
            self._storage.remove(name)
        self._storage.remove("D%d-%x" % (connector, number))

    def _bury(self, connector, number):
        """An end was set aside: so is what was kept for it, and its note goes."""
        for name in self.kept(connector, number):
            self._storage.rename(name, "x" + name)
            self.aside += 1
        self._storage.remove("T%d-%x" % (connector, number))
