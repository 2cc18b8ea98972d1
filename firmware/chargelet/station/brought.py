"""Takes firmware in that somebody brings to the page, block by block; from then on it is an update like any other.

The installer and its checks are those of UpdateFirmware. An update whose location is empty has been brought: no central
system can ask for that, for an empty text is no URL.
"""

from ..base import loading

loading.seldom(__name__)

# Where transport/files.py notes which download a part of a package is of: what is brought is of none.
_SOURCE = "fetching"
# A power cut or a reset in mid-installation is no end: so often more it is tried.
_RETRIES = 2
# Whoever brings nothing more for so long has gone.
_PATIENCE_MS = 60000


def refused(station, make) -> "str | None":
    """None when firmware can be brought now, else a word that says why not. `make()` gives the installer, if any."""
    if make is None:
        return "none"
    if station.config["SecurityProfile"]:
        return "profile"  # it comes by SignedUpdateFirmware alone, as for UpdateFirmware (L01.FR.20)
    if station.maintained:
        if station.maintenance().update:
            return "busy"
        if station.maintenance().on_trial:
            return "trial"
    return None


class Brought:
    """A package that is being brought: `at` bytes of it are there."""

    def __init__(self, station, make):
        self._station = station
        self._make = make
        self._installer = make()
        self._installer.begin(0)
        self._installer.forget()
        station.storage.remove(_SOURCE)
        self.at = 0
        self.newest = station.clock.uptime()
        self.writing = False

    async def write(self, piece: bytes):
        """The next bytes. Raises ValueError, and nothing of it stays, when it is none for this board; OSError."""
        self._mine()
        self.newest = self._station.clock.uptime()
        await self._installer.write(piece)
        self.at += len(piece)
        await self._station.clock.sleep(1)

    async def whole(self):
        """All of it is there: it is installed as soon as nobody charges. Raises ValueError, OSError."""
        self._mine()
        await self._installer.whole()
        self._mine()
        maintenance = self._station.maintenance()
        maintenance.offer("", 0, _RETRIES, 60)
        maintenance.tell("Downloaded")

    def _mine(self):
        wrong = refused(self._station, self._make)
        if wrong:
            raise ValueError(wrong)

    def gone(self) -> bool:
        """Whether nobody brings more of it; then nothing of it stays."""
        if self.writing or self._station.clock.uptime() - self.newest < _PATIENCE_MS:
            return False
        self.forget()
        return True

    def forget(self):
        """Nothing of it stays, unless the files belong to another update by now."""
        if not (self._station.maintained and self._station.maintenance().update):
            self._installer.forget()
