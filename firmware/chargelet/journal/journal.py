"""Knows durable records in one order, a small file each. Knows not what they say. See README.md."""

from binascii import crc32

_VERSION = b"1"

# Names held in RAM ahead of the one that is due.
_AHEAD = 8

START = "S"
VALUES = "V"
END = "E"


def _parts(name: str) -> "tuple | None":
    """(sequence, kind, connector, number) of a record's name, or None for a file that is none."""
    try:
        if name[8] in "SVE":
            connector, number = name[9:].split("-")
            return int(name[:8], 16), name[8], int(connector), int(number, 16)
    except (ValueError, IndexError):
        pass
    return None


class Journal:
    """Records (name, kind, connector, number, text), oldest first, and a note for each transaction number."""

    def __init__(self, storage, log):
        self._storage = storage
        self._log = log
        self._ahead = []
        self._after = ""  # everything up to this name is done with, or passed over
        self._next = 1
        self._count = 0
        self.damaged = 0
        self.aside = 0
        self._open = {}  # connector → number of its newest transaction, as found at boot
        self._forget_unborn()
        self._scan()

    def __len__(self) -> int:
        return self._count

    def _forget_unborn(self):
        """A record that the power cut off while it was written: created, but empty. It can only be the newest."""
        newest = ""
        for name in self._storage.each():
            if name > newest and _parts(name):
                newest = name
        if newest and not self._storage.read(newest):
            self._storage.remove(newest)

    def _scan(self):
        """One pass over the names: how many there are, where to go on, which transactions have no end."""
        ended = {}
        done = []
        gone = []
        for name in self._storage.each():
            parts = _parts(name[1:] if name[:1] == "x" else name)
            if parts:
                self._next = max(self._next, parts[0] + 1)
            if name[:1] == "x":
                self.aside += 1
                if parts and parts[1] == END:
                    ended[parts[2]] = max(parts[3], ended.get(parts[2], 0))
                    gone.append("T%d-%x" % parts[2:])
            elif parts:
                self._count += 1
                _sequence, kind, connector, number = parts
                which = ended if kind == END else self._open
                which[connector] = max(number, which.get(connector, 0))
            elif name[:1] in "TD":
                connector, number = name[1:].split("-")
                number = int(number, 16)
                self._next = max(self._next, number + 1)
                if name[0] == "D":
                    done.append((int(connector), number))
                    ended[int(connector)] = max(number, ended.get(int(connector), 0))
                else:
                    self._open[int(connector)] = max(number, self._open.get(int(connector), 0))
        for connector in list(self._open):
            if self._open[connector] <= ended.get(connector, 0):
                del self._open[connector]
        for connector, number in done:
            self._finish(connector, number)
        for name in gone:
            self._storage.remove(name)

    def open_transactions(self) -> dict:
        """{connector: number} of what was running when this journal was opened."""
        return self._open

    def append(self, kind: str, connector: int, number: "int | None", text: str) -> int:
        """Add a record; it is durable on return. Returns its sequence number, which is a Start's number too.

        Raises OSError when flash is full.
        """
        sequence = self._next
        name = "%08x%s%d-%x" % (sequence, kind, connector, sequence if number is None else number)
        self._storage.create(name, self._wrap(name, text))
        self._next += 1
        if self._count == len(self._ahead) and self._count < _AHEAD:
            self._ahead.append(name)
        self._count += 1
        return sequence

    def _wrap(self, name, text) -> bytes:
        data = text.encode()
        return _VERSION + (crc32(name.encode() + data) & 0xFFFFFFFF).to_bytes(4, "big") + data

    def _unwrap(self, name, raw) -> "str | None":
        """The text, None when it is damaged. Raises KeyError for a newer format."""
        if raw and raw[:1] > _VERSION and raw[:1] <= b"9":
            raise KeyError(name)
        if not raw or raw[:1] != _VERSION or len(raw) < 6:
            return None
        if raw[1:5] != (crc32(name.encode() + raw[5:]) & 0xFFFFFFFF).to_bytes(4, "big"):
            return None
        return raw[5:].decode()

    def oldest(self) -> "tuple | None":
        """The oldest record that can be read: (name, kind, connector, number, text)."""
        while self._count:
            if not self._ahead:
                self._ahead = self._window(self._after, _AHEAD)
                if not self._ahead:
                    return None
            name = self._ahead[0]
            try:
                text = self._unwrap(name, self._storage.read(name))
            except KeyError:
                self._log("journal: %s has a newer format and is left alone" % name)
                self._pass(name)
                continue
            if text is None:
                self.damaged += 1
                self._log("journal: %s is damaged and set aside" % name)
                self.set_aside(name)
                continue
            return (name,) + _parts(name)[1:] + (text,)
        return None

    def _window(self, after: str, most: int) -> list:
        """The first record names after one, in order, without a list of all of them."""
        found = []
        for name in self._storage.each():
            if name > after and _parts(name) and (len(found) < most or name < found[-1]):
                at = len(found)
                while at and found[at - 1] > name:
                    at -= 1
                found.insert(at, name)
                if len(found) > most:
                    found.pop()
        return found

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
        """The record cannot be delivered: kept on flash, but out of the way. With an end, its note goes."""
        self._storage.rename(name, "x" + name)
        self._pass(name)
        self._count -= 1
        self.aside += 1
        _sequence, kind, connector, number = _parts(name)
        if kind == END:
            self._storage.remove("T%d-%x" % (connector, number))

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

    # Notes: what is known of a transaction, by its number.

    def note(self, connector: int, number: int, text: str):
        """Write the note; durable on return."""
        name = "T%d-%x" % (connector, number)
        self._storage.write(name, self._wrap(name, text))

    def noted(self, connector: int, number: int) -> "str | None":
        """The note's text, or None when there is none that can be read."""
        name = "T%d-%x" % (connector, number)
        try:
            return self._unwrap(name, self._storage.read(name))
        except KeyError:
            return None

    def finish(self, connector: int, number: int, name: str):
        """A transaction is delivered to its end: its last record and its note go, in an order that cuts cannot harm."""
        self._storage.rename("T%d-%x" % (connector, number), "D%d-%x" % (connector, number))
        self.remove(name)
        self._storage.remove("D%d-%x" % (connector, number))

    def _finish(self, connector, number):
        """What a power cut has left of finish()."""
        for name in self._window("", 64):
            parts = _parts(name)
            if parts[1:] == (END, connector, number):
                self._storage.remove(name)
                self._count -= 1
        self._storage.remove("D%d-%x" % (connector, number))
