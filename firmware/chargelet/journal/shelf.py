"""Knows the journal's files: finds, reads and writes them. Knows not which of them is due. See README.md."""

from ..ground.log import ERROR
from .record import END, KEPT, START, name_of, parts_of, unwrap, wrap


class Shelf:
    """Records by name, and notes by transaction number."""

    def __init__(self, storage, log):
        self._storage = storage
        self._log = log
        self.damaged = 0  # records found damaged since the boot

    def free(self) -> int:
        """Bytes that flash still has room for. Takes littlefs a pass over everything: not for every record."""
        return self._storage.free()

    def _window(self, after: str, most: int, kinds: str = "SVE", ends: str = "") -> list:
        """The first record names after one, in order, without a list of all of them."""
        found = []
        for name in self._storage.each():
            if name > after and parts_of(name) and name[8] in kinds and name.endswith(ends):
                if len(found) < most or name < found[-1]:
                    at = len(found)
                    while at and found[at - 1] > name:
                        at -= 1
                    found.insert(at, name)
                    if len(found) > most:
                        found.pop()
        return found

    def _newest(self) -> str:
        newest = ""
        for name in self._storage.each():
            if name > newest and parts_of(name):
                newest = name
        return newest

    def newest(self) -> "str | None":
        """The text of the newest record."""
        name = self._newest()
        return self._text(name) if name else None

    def _end_of(self, connector, number):
        return self._window("", 1, END, "%s%d-%x" % (END, connector, number))

    def set_aside_names(self):
        """The names of what was set aside, one by one."""
        for name in self._storage.each():
            if name[:1] == "x":
                yield name[1:]

    # What is known of a transaction, by its number: a note, and what is kept for its end.

    def note(self, connector: int, number: int, text: str):
        """Write the note; durable on return."""
        name = "T%d-%x" % (connector, number)
        self._storage.write(name, wrap(name, text))

    def noted(self, connector: int, number: int) -> "str | None":
        """The note's text, or None when there is none that can be read."""
        name = "T%d-%x" % (connector, number)
        return self._text(name)

    def start_of(self, connector: int, number: int) -> "str | None":
        """The text of the Start, as long as it has not been removed."""
        return self._text(name_of(number, START, connector, number))

    def _text(self, name):
        try:
            return unwrap(name, self._storage.read(name))
        except KeyError:
            return None

    def kept(self, connector: int, number: int, most: int = 64) -> list:
        """The names of what is kept for the transaction's end, in order."""
        return self._window("", most, KEPT, "%s%d-%x" % (KEPT, connector, number))

    def read_kept(self, name: str) -> "str | None":
        """The text of one of them; a damaged one costs itself only."""
        text = self._text(name)
        if text is None:
            self.damaged += 1
            self._log("journal: %s is damaged and left out" % name, ERROR)
        return text

    def drop_kept(self, name: str):
        """One of them must make room."""
        self._storage.remove(name)
