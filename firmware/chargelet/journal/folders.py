"""The folders that records lie in, in order: a few records each, however many wait. See README.md."""

from array import array

from .record import parts_of

# As many small files as littlefs keeps in one pair of blocks: with more, each opening of a file reads more.
FOLDER_MAX = 16
# The kinds of records that are delivered.
_DELIVERED = "SVE"


class Folders:
    """Each folder is known by the sequence number that it was made for, and holds no older record."""

    def __init__(self, storage):
        self._storage = storage
        self._firsts = array("I")
        self._counts = array("H")

    def __len__(self) -> int:
        return len(self._firsts)

    def adopt(self, first: int, count: int):
        """A folder that was found at boot; the oldest first."""
        if len(self._counts) == len(self._firsts):  # else there was no memory for the other one
            self._counts.append(0)
        self._firsts.append(first)
        self._counts[len(self._firsts) - 1] = count

    def first(self, at: int) -> int:
        """What the folder is known by; its place changes when older ones go."""
        return self._firsts[at]

    def place(self, sequence: int) -> int:
        """The newest folder that was not made for a later record; -1 when there is none."""
        low, high = 0, len(self._firsts)
        while low < high:
            middle = (low + high) // 2
            if self._firsts[middle] <= sequence:
                low = middle + 1
            else:
                high = middle
        return low - 1

    def path(self, at: int, name: str) -> str:
        """Where a record of this name lies, or would."""
        return "r%x/%s" % (self._firsts[at], name)

    def count(self, at: int) -> int:
        """How many records it has."""
        return self._counts[at]

    def counted(self, at: int, more: int):
        """There are more of them now, or fewer."""
        self._counts[at] += more

    def add(self, sequence: int, name: str, content: bytes):
        """Write a record into the newest folder, or a new one. Raises OSError when flash is full."""
        at = len(self._firsts) - 1
        if at < 0 or self._counts[at] >= FOLDER_MAX:
            self._storage.mkdir("r%x" % sequence)
            self.adopt(sequence, 0)
            at += 1
        self._storage.create(self.path(at, name), content)
        self._counts[at] += 1

    def names(self, at: int, after: str, most: int) -> list:
        """The first names of delivered records in it after one, in order."""
        found = []
        for name in self._storage.each("r%x" % self._firsts[at]):
            if name > after and name[8:9] in _DELIVERED and parts_of(name):
                if len(found) < most or name < found[-1]:
                    place = len(found)
                    while place and found[place - 1] > name:
                        place -= 1
                    found.insert(place, name)
                    if len(found) > most:
                        found.pop()
        return found

    def drop(self, at: int):
        """Forget a folder, which is empty."""
        self._storage.rmdir("r%x" % self._firsts[at])
        # An array of MicroPython has no `del`.
        firsts = self._firsts[:at] + self._firsts[at + 1 :]
        self._counts = self._counts[:at] + self._counts[at + 1 :]
        self._firsts = firsts  # both or none, for want of memory too
