"""Installs a package of compiled files as a slot on a board without OTA partitions; slots.py chooses what is started.

The image inside the package is one file after the other: a line `path size` and its bytes.
"""

import os

from ..base import loading, package
from .received import RESERVE, Received

loading.seldom(__name__)

_PIECE = 512
_PATH_MAX = 100
KIND = "files"


class SlotInstaller(Received):
    """An installer (contract.py). `storage` is /state/firmware, `root` where the slots are."""

    def __init__(self, storage, terms, clock, root: str = ""):
        Received.__init__(self, storage, terms, clock)
        self._root = root

    def _named(self, name) -> str:
        """The slot that a file names; "" for what slots.py does not start from either."""
        found = self._storage.read(name)
        return found.decode() if found in (b"slot-a", b"slot-b") else ""

    @property
    def version(self) -> "str | None":
        """Of the firmware that runs from a slot; None for the deployed one."""
        slot = self._named("next") or self._named("active")
        version = self._storage.read("version-" + slot) if slot else None
        try:
            return version.decode() if version else None
        except UnicodeError:
            return None

    async def check(self):
        """Unpack it beside what runs. Raises ValueError, and forgets the package, when it is not right."""
        file = self._storage.stream("package")
        if file is None:
            raise ValueError("package: it is empty")
        slot = "slot-a" if self._named("active") != "slot-a" else "slot-b"
        try:
            with file:
                found = await package.check(file, self._terms, self._rest)
                file.seek(file.seek(0, 2) - found["size"])
                self._storage.remove("next")  # nothing may start from it while it changes
                await self._clear(self._root + "/" + slot)
                if self._storage.free() < found["size"] + RESERVE:
                    raise ValueError("package: its files leave no room on flash")
                await self._unpack(file, slot)
            self._storage.write("version-" + slot, found["version"].encode())
        except ValueError:
            self.forget()
            raise
        self._slot = slot

    async def _clear(self, folder):
        """Remove a folder and what is in it, if it is there; a file at a time, for each may take an erase."""
        try:
            names = os.listdir(folder)
        except OSError:
            return
        for name in names:
            path = folder + "/" + name
            try:
                os.remove(path)
            except OSError:
                await self._clear(path)
            await self._rest()
        os.rmdir(folder)

    async def _unpack(self, file, slot):
        while True:
            line = file.readline(_PATH_MAX + 20)
            if not line:
                return
            path, _, size = line.decode().strip().partition(" ")
            if not size.isdigit() or not 0 < len(path) <= _PATH_MAX or ".." in path or path[:1] == "/":
                raise ValueError("package: its files make no sense")
            await self._copy(file, self._root + "/" + slot + "/" + path, int(size))

    async def _copy(self, file, target, size):
        _folders(target)
        begin = file.tell()
        with open(target, "wb") as out:
            left = size
            while left:
                piece = file.read(min(_PIECE, left))
                if not piece:
                    raise ValueError("package: its files make no sense")
                out.write(piece)
                left -= len(piece)
                await self._rest()
        # What lies on flash is compared with what came: a worn flash must not be started from.
        file.seek(begin)
        with open(target, "rb") as again:
            while True:
                piece = again.read(_PIECE)
                if not piece:
                    break
                if piece != file.read(len(piece)):
                    raise ValueError("package: flash does not keep %s" % target)
                await self._rest()
        file.seek(begin + size)

    def activate(self):
        """The next start is with the new firmware."""
        for name in ("trials", "failed"):
            self._storage.remove(name)
        self._storage.write("next", self._slot.encode())
        self.forget()

    def confirm(self):
        """The new firmware is good: it has been accepted by the central system. Or it is known that it was not."""
        slot = self._named("next")
        if slot:
            self._storage.write("active", slot.encode())
        for name in ("next", "trials", "failed"):
            self._storage.remove(name)

    def outcome(self) -> "str | None":
        """What is to be told of the installation that this start is the outcome of."""
        if self._storage.read("failed") is not None:
            return "InstallationFailed"
        return "Installed" if self._named("next") else None


def _folders(path):
    parts = path.split("/")
    for depth in range(2, len(parts)):
        try:
            os.mkdir("/".join(parts[:depth]))
        except OSError:
            pass  # it is there, or the file in it says what is wrong
