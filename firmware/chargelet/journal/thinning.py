"""Takes samples out of a full journal, a little at a time. See README.md.

What goes follows from names alone, so that it may be interrupted by a power cut, and done twice.
"""

from ..base import loading
from .folders import FOLDER_MAX
from .record import ordinal_of

loading.seldom(__name__)

_WINDOW = 16


class Thinning:
    """One pass over the journal: of a kind of records, each `stride`-th of a series stays."""

    def __init__(self, journal, folders, storage, kind: str, stride: int):
        self._journal = journal
        self._folders = folders
        self._storage = storage
        self._kind = kind
        self._stride = stride
        self._first = -1  # what the folder that is thinned is known by
        self._after = ""  # the last name in it that has been looked at
        self._names = []  # what goes next: away, or into the folder before
        self._moving = False

    def step(self) -> bool:
        """One change of the flash, or a look at one folder's names; False when all is done."""
        folders = self._folders
        at = folders.place(self._first)
        if at < 0 or folders.first(at) != self._first:
            return self._turn_to(at + 1)  # the first, or that one has been delivered meanwhile
        if self._moving:
            return self._move(at)
        if self._names:
            self._remove(at, self._names.pop(0))
            return True
        names = folders.names(at, self._after, _WINDOW)
        if names:
            self._after = names[-1]
            self._names = [name for name in names if name[8] == self._kind and ordinal_of(name) % self._stride]
        elif self._room(at):
            self._names = folders.names(at, "", FOLDER_MAX)
            self._moving = True
        else:
            return self._turn_to(at + 1)
        return True

    def _turn_to(self, at) -> bool:
        self._moving = False
        self._names = []
        self._after = ""
        if at >= len(self._folders):
            return False
        self._first = self._folders.first(at)
        return True

    def _remove(self, at, name):
        _at, after, due = self._journal.reading()
        # What is due may be on the wire; what is before it has gone, or is a newer firmware's.
        if name > after and name != due:
            self._journal.thinned(at, name)

    def _room(self, at) -> bool:
        """Whether the records go into the folder before, so that half-empty folders do not fill the flash."""
        folders = self._folders
        read, _after, _due = self._journal.reading()
        if not read < at < len(folders) - 1:
            return False
        return folders.count(at - 1) + folders.count(at) <= FOLDER_MAX

    def _move(self, at) -> bool:
        folders = self._folders
        read, _after, _due = self._journal.reading()
        if self._names and read < at:
            name = self._names.pop(0)
            self._storage.rename(folders.path(at, name), folders.path(at - 1, name))
            folders.counted(at, -1)
            folders.counted(at - 1, 1)
            return True
        if folders.count(at) or at == len(folders) - 1:
            return self._turn_to(at + 1)
        folders.drop(at)
        return self._turn_to(at)
