"""Knows how an image gets into a board's other OTA partition, with the boot loader's way back. Knows no network."""

import hashlib
from binascii import hexlify
from io import BytesIO

from ..ground import package

_BLOCK = 4096
# In pieces: a station that has been at work for long has no whole block of RAM left.
_PIECE = 512
_ERASE = 6  # of the block protocol's ioctl()
# What has been received is noted after so many blocks: flash is not for counting on.
_NOTE_BLOCKS = 16
_HEAD_MOST = 2048


class PartitionInstaller:
    """The contract of station/maintenance.py. `storage` is /state/firmware, `partitions` is esp32.Partition.

    A new image that has not been confirmed when the board resets is given up by the boot loader, where MicroPython was
    built with its roll-back: the OTA variants are.
    """

    def __init__(self, storage, modulus: int, kind: str, clock, partitions):
        self._storage = storage
        self._modulus = modulus
        self._kind = kind
        self._clock = clock
        self._partitions = partitions
        self._running = partitions(partitions.RUNNING)
        self._target = self._running.get_next_update()
        self._head = storage.read("head") or b""
        noted = storage.read("blocks") or b""
        self._written = int(noted) * _BLOCK if self._head and noted.isdigit() else 0
        self._rest = b""

    @property
    def version(self) -> "str | None":
        """The image says that itself."""
        return None

    @property
    def received(self) -> int:
        """How many bytes of a package are there already."""
        return len(self._head) + self._written + len(self._rest)

    def begin(self, offset: int):
        """What is written next belongs there; 0 begins anew."""
        if offset != self.received:
            self._forget()

    def _forget(self):
        self._storage.remove("blocks")
        self._storage.remove("head")
        self._head = self._rest = b""
        self._written = 0

    def write(self, piece: bytes):
        """The next bytes of the package. Raises ValueError where it does not begin as one, OSError of the flash."""
        self._rest += piece
        try:
            self._digest()
        except ValueError:
            self._forget()
            raise

    def _digest(self):
        if not self._head:
            end = self._rest.find(b"\n", self._rest.find(b"\n") + 1) + 1
            if end <= 1:
                if len(self._rest) > _HEAD_MOST:
                    raise ValueError("package: it does not begin with a manifest and a signature")
                return
            head, self._rest = self._rest[:end], self._rest[end:]
            # Before anything is erased: it must be ours, and for this chip.
            if package.manifest(BytesIO(head), self._modulus, self._kind)["size"] > self._target.info()[3]:
                raise ValueError("package: the image is larger than the partition")
            self._storage.write("head", head)
            self._head = head
        while len(self._rest) >= _PIECE:
            self._write_piece(self._rest[:_PIECE])
            self._rest = self._rest[_PIECE:]

    def _write_piece(self, piece):
        block, offset = divmod(self._written, _BLOCK)
        if not offset:
            if self._written + _BLOCK > self._target.info()[3]:
                raise ValueError("package: there is more of it than its manifest says")
            self._target.ioctl(_ERASE, block)
            if block and block % _NOTE_BLOCKS == 0:
                self._storage.write("blocks", b"%d" % block)
        self._target.writeblocks(block, piece, offset)
        self._written += _PIECE

    async def check(self):
        """Raises ValueError, and forgets the package, when what lies in the partition is not right."""
        try:
            found = package.manifest(BytesIO(self._head), self._modulus, self._kind)
            size = self.received - len(self._head)
            if size != found["size"]:
                raise ValueError("package: the image has %d bytes, the manifest says %d" % (size, found["size"]))
            if self._rest:
                self._write_piece(self._rest + b"\xff" * (_PIECE - len(self._rest)))
            digest = hashlib.sha256()
            buffer = bytearray(_PIECE)
            for at in range(0, size, _PIECE):
                self._target.readblocks(at // _BLOCK, buffer, at % _BLOCK)
                digest.update(memoryview(buffer)[: min(_PIECE, size - at)])
                if not at % _BLOCK:
                    await self._clock.sleep(1)
            if hexlify(digest.digest()).decode() != found["sha256"]:
                raise ValueError("package: the image is damaged")
        except ValueError:
            self._forget()
            raise

    def activate(self):
        """The next start is with the new firmware."""
        self._storage.write("trial", self._target.info()[4].encode())
        self._target.set_boot()
        self._forget()

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
        return "Installed" if trial == self._running.info()[4].encode() else "InstallationFailed"
