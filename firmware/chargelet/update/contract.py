"""What takes new firmware in: the contract of the installers, of which device.py takes the one that a board can have.

This file is never loaded: host_tests/laptop/test_contracts.py holds every installer against it.
"""


class Installer:
    """Lives for one piece of work only: what the next one must know lies on flash. Raises ValueError for a package that
    is not right, and OSError of the flash. What is async gives way to others after each piece."""

    # The version of an update that runs, where its image does not say so itself; else None.
    version = None
    # How many bytes of a package are there already.
    received = 0

    def begin(self, offset: int):
        """What is written next begins at this byte of the package; 0 begins anew."""

    async def write(self, piece: bytes):
        """The next bytes. A package that is not for this board is refused as soon as its manifest is there, and nothing
        of it stays."""

    async def whole(self):
        """No more bytes come. Raises ValueError when some are missing."""

    async def digest(self) -> bytes:
        """The SHA-256 of all of the package as it lies on flash, which SignedUpdateFirmware's signature is of."""

    async def check(self):
        """Look at all of it once more before it is installed. One that is not right goes."""

    def activate(self):
        """The next start is with the new firmware, on trial."""

    def outcome(self) -> "str | None":
        """Installed or InstallationFailed where this start is the outcome of an installation, until confirm()."""

    def confirm(self):
        """The new firmware stays; or it is known that it did not start."""

    def forget(self):
        """Nothing of a package stays."""
