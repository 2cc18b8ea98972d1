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
