"""Knows a firmware package that is being received, as one file that may be cut off and go on. Knows not what becomes of
it."""


class Received:
    """The first half of an installer's contract (station/maintenance.py), over a storage."""

    def __init__(self, storage):
        self._storage = storage

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
        if offset != self.received:
            self._storage.remove("package")

    def write(self, piece: bytes):
        """The next bytes of the package."""
        self._storage.append("package", piece)
