"""Installs an image into a board's other OTA partition, with the boot loader's way back."""

import hashlib
from binascii import hexlify

from ..base import loading, package

loading.seldom(__name__)

_BLOCK = 4096
# In pieces: a station that has been at work for long has no whole block of RAM left.
_PIECE = 512
_ERASE = 6  # of the block protocol's ioctl()
# What has been received is noted after so many blocks: flash is not for counting on.
_NOTE_BLOCKS = 16


class PartitionInstaller:
    """An installer (contract.py). `storage` is /state/firmware, `partitions` is esp32.Partition.

    A new image that has not been confirmed when the board resets is given up by the boot loader, where MicroPython was
    built with its roll-back: the OTA variants are.
    """

    def __init__(self, storage, terms, clock, partitions):
        self._storage = storage
        self._terms = terms
        self._clock = clock
        self._partitions = partitions
        self._running = partitions(partitions.RUNNING)
        self._target = self._running.get_next_update()
        self._head = len(storage.read("head") or b"")  # bytes before the image: manifest and signature
        noted = storage.read("blocks") or b""
        self._written = int(noted) * _BLOCK if self._head and noted.isdigit() else 0
        self._rest = b""
        self._size = None  # of the image, once the manifest has been judged
        noted = storage.read("whole") or b""
        self._whole = int(noted) if self._head and noted.isdigit() else None  # its size, once all of it is in flash

    async def _pause(self):
        await self._clock.sleep(1)

    @property
    def version(self) -> "str | None":
        """The image says that itself."""
        return None

    @property
    def received(self) -> int:
        """How many bytes of a package are there already."""
        return self._head + (self._written + len(self._rest) if self._whole is None else self._whole)

    def begin(self, offset: int):
        """What is written next begins at this byte; 0 begins anew."""
        if offset != self.received:
            self.forget()

    def forget(self):
        """Nothing of a package stays."""
        for name in ("whole", "blocks"):
            self._storage.remove(name)
        self._storage.remove("head")
        self._rest = b""
        self._head = self._written = 0
        self._size = self._whole = None

    async def write(self, piece: bytes):
        """The next bytes of the package. Raises ValueError, and nothing of it stays, when it is not for this board or
        more than its manifest says; OSError of the flash."""
        self._rest += piece
        try:
            await self._take_in()
        except ValueError:
            self.forget()
            raise

    async def _judge(self):
        """Before anything is erased: it must be ours, for this chip, and not older."""
        file = self._storage.stream("head")
        if file is None:
            raise ValueError("package: it does not begin with a manifest and a signature")
        with file:
            found = await package.manifest(file, self._terms, self._pause)
        _type, _subtype, _address, room, _label, _encrypted = self._target.info()
        if found["size"] > room:
            raise ValueError("package: the image is larger than the partition")
        self._size = found["size"]
        return found

    async def _take_in(self):
        if not self._head:
            end = package.head_end(self._rest)
            if not end:
                return
            self._storage.write("head", self._rest[:end])
            self._rest = self._rest[end:]
            await self._judge()
            self._head = end
        elif self._size is None:
            await self._judge()
        if self._whole is not None or self._written + len(self._rest) > self._size:
            raise ValueError("package: there is more of it than its manifest says")
        while len(self._rest) >= _PIECE:
            await self._write_piece(self._rest[:_PIECE])
            self._rest = self._rest[_PIECE:]

    async def whole(self):
        """The rest goes into flash, and that it is there is noted. Raises ValueError when not all of it has come."""
        if self._whole is not None:
            return
        if self._size is None:
            await self._judge()
        missing = self._size - self._written - len(self._rest)
        if missing:
            raise ValueError("package: %d bytes are missing" % missing)
        if self._rest:
            await self._write_piece(self._rest + b"\xff" * (_PIECE - len(self._rest)))
            self._rest = b""
        self._storage.write("whole", b"%d" % self._size)
        self._whole = self._size

    async def _write_piece(self, piece):
        block, offset = divmod(self._written, _BLOCK)
        if not offset:
            self._target.ioctl(_ERASE, block)
            await self._pause()  # an erase stops the chip for some 50 ms: nothing else comes on top of it
            if block and block % _NOTE_BLOCKS == 0:
                self._storage.write("blocks", b"%d" % block)
        self._target.writeblocks(block, piece, offset)
        self._written += _PIECE

    async def _read(self, digest):
        """Add the image to a digest, as it lies in the partition."""
        buffer = bytearray(_PIECE)
        for at in range(0, self._whole, _PIECE):
            self._target.readblocks(at // _BLOCK, buffer, at % _BLOCK)
            digest.update(memoryview(buffer)[: min(_PIECE, self._whole - at)])
            await self._pause()

    async def digest(self) -> bytes:
        """The SHA-256 of all of the package. Raises ValueError when not all of it has come."""
        if self._whole is None:
            raise ValueError("package: the image is not whole")
        made = hashlib.sha256(self._storage.read("head"))
        await self._read(made)
        return made.digest()

    async def check(self):
        """Raises ValueError, and forgets the package, when the image in the partition is not right."""
        try:
            found = await self._judge()
            size = self._whole
            if size != found["size"]:
                raise ValueError("package: the image has %s bytes, the manifest says %d" % (size, found["size"]))
            digest = hashlib.sha256()
            await self._read(digest)
            if hexlify(digest.digest()).decode() != found["sha256"]:
                raise ValueError("package: the image is damaged")
        except ValueError:
            self.forget()
            raise

    def activate(self):
        """The next start is with the new firmware."""
        _type, _subtype, _address, _size, label, _encrypted = self._target.info()
        self._storage.write("trial", label.encode())
        self._target.set_boot()
        self.forget()

    def confirm(self):
        """The new firmware is good: it has been accepted by the central system. Or it is known that it was not."""
        outcome = self.outcome()
        if outcome == "Installed":
            self._partitions.mark_app_valid_cancel_rollback()
        if outcome:
            self._storage.remove("trial")

    def outcome(self) -> "str | None":
        """What is to be told of the installation that this start is the outcome of."""
        trial = self._storage.read("trial")
        if trial is None:
            return None
        _type, _subtype, _address, _size, label, _encrypted = self._running.info()
        return "Installed" if trial == label.encode() else "InstallationFailed"
