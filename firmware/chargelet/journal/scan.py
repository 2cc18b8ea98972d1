"""One look at all names when the station boots: what is there, what was running, what a power cut has left over."""

from ..base import loading
from .record import END, parts_of

loading.seldom(__name__)


class Scan:
    """What was found. Takes the journal's Folders and Sidecar, and tells them what they must know."""

    def __init__(self, storage, folders, sidecar):
        self._storage = storage
        self.next = 1  # the sequence number to go on with
        self.count = 0  # records to deliver
        self.open = {}  # connector → number of its newest transaction, when that has no end
        self._ended = {}
        self.finished = []  # (connector, number) of transactions of which something may be left that must go
        self.buried = []  # and of those whose end was set aside
        # number * 16 + connector of transactions for whose end something is kept: hundreds, perhaps.
        self._kept = {number << 4 | connector for connector, number in sidecar.kept_for()}
        firsts = self._firsts()
        for at, first in enumerate(firsts):
            self.next = max(self.next, first)
            names = sorted([name for name in storage.each("r%x" % first) if parts_of(name)])
            # Records are moved to older folders only, so that the newest is in the last, or the last but one.
            if at == len(firsts) - 1:
                names = self._forget_unborn("r%x/" % first, names)
            if names or at == len(firsts) - 1:
                folders.adopt(first, self._records(names))
            else:
                storage.rmdir("r%x" % first)
        for name in storage.each("x"):
            self._aside(name, sidecar)
        self._notes(sidecar)
        for connector in list(self.open):
            if self.open[connector] <= self._ended.get(connector, 0):
                del self.open[connector]
        self._look_into_kept(sidecar)

    def _firsts(self) -> list:
        """What the folders of records are known by, in order."""
        firsts = []
        for name in self._storage.each():
            if name[:1] == "r":
                try:
                    firsts.append(int(name[1:], 16))
                except ValueError:
                    pass  # no folder of ours
        return sorted(firsts)

    def _notes(self, sidecar):
        for letter, connector, number in sidecar.notes():
            self.next = max(self.next, number + 1)
            if letter == "D":
                self.finished.append((connector, number))
                self._ended[connector] = max(number, self._ended.get(connector, 0))
            elif letter == "T":
                self.open[connector] = max(number, self.open.get(connector, 0))

    def _forget_unborn(self, folder, names):
        """A record that the power cut off while it was written: created, but empty. It can only be the newest."""
        if names and not self._storage.read(folder + names[-1]):
            self._storage.remove(folder + names.pop())
        return names

    def _records(self, names) -> int:
        for name in names:
            sequence, kind, connector, number = parts_of(name)
            self.next = max(self.next, sequence + 1)
            which = self.open
            if kind == END:
                which = self._ended
                self._kept.discard(number << 4 | connector)
            which[connector] = max(number, which.get(connector, 0))
        self.count += len(names)
        return len(names)

    def _aside(self, name, sidecar):
        sidecar.aside += 1
        parts = parts_of(name)
        if parts:
            sequence, kind, connector, number = parts
            self.next = max(self.next, sequence + 1)
            if kind == END:
                self._ended[connector] = max(number, self._ended.get(connector, 0))
                self.buried.append((connector, number))

    def _look_into_kept(self, sidecar):
        """What is kept of a transaction that runs may be newer than all records; of one that is not known it goes."""
        for connector, number in sidecar.kept_for():
            if not number or self.open.get(connector) != number:
                continue
            names = sorted([name for name in self._storage.each("n/k/%d-%x" % (connector, number)) if parts_of(name)])
            for name in self._forget_unborn("n/k/%d-%x/" % (connector, number), names):
                self.next = max(self.next, parts_of(name)[0] + 1)
        for connector, number in self.open.items():
            self._kept.discard(number << 4 | connector)
        self.finished.extend([(known & 15, known >> 4) for known in self._kept])
