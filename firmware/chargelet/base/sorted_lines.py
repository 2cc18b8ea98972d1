"""A file of lines sorted by key. A look-up reads the file and takes no RAM.

Each line is a key, a tab and the rest of the line. Then a last line of fixed length: format, checksum of all else, and
some numbers of the file's owner. A look-up halves its way through. A change writes the whole file anew.
"""

from binascii import crc32

# An idTag and a parentIdTag of 20 characters of four bytes, the longest status, an expiry.
_LINE_MAX = 192
_HEAD_LENGTH = 11


class SortedLines:
    """One such file. `end`: where its last line begins; None while none is in use, and whoever sets it so uses the file
    on flash no longer. `checksum`: of all of it."""

    def __init__(self, storage, name: str, numbers_length: int):
        self._storage = storage
        self._name = name
        self._last_length = _HEAD_LENGTH + numbers_length
        self.end = None
        self.checksum = 0

    def open(self) -> "list | None":
        """Use the file that is there: the numbers of its last line as texts, or None when there is none.

        Raises ValueError when it is damaged.
        """
        try:
            file = self._storage.stream(self._name)
            if file is None:
                return None
            with file:
                end = file.seek(0, 2) - self._last_length
                file.seek(0)
                checksum, left = 0, end
                while left > 0:
                    part = file.read(min(512, left))
                    checksum = crc32(part, checksum)
                    left = left - len(part) if part else 0
                last = file.read()
        except OSError as error:
            # Of a file of several blocks littlefs says so when it is read, not when it is opened.
            raise ValueError("the file %s is damaged: flash says %s" % (self._name, error)) from None
        checksum = crc32(last[_HEAD_LENGTH:], checksum) & 0xFFFFFFFF
        if end < 0 or last[:_HEAD_LENGTH] != b"1 %08x " % checksum:
            raise ValueError("the file %s is damaged" % self._name)
        self.end, self.checksum = end, checksum
        return last[_HEAD_LENGTH:].decode().split()

    def remove(self):
        """Remove the file, if it is there. Raises OSError; then it is still in use."""
        self._storage.remove(self._name)
        self.end = None

    def find(self, key: bytes) -> "bytes | None":
        """The rest of this key's line, or None. Raises ValueError, OSError when flash has spoilt it since open()."""
        file = self._storage.stream(self._name) if self.end else None
        if file is None:
            return None
        with file:
            low, high = 0, self.end
            while low < high:
                middle = (low + high) // 2
                back = max(low, middle - _LINE_MAX)
                file.seek(back)
                start = back + file.read(middle - back).rfind(b"\n") + 1
                file.seek(start)
                line = file.readline()
                if not line:  # else it would be looked for for ever
                    raise ValueError("the file %s is damaged" % self._name)
                found = line[: line.find(b"\t")]
                if found == key:
                    return line[len(key) + 1 : -1]
                if found < key:
                    low = start + len(line)
                else:
                    high = start
        return None

    def each(self):
        """(key, rest) of each line. Whoever stops before the end closes this generator, and the file with it. Raises
        what find() does."""
        file = self._storage.stream(self._name) if self.end else None
        if file is None:
            return
        with file:
            read = 0
            while read < self.end:
                line = file.readline()
                if not line:
                    raise ValueError("the file %s is damaged" % self._name)
                read += len(line)
                key, _, rest = line[:-1].partition(b"\t")
                yield key, rest

    def writing(self, pairs, numbers):
        """Write the file anew, in pieces: a generator. `numbers()` gives the text of the last line when it comes to it.

        Whatever they raise, and on a full flash (OSError): the old file stays.
        """
        state = [0, 0]  # end, checksum
        yield from self._storage.writing(self._name, _lines(pairs, numbers, state))
        self.end, self.checksum = state


def _lines(pairs, numbers, state):
    """The file's content, line by line."""
    end = checksum = 0
    for key, rest in pairs:
        line = key + b"\t" + rest + b"\n"
        checksum = crc32(line, checksum)
        end += len(line)
        yield line
    last = numbers().encode()
    checksum = crc32(last, checksum) & 0xFFFFFFFF
    state[:] = end, checksum
    yield b"1 %08x " % checksum + last


def merged(old, new):
    """The (key, rest) of two sorted sources, sorted. Where both have a key, `new` says the rest."""
    new = iter(new)
    pair = _next(new)
    for key, rest in old:
        while pair and pair[0] < key:
            yield pair
            pair = _next(new)
        if not pair or pair[0] != key:
            yield key, rest
    while pair:
        yield pair
        pair = _next(new)


def _next(pairs):
    for pair in pairs:
        return pair
    return None
