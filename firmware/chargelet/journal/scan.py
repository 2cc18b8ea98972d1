"""One look at all names when the station boots: what is there, what was running, what a power cut has left over."""

from ..base import loading
from .record import END, KEPT, KEPT_CLOCK, parts_of

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
        firsts, old = self._beside(sidecar)
        if old and not firsts:
            self._forget_unborn("", [self._newest_beside()])
        if old:
            folders.adopt(0, self._records(storage.each()))
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

    def _beside(self, sidecar):
        """What lies beside the folders of records; returns what those are known by, and if there are records."""
        firsts = []
        notes = []
        old = False
        for name in self._storage.each():
            parts = parts_of(name)
            letter = name[:1]
            try:
                if parts:
                    sequence, kind, connector, number = parts
                    if kind == KEPT:
                        sidecar.old_kept = True
                        self._kept.add(number << 4 | connector)
                        self.next = max(self.next, sequence + 1)
                    else:
                        old = True
                elif letter == "r":
                    firsts.append(int(name[1:], 16))
                elif letter == "x" and len(name) > 8:
                    self._aside(name[1:], sidecar)
                elif letter == "T" or letter == "D":
                    notes.append(name)
            except ValueError:
                pass  # no file of ours
        for name in notes:
            self._storage.rename(name, "n/" + name)
        return sorted(firsts), old

    def _notes(self, sidecar):
        for letter, connector, number in sidecar.notes():
            self.next = max(self.next, number + 1)
            if letter == "D":
                self.finished.append((connector, number))
                self._ended[connector] = max(number, self._ended.get(connector, 0))
            elif letter == "T":
                self.open[connector] = max(number, self.open.get(connector, 0))

    def _newest_beside(self):
        newest = ""
        for name in self._storage.each():
            if name > newest and parts_of(name):
                newest = name
        return newest

    def _forget_unborn(self, folder, names):
        """A record that the power cut off while it was written: created, but empty. It can only be the newest."""
        if names and not self._storage.read(folder + names[-1]):
            self._storage.remove(folder + names.pop())
        return names

    def _records(self, names) -> int:
        count = 0
        for name in names:
            parts = parts_of(name)
            if parts:
                sequence, kind, connector, number = parts
                self.next = max(self.next, sequence + 1)
                if kind not in (KEPT, KEPT_CLOCK):
                    count += 1
                    which = self.open
                    if kind == END:
                        which = self._ended
                        self._kept.discard(number << 4 | connector)
                    which[connector] = max(number, which.get(connector, 0))
        self.count += count
        return count

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
