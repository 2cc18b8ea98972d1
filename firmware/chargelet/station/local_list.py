"""Knows the local authorization list on flash (OCPP 1.6 §3.5.2, §5.15). Knows not what follows from an entry.

One file of lines sorted by idTag: idTag, status, expiry (seconds since 2000, or nothing), parentIdTag. Then a last line
of fixed length: format, checksum of all before it, version, number of entries. A look-up halves its way through the
file; an update writes a new file beside it, old lines and changes merged, and renames it. So neither takes RAM that
grows with the list, and a power cut leaves the old list or the new one.
"""

from binascii import crc32

from ..ground.cistring import folded
from ..ground.log import ERROR
from ..ground.pieces import finish

KEYS = """
LocalAuthListEnabled RW bool true
LocalAuthListMaxLength R 0..10000 1000
SendLocalListMaxLength R 0..300 10
"""

_FILE = "locallist"
# An idTag and a parentIdTag of 20 characters of four bytes, the longest status, an expiry.
_LINE_MOST = 192
_NUMBERS = "%11d %6d\n"
_LAST_LENGTH = 30


class LocalList:
    """The list. `version` is that of the last update, 0 when there never was one; `count` its entries."""

    def __init__(self, storage, log):
        self._storage = storage
        self._log = log
        self.version = self.count = 0
        self._end = 0  # where the last line begins
        self._open()

    def _open(self):
        file = self._storage.stream(_FILE)
        if file is None:
            return
        with file:
            end = file.seek(0, 2) - _LAST_LENGTH
            file.seek(0)
            checksum, left = 0, end
            while left > 0:
                part = file.read(min(512, left))
                checksum = crc32(part, checksum)
                left -= len(part)
            last = file.read()
        if end < 0 or last[:11] != b"1 %08x " % (crc32(last[11:], checksum) & 0xFFFFFFFF):
            self._log("local list: the file is damaged and left out; the central system has to send it again", ERROR)
            return
        self._end = end
        self.version, self.count = [int(number) for number in last[11:].decode().split()]

    def find(self, id_tag: str) -> "tuple | None":
        """(status, expiry in seconds since 2000 or None, parentIdTag or None), or None for an unknown idTag."""
        key = folded(id_tag).encode()
        file = self._storage.stream(_FILE) if self._end else None
        if file is None:
            return None
        with file:
            low, high = 0, self._end
            while low < high:
                middle = (low + high) // 2
                back = max(low, middle - _LINE_MOST)
                file.seek(back)
                start = back + file.read(middle - back).rfind(b"\n") + 1
                file.seek(start)
                line = file.readline()
                found = line[: line.find(b"\t")]
                if found == key:
                    _tag, status, expiry, parent = line[:-1].decode().split("\t")
                    return status, int(expiry) if expiry else None, parent or None
                if found < key:
                    low = start + len(line)
                else:
                    high = start
        return None

    def update(self, version: int, entries, full: bool, most: int):
        """Replace the list, or change it: entries are (idTag, status or None, expiry, parentIdTag), None removes.

        Raises ValueError with what is wrong, or OSError on a full flash; then the old list stays.
        """
        finish(self.updating(version, entries, full, most))

    def updating(self, version: int, entries, full: bool, most: int):
        """update() in pieces of work: a generator that gives None after each. Until its end the old list is asked."""
        lines = []
        for id_tag, status, expiry, parent in entries:
            if "\t" in id_tag + (parent or "") or "\n" in id_tag + (parent or ""):
                raise ValueError("an idTag has a tab or a line break")
            line = "" if status is None else "%s\t%s\t%s" % (status, "" if expiry is None else expiry, parent or "")
            lines.append((folded(id_tag).encode(), line.encode()))
            yield None
        lines.sort()
        for at in range(1, len(lines)):
            if lines[at - 1][0] == lines[at][0]:
                raise ValueError("an idTag comes twice")
        state = [0, 0]  # checksum, entries
        yield from self._storage.writing(_FILE, self._merged(lines, full, version, most, state))
        self.version, self.count = version, state[1]
        file = self._storage.stream(_FILE)
        with file:
            self._end = file.seek(0, 2) - _LAST_LENGTH

    def _merged(self, changes, full, version, most, state):
        """The new file's content, line by line."""
        for key, line in self._pairs(changes, full):
            line = key + b"\t" + line + b"\n"
            state[0] = crc32(line, state[0])
            state[1] += 1
            if state[1] > most:
                raise ValueError("more than %d entries" % most)
            yield line
        numbers = (_NUMBERS % (version, state[1])).encode()
        yield b"1 %08x " % (crc32(numbers, state[0]) & 0xFFFFFFFF) + numbers

    def _pairs(self, changes, full):
        """(idTag, rest of the line) of what is in the list then, sorted."""
        at = 0
        file = None if full or not self._end else self._storage.stream(_FILE)
        if file:
            with file:
                read = 0
                while read < self._end:
                    line = file.readline()
                    read += len(line)
                    key, _, rest = line[:-1].partition(b"\t")
                    while at < len(changes) and changes[at][0] <= key:
                        if changes[at][0] == key:
                            key = None  # changed or removed
                        if changes[at][1]:
                            yield changes[at]
                        at += 1
                        if key is None:
                            break
                    if key is not None:
                        yield key, rest
        while at < len(changes):
            if changes[at][1]:
                yield changes[at]
            at += 1
