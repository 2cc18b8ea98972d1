"""Files that the central system wants or offers: which, when due, and what it is told (OCPP 1.6 §4.4, §4.5, §5.9,
§5.19)."""

from ..base import loading
from .progress import Progress

loading.seldom(__name__)

_FILE = "update"
_STORED = ("location", "retrieve", "left", "interval", "installing", "request", "install", "proof")
# How an update fails.
_ENDS = ("DownloadFailed", "InstallationFailed", "InvalidSignature", "InstallVerificationFailed")
_RETRIES_MAX = 10
_INTERVAL_MAX_S = 86400
NO_URL = "location: empty, or with a space, a control character or one that is not ASCII: a URL has them as %20"


class Maintenance:
    """Diagnostics on their way out, and firmware on its way in.

    A job is a dict: what was asked for, the tries that are `left`, the uptime in ms at which the next is `due` (None:
    none has been made since the start), of firmware also whether it is `fetched`. An update is durable, and so are
    its tries: one that resets the board is counted as well. How it ended is durable until the central system knows.
    """

    def __init__(self, station):
        self._station = station
        self.upload = None  # {"location", "name", "start", "stop", "interval", "log", "request"}
        self.update = None  # {"location", "retrieve", "interval", "request", "install", "proof"}
        self.diagnostics = Progress()
        self.firmware = Progress()
        self.carrying = False  # whether a file comes or goes just now
        self._installed = None
        self.on_trial = None  # the outcome that is not confirmed: nothing is installed over the one before it
        try:
            stored = station.storage.kept(_FILE)
            if stored is not None:
                self._load(stored)
        except (ValueError, TypeError, KeyError, AttributeError):
            station.log("firmware: the stored update is damaged and left out")
            self.end_update(None)

    def _load(self, stored):
        ended = stored.get("ended")
        if ended:
            if ended not in _ENDS:
                raise ValueError(ended)
            self.firmware.reach(ended, stored.get("request"))
            if stored.get("told"):
                _status, _request, ticket = self.firmware.newest(True)
                self.firmware.heard(ticket)
            return
        if "location" not in stored:
            self._installed = stored["request"] + 0  # of the firmware that starts now
            return
        for name in ("retrieve", "left", "interval"):
            stored[name] += 0
        stored["location"] += ""
        for name in ("request", "install", "proof"):
            stored.setdefault(name, None)
        _begin(stored, stored["left"], stored["interval"])
        self.update = stored

    @property
    def idle(self) -> bool:
        """Whether there is nothing to do, and nothing to tell."""
        alone = self._station.authorization.stand_alone and not self._station.registration.ever
        told = alone or not (self.diagnostics.untold or self.firmware.untold)
        return told and not self.upload and not self.update and not self.on_trial

    # Diagnostics

    def diagnose(self, location, start, stop, retries, interval, log=(None, None)) -> str:
        """GetDiagnostics, or GetLog with its (logType, requestId): the name of the file that will be sent. A newer
        request takes the place of an older one."""
        kind = "security" if log[0] == "SecurityLog" else "diagnostics"
        name = "%s-%d.txt" % (kind, self._station.clock.now() or 0)
        self.upload = job = {"location": location, "name": name, "start": start, "stop": stop}
        job["log"], job["request"] = log
        _begin(self.upload, 1 + max(0, retries), interval)
        return name

    def upload_due(self) -> bool:
        """Whether diagnostics are to be sent now."""
        return self.upload is not None and self._due(self.upload)

    def _due(self, job) -> bool:
        return job["due"] is None or self._station.clock.uptime() >= job["due"]

    def try_begins(self, job) -> bool:
        """Count a try before it is made; False when there is none left. Raises OSError when flash does not note it."""
        if job["left"] <= 0:
            return False
        job["left"] -= 1
        if job is self.update:
            self._save()
        return True

    def failed(self, job) -> bool:
        """A try was in vain; whether it was the last."""
        job["due"] = self._station.clock.uptime() + job["interval"] * 1000
        return job["left"] <= 0

    def in_vain(self):
        """There was no memory to try what is due: that counts as a try all the same."""
        upload, update = self.upload, self.update
        if upload and self.upload_due():
            self.try_begins(upload)
            if self.failed(upload):
                self.uploaded(upload, "UploadFailed")
        if update and self.update_due():
            try:
                last = not self.try_begins(update)
            except OSError:
                last = False  # counted, if not for good
            if self.failed(update) and (last or not update["fetched"]):
                self.end_update("InstallationFailed" if update["fetched"] else "DownloadFailed")

    def uploaded(self, job, status: str):
        """An upload is over, well or not."""
        if self.upload is job:
            self.upload = None
        if job["request"] is not None and status == "UploadFailed":
            status = job.get("why", "UploadFailure")
        self.diagnostics.reach(status, job["request"])

    # Firmware

    def offer(self, location, retrieve, retries, interval, request=None, install=None, proof=None):
        """UpdateFirmware, or SignedUpdateFirmware with its requestId, perhaps a time to install, and what checks its
        file; durable on return. Raises OSError."""
        job = {"location": location, "retrieve": retrieve, "request": request, "install": install, "proof": proof}
        before = self.update
        if before and before["fetched"]:
            self.block(False)  # nothing waits for connectors any more
        _begin(job, 1 + max(0, retries), interval)
        self.update = job
        try:
            self._save()
        except (OSError, MemoryError):
            self.update = before
            raise
        if request is not None and retrieve > (self._station.clock.now() or 0):
            self.firmware.reach("DownloadScheduled", request)

    def tell(self, status: str, job=None):
        """The update, or one that was, is now in this state."""
        self.firmware.reach(status, (job or self.update)["request"])

    def _save(self):
        job = self.update
        stored = {name: job[name] for name in _STORED if job[name] is not None}
        self._station.storage.keep(_FILE, stored)

    def update_due(self) -> bool:
        """Whether the firmware is to be fetched now, or installed."""
        job = self.update
        if job is None or self.on_trial:
            return False
        now = self._station.clock.now()
        if job["fetched"] and job["proved"]:
            if job["install"] is not None and (now is None or now < job["install"]):
                return False
            if not self.quiet():
                self._reserve()
            return self.quiet()
        return self._due(job) and (job["fetched"] or (now is not None and now >= job["retrieve"]))

    def end_update(self, status: "str | None"):
        """It is over, well or not; a status is durable until told() finds that it has been told."""
        request = self.update["request"] if self.update else None
        if self.update and self.update["fetched"] and status:
            self.block(False)
        self.update = None
        if status:
            self.firmware.reach(status, request)
        try:
            if status or request is not None:
                return self._keep_end(status, request)
        except (OSError, MemoryError):
            pass  # no room: then a power cut costs the central system this status
        self._station.storage.remove(_FILE)

    def _keep_end(self, status, request, told=False):
        kept = {"ended": status, "request": request, "told": told}
        self._station.storage.keep(_FILE, kept)

    def told(self):
        """The central system has heard something of the firmware; what it knows need not be durable any more."""
        if self.update or self.firmware.untold:
            return
        status, request, _ticket = self.firmware.newest(True)
        if status in _ENDS:
            self._keep_end(status, request, True)  # for whoever asks (L01.FR.29)
        elif status != "InstallRebooting":
            self._station.storage.remove(_FILE)

    def installing(self):
        """From here on a new start is this update's end, not its repetition. Raises OSError."""
        self.update["installing"] = True
        self._save()

    def started(self, outcome: str):
        """This start is the outcome of an installation, which is not confirmed yet."""
        self.on_trial = outcome
        request = self._installed
        if self.update and self.update["installing"]:
            request = self.update["request"]
            self.end_update(None)  # the power was cut before that was noted; a newer one stays
        self.firmware.reach(outcome, request)

    def block(self, blocked: bool):
        """No new session begins while firmware is being installed."""
        for connector in self._station.connectors:
            connector.block(blocked)
        self._station.woken()

    def _reserve(self):
        """Whoever charges goes on; a connector that is free stays so until the firmware is installed (L01.FR.07, and
        OCPP 1.6 §5.19): with two connectors in turns it never would be."""
        for connector in self._station.connectors:
            if connector.blocked == _busy(connector):
                connector.block(not connector.blocked)
                self._station.woken()

    def quiet(self) -> bool:
        """Whether nobody charges, is about to, or has been promised to."""
        return not any([_busy(connector) for connector in self._station.connectors])


def _busy(connector) -> bool:
    # Whoever has a reservation has been promised the connector: it ends by itself, and none can be made meanwhile.
    expected = connector.claim or connector.reservation
    return bool(connector.transaction or expected or connector.interrupted is not None)


def is_url(text: str) -> bool:
    """Whether a text has no other characters than a URL may (RFC 3986): a line break in one would be a line of HTTP."""
    return bool(text) and not [character for character in text if not "!" <= character <= "~"]


def _begin(job, tries, interval):
    job["left"] = max(0, min(tries, 1 + _RETRIES_MAX))
    job["interval"] = max(1, min(interval, _INTERVAL_MAX_S))
    job["due"] = None
    job["fetched"] = not job["location"]  # brought.py: it is here
    job["proved"] = job.get("request") is None
    job["installing"] = bool(job.get("installing"))
