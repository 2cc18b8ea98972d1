"""The simulated board takes new firmware in: as a file that tools/station starts next time.

As on a board with two partitions, the firmware before stays until the central system has accepted the new one:

    package   what has been fetched so far
    next      a package that is on trial; `trials` counts its starts, and after three without confirm() it goes
    active    the package that was confirmed last; without one the firmware is the one that came with the board
    failed    a package on trial has been given up
"""

from chargelet.base import loading
from chargelet.update.received import Received

loading.seldom(__name__)


class Installer(Received):
    """An installer (chargelet/update/contract.py), over a folder."""

    version = None  # the package says that itself

    async def check(self):
        """Raises ValueError, and forgets the package, when it is not right."""
        from chargelet.base import package

        file = self._storage.stream("package")
        if file is None:
            raise ValueError("package: it is empty")
        try:
            with file:
                await package.check(file, self._terms, self._rest)
        except ValueError:
            self.forget()
            raise

    def activate(self):
        """The next start is with the new firmware."""
        self._storage.remove("trials")
        self._storage.rename("package", "next")

    def confirm(self):
        """The new firmware is good: it has been accepted by the central system. Or it is known that it was not."""
        self._storage.rename("next", "active")
        for name in ("trials", "failed"):
            self._storage.remove(name)

    def outcome(self) -> "str | None":
        """What is to be told of the installation that this start is the outcome of."""
        names = self._storage.names()
        return "InstallationFailed" if "failed" in names else "Installed" if "next" in names else None
