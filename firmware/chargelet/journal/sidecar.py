"""The journal's files beside its records: notes, what is kept for an end, what was set aside. See README.md."""

from ..base.log import ERROR
from .record import VERSION, note_of, parts_of, unwrap, wrap

# The folders: notes, in it what is kept (a folder for each transaction), and what was set aside.
_NOTES = "n"
_KEPT = "n/k"
_ASIDE = "x"
# Set aside for people to look at. From here on samples go first, then the oldest.
ASIDE_MAX = 64


class Sidecar:
    """Notes and kept values, by connector and transaction number; and what was set aside."""

    def __init__(self, storage, log):
        self._storage = storage
        self._log = log
        self.damaged = 0  # records found damaged since the boot
        self.aside = 0  # records set aside, for whatever reason, that lie on flash
        try:
            if not storage.there(_KEPT):
                storage.mkdir(_NOTES)
                # The notes' folder is never empty: one that becomes so takes littlefs a look at all folders there are.
                storage.mkdir(_KEPT)
        except OSError as error:
            log("journal: no folders for notes: flash says %s" % error, ERROR)

    def text(self, path: str) -> "str | None":
        """The text of a file, or None when there is none that can be read."""
        try:
            return unwrap(path[path.rfind("/") + 1 :], self._storage.read(path))
        except KeyError:
            return None

    # What is known of a transaction, by its number: a note, and what is kept for its end.

    def note(self, connector: int, number: int, text: str):
        """Write the note; durable on return. Raises OSError when flash is full."""
        if self.noted(connector, number) == text:
            return  # what followed had no memory, and is done again
        name = "T%d-%x" % (connector, number)
        self._storage.create(_NOTES + "/" + name, wrap(name, text))

    def noted(self, connector: int, number: int) -> "str | None":
        """The note's text, or None when there is none that can be read."""
        return self.text("%s/T%d-%x" % (_NOTES, connector, number))

    def close(self, connector: int, number: int):
        """Note that the transaction is delivered to its end: from here on a power cut does not bring it back."""
        name = "%s/D%d-%x" % (_NOTES, connector, number)
        try:
            if not self._storage.there(name):
                self._storage.create(name, VERSION)
        except OSError as error:
            self._log("journal: %s is not written: flash says %s" % (name, error))

    def notes(self):
        """(letter, connector, number) of each note: T where the id is known, D where all is delivered."""
        for name in self._storage.each(_NOTES):
            yield note_of(name)

    def keep(self, connector: int, number: int, name: str, text: str):
        """Add to what is kept for a transaction. Raises OSError when flash is full."""
        folder = self._folder(connector, number)
        content = wrap(name, text)
        if not self._storage.there(folder):
            self._storage.mkdir(folder)
        self._storage.create(folder + "/" + name, content)

    def _folder(self, connector, number):
        return "%s/%d-%x" % (_KEPT, connector, number)

    def kept(self, connector: int, number: int) -> list:
        """The paths of what is kept for the transaction's end, in order."""
        folder = self._folder(connector, number)
        return [folder + "/" + name for name in sorted(self._storage.each(folder)) if parts_of(name)]

    def kept_for(self):
        """(connector, number) of each transaction for which something is kept, or was."""
        for name in self._storage.each(_KEPT):
            _letter, connector, number = note_of("K" + name)
            if number:
                yield connector, number

    def read_kept(self, path: str) -> "str | None":
        """The text of one of them; a damaged one costs itself only."""
        text = self.text(path)
        if text is None:
            self.damaged += 1
            self._log("journal: %s is damaged and left out" % path, ERROR)
        return text

    def drop(self, path: str):
        """Remove one of them, to make room."""
        self._storage.remove(path)

    def finish(self, connector: int, number: int):
        """Remove what a transaction leaves when its end is delivered: what was kept for it, then its notes."""
        for path in self.kept(connector, number):
            self._storage.remove(path)
        self._forget(connector, number)

    def bury(self, connector: int, number: int):
        """An end was set aside: set aside what was kept for it too, and remove its note."""
        for path in self.kept(connector, number):
            self.set_aside(path)
        self._forget(connector, number)

    def _forget(self, connector, number):
        if self._storage.there(self._folder(connector, number)):
            self._storage.rmdir(self._folder(connector, number))
        for letter in ("T", "D"):
            self._storage.remove("%s/%s%d-%x" % (_NOTES, letter, connector, number))

    def set_aside(self, path: str):
        """Put a file out of the way, where people find it."""
        if not self._storage.there(_ASIDE):
            self._storage.mkdir(_ASIDE)
        if self.aside >= ASIDE_MAX:
            names = sorted(self.set_aside_names())
            samples = [name for name in names if name[8] not in "SE"]
            self._storage.remove(_ASIDE + "/" + (samples or names)[0])
            self.aside -= 1
        self._storage.rename(path, _ASIDE + "/" + path[path.rfind("/") + 1 :])
        self.aside += 1

    def set_aside_names(self):
        """The names of what was set aside, one by one."""
        return self._storage.each(_ASIDE)
