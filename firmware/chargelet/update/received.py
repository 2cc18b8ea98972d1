"""Takes a firmware package in as one file, which may be cut off and go on. It takes no more of it than its manifest
says, and nothing of one that is not for this board."""

from io import BytesIO

# What stays free on flash for the journal, which starts no transaction with less than 64 kB.
RESERVE = 131072


class Received:
    """The first half of an installer's contract (station/maintenance.py), over a storage."""

    def __init__(self, storage, terms, clock):
        self._storage = storage
        self._terms = terms
        self._clock = clock
        self._head = b""  # of a package, until its manifest has been judged
        self._left = None  # bytes that are still to come, once the manifest has said

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
        """What is written next belongs there; 0 begins anew."""
        self._head = b""
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
            if self._left is None and not await self._judged(piece):
                return
            if self._head:
                piece, self._head = self._head, b""
            if len(piece) > self._left:
                raise ValueError("package: there is more of it than its manifest says")
            self._storage.append("package", piece)
            self._left -= len(piece)
        except (ValueError, OSError):
            self.forget()
            raise

    async def _judged(self, piece) -> bool:
        """Whether there is a manifest already; its package fits here then."""
        from ..ground import package

        if await self._goes_on():
            return True
        self._head += piece
        end = package.head_end(self._head)
        if not end:
            return False
        found = await package.manifest(BytesIO(self._head), self._terms, self._rest)
        if self._storage.free() < found["size"] + RESERVE:
            raise ValueError("package: its %d bytes leave no room on flash" % found["size"])
        self._left = end + found["size"]
        return True

    async def _goes_on(self) -> bool:
        """Whether a part is there, of which the manifest says how much is missing."""
        from ..ground import package

        file = self._storage.stream("package")
        if file is None:
            return False
        with file:
            found = await package.manifest(file, self._terms, self._rest)
            self._left = file.tell() + found["size"] - file.seek(0, 2)
        return True

    async def whole(self):
        """Raises ValueError when not all of the package has come."""
        if self._left is None and not await self._goes_on():
            raise ValueError("package: it does not begin with a manifest and a signature")
        if self._left:
            raise ValueError("package: %d bytes are missing" % self._left)
