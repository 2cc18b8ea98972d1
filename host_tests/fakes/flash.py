"""A flash chip in memory: erased to ones, programmed by AND, torn when the power fails. MicroPython only."""

from .storage import PowerCut

_BLOCK = 4096


class Flash:
    """A block device for VfsLfs2 that counts what it does; `cut(n)` fails the power at the n-th operation from now.

    After that this object is dead, whoever still holds it: what the chip contains lives on in reborn().
    """

    def __init__(self, blocks, data=None):
        self._data = bytearray(b"\xff" * (blocks * _BLOCK)) if data is None else data
        self._blocks = blocks
        self.programmed = 0
        self.erased = 0
        self.read = 0  # operations
        self._left = None
        self.dead = False

    def cut(self, operations):
        self._left = operations

    def reborn(self):
        """The chip after a power cut."""
        self.dead = True
        return Flash(self._blocks, self._data)

    def _torn(self):
        """Whether the power fails in this operation."""
        if self._left is None:
            return False
        self._left -= 1
        if self._left >= 0:
            return False
        self.dead = True
        return True

    def readblocks(self, block, buffer, offset=0):
        if self.dead:
            return -5
        self.read += 1
        at = block * _BLOCK + offset
        buffer[:] = self._data[at : at + len(buffer)]
        return 0

    def writeblocks(self, block, buffer, offset):
        if self.dead:
            return -5
        torn = self._torn()
        at = block * _BLOCK + offset
        length = len(buffer) // 2 if torn else len(buffer)
        for index in range(length):
            self._data[at + index] &= buffer[index]
        self.programmed += length
        if torn:
            raise PowerCut
        return 0

    def ioctl(self, operation, argument):
        if operation == 4:
            return self._blocks
        if operation == 5:
            return _BLOCK
        if operation == 6:
            if self.dead:
                return -5
            torn = self._torn()
            at = argument * _BLOCK
            length = _BLOCK // 2 if torn else _BLOCK
            self._data[at : at + length] = b"\xff" * length
            self.erased += 1
            if torn:
                raise PowerCut
        return 0


class Recorder(Flash):
    """A chip that notes every operation, and shows afterwards what a power cut in the middle of one leaves."""

    def __init__(self, blocks):
        super().__init__(blocks)
        self.operations = []  # (mark, (address, the bytes programmed, or None for an erase))
        self._mark = None

    @property
    def content(self):
        return self._data

    def record(self, mark):
        """From now on note operations, each with what `mark()` gives; None: no more."""
        self._mark = mark

    def writeblocks(self, block, buffer, offset):
        if self._mark:
            self.operations.append((self._mark(), (block * _BLOCK + offset, bytes(buffer))))
        return super().writeblocks(block, buffer, offset)

    def ioctl(self, operation, argument):
        if operation == 6 and self._mark:
            self.operations.append((self._mark(), (argument * _BLOCK, None)))
        return super().ioctl(operation, argument)

    def torn(self, base, cut):
        """A copy of `base` with operation `cut` half done; `base` itself moves on by the whole of it."""
        at, data = self.operations[cut][1]
        made = bytearray(base)
        _apply(made, at, data, 2)
        _apply(base, at, data, 1)
        return made


def _apply(content, at, data, part):
    if data is None:
        content[at : at + _BLOCK // part] = b"\xff" * (_BLOCK // part)
    else:
        for index in range(len(data) // part):
            content[at + index] &= data[index]
