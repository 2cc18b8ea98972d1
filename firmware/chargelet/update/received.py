"""Receives a firmware package as one file, and goes on with it after a cut. Refuses what is not for this board."""

import gc

from ..base import loading

loading.seldom(__name__)

# What stays free on flash for the journal, which starts no transaction with less than 64 kB.
RESERVE = 131072
# RSA and whatever the station does meanwhile take so much RAM.
_RSA_BYTES = 8000


class Received:
    """The first half of an installer (contract.py): the package as one value of a storage."""

    def __init__(self, storage, terms, clock):
        self._storage = storage
        self._terms = terms
        self._clock = clock
        self._left = None  # bytes that are still to come, once the manifest has been judged
        self._proved = False  # whether its signature has been looked at

    async def _rest(self):
        await self._clock.sleep(1)

    @property
    def received(self) -> int:
        """How many bytes of a package are there already."""
        file = self._storage.stream("package")
        if file is None:
            return 0
        with file:
            return file.seek(0, 2)

    def begin(self, offset: int):
        """What is written next begins at this byte; 0 begins anew."""
        self._left = None
        if offset != self.received:
            self.forget()

    def forget(self):
        """Nothing of a package stays."""
        self._storage.remove("package")

    async def write(self, piece: bytes):
        """The next bytes of the package. Raises ValueError, and nothing of it stays, when it is not for this board or
        more than its manifest says; OSError of the flash."""
        try:
            if self._left is not None and len(piece) > self._left:
                raise ValueError("package: there is more of it than its manifest says")
            # Its first two lines lie on flash before they are judged, in place of RAM: 2 kB at most.
            self._storage.append("package", piece)
            if self._left is None:
                await self._judge()
            else:
                self._left -= len(piece)
        except (ValueError, OSError):
            self.forget()
            raise

    async def _judge(self, complete: bool = False):
        """Find out from the manifest how much is still to come, as soon as it is there."""
        from ..base import package

        file = self._storage.stream("package")
        if file is None:
            return
        with file:
            if not package.begins(file):
                return
            gc.collect()  # RSA needs room in one piece
            # Where RAM is short beside the transfer, its signature is looked at when all of it is there, and before it
            # is installed in any case. Until then what it says of itself is the bound of what comes.
            self._proved = complete or not hasattr(gc, "mem_free") or gc.mem_free() >= _RSA_BYTES
            try:
                found = await self._manifest(file)
            except MemoryError:
                if complete:
                    raise
                self._proved = False
                found = await self._manifest(file)
            whole = file.tell() + found["size"]
            there = file.seek(0, 2)
        if there > whole:
            raise ValueError("package: there is more of it than its manifest says")
        if self._storage.free() < whole - there + RESERVE:
            raise ValueError("package: its %d bytes leave no room on flash" % whole)
        self._left = whole - there

    def _manifest(self, file):
        from ..base import package

        file.seek(0)
        return package.manifest(file, self._terms, self._rest, self._proved)

    async def digest(self) -> bytes:
        """The SHA-256 of all of the package. Raises ValueError when there is none."""
        from hashlib import sha256

        file = self._storage.stream("package")
        if file is None:
            raise ValueError("package: it is empty")
        made, buffer = sha256(), bytearray(512)
        with file:
            count = file.readinto(buffer)
            while count:
                made.update(memoryview(buffer)[:count])
                await self._rest()
                count = file.readinto(buffer)
        return made.digest()

    async def whole(self):
        """Raises ValueError when not all of the package has come."""
        if self._left is None:
            await self._judge()
        if self._left is None:
            raise ValueError("package: it does not begin with a manifest and a signature")
        if self._left:
            raise ValueError("package: %d bytes are missing" % self._left)
        if not self._proved:
            try:
                await self._judge(True)
            except ValueError:
                self.forget()
                raise
            except MemoryError:
                pass  # it is looked at before it is installed
