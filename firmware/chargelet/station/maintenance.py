"""Files that the central system wants or offers: which, when due, and what it is told (OCPP 1.6 §4.4, §4.5, §5.9,
§5.19)."""

import json

from ..ground import loading
from ..ground.log import masked
from ..ground.timestamp import to_text
from .progress import Progress

_FILE = "update"
_RETRIES_MOST = 10
_INTERVAL_MOST_S = 86400
_STAMP = 20  # characters of a date and time in the log
# Said of a location that cannot be a URL.
NO_URL = "location: empty, or with a space, a control character or one that is not ASCII: a URL has them as %20"


class Maintenance:
    """Diagnostics on their way out, and firmware on its way in.

    A job is a dict: what was asked for, the tries that are `left`, the uptime in ms at which the next is `due` (None:
    none has been made since the start), of firmware also whether it is `fetched`. An update is durable, and so are
    its tries: one that resets the board is counted as well. How it ended is durable until the central system knows.

    `installer` is the board's: begin(offset), write(piece), received, whole(), forget(), check() and activate() for an
    update; after the start, outcome() says what has become of one, and again until confirm(). None where the board
    has none.
    """

    def __init__(self, station):
        self._station = station
        self.upload = None  # {"location", "name", "start", "stop", "interval"}
        self.update = None  # {"location", "retrieve", "interval"}
        self.diagnostics = Progress()
        self.firmware = Progress()
        self.on_trial = False  # firmware that is not confirmed: nothing is installed over the one before it
        raw = station.storage.read(_FILE)
        if raw:
            try:
                self._load(json.loads(raw))
            except (ValueError, TypeError, KeyError, AttributeError):
                station.log("firmware: the stored update is damaged and left out")
                self.end_update(None)

    def _load(self, stored):
        ended = stored.get("ended")
        if ended:
            if ended not in ("DownloadFailed", "InstallationFailed"):
                raise ValueError(ended)
            self.firmware.reach(ended)
            return
        for name in ("retrieve", "left", "interval"):
            stored[name] += 0
        stored["location"] += ""
        _begin(stored, stored["left"], stored["interval"])
        self.update = stored

    @property
    def idle(self) -> bool:
        """Whether there is nothing to do, and nothing to tell."""
        told = not self.diagnostics.untold and not self.firmware.untold
        return told and not self.upload and not self.update and not self.on_trial

    # Diagnostics

    def diagnose(self, location, start, stop, retries, interval) -> str:
        """GetDiagnostics: the name of the file that will be sent. A newer request takes the place of an older one."""
        name = "diagnostics-%d.txt" % (self._station.clock.now() or 0)
        self.upload = {"location": location, "name": name, "start": start, "stop": stop}
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
                self.upload = None
                self.diagnostics.reach("UploadFailed")
        if update and self.update_due():
            try:
                last = not self.try_begins(update)
            except OSError:
                last = False  # counted, if not for good
            if self.failed(update) and (last or not update["fetched"]):
                self.end_update("InstallationFailed" if update["fetched"] else "DownloadFailed")

    # Firmware

    def offer(self, location, retrieve, retries, interval):
        """UpdateFirmware; durable on return. Raises OSError."""
        before = self.update
        self.update = {"location": location, "retrieve": retrieve}
        _begin(self.update, 1 + max(0, retries), interval)
        try:
            self._save()
        except OSError:
            self.update = before
            raise

    def _save(self):
        job = self.update
        stored = {name: job[name] for name in ("location", "retrieve", "left", "interval", "installing")}
        self._station.storage.write(_FILE, json.dumps(stored).encode())

    def update_due(self) -> bool:
        """Whether the firmware is to be fetched now, or installed."""
        job = self.update
        if job is None or self.on_trial:
            return False
        if job["fetched"]:
            return self.quiet()
        now = self._station.clock.now()
        return now is not None and now >= job["retrieve"] and self._due(job)

    def end_update(self, status: "str | None"):
        """It is over, well or not; a status is durable until told() finds that it has been told."""
        self.update = None
        if status:
            self.firmware.reach(status)
            try:
                self._station.storage.write(_FILE, b'{"ended": "%s"}' % status.encode())
                return
            except OSError:
                pass  # a full flash: then a power cut costs the central system this status
        self._station.storage.remove(_FILE)

    def told(self):
        """The central system has heard something of the firmware; what it knows need not be durable any more."""
        if not self.update and not self.firmware.untold:
            self._station.storage.remove(_FILE)

    def installing(self):
        """From here on a new start is this update's end, not its repetition. Raises OSError."""
        self.update["installing"] = True
        self._save()

    def started(self, outcome: str):
        """This start is the outcome of an installation, which is not confirmed yet."""
        self.on_trial = True
        if self.update and self.update["installing"]:
            self.end_update(None)  # the power was cut before that was noted; a newer one stays
        self.firmware.reach(outcome)

    def block(self, blocked: bool):
        """No new session begins while firmware is being installed."""
        for connector in self._station.connectors:
            connector.block(blocked)
        self._station.woken()

    def quiet(self) -> bool:
        """Whether nobody charges or is about to."""
        for connector in self._station.connectors:
            if connector.transaction or connector.claim or connector.interrupted is not None:
                return False
        return True


def is_url(text: str) -> bool:
    """Whether a text has no other characters than a URL may (RFC 3986): a line break in one would be a line of HTTP."""
    for character in text:
        if not "!" <= character <= "~":
            return False
    return bool(text)


def _begin(job, tries, interval):
    job["left"] = max(0, min(tries, 1 + _RETRIES_MOST))
    job["interval"] = max(1, min(interval, _INTERVAL_MOST_S))
    job["due"] = None
    job["fetched"] = False
    job["installing"] = bool(job.get("installing"))


def parts(station, log_pieces, start: "int | None" = None, stop: "int | None" = None):
    """The diagnostics file, piece by piece: what is said of the station, without secrets, then the log of a time."""
    report = loading.borrow("chargelet.station.own_vendor").report
    known = loading.borrow("chargelet.station.boots").known
    first = to_text(start or 0).encode()
    last = b"9999" if stop is None else to_text(stop).encode()
    version = loading.borrow("chargelet.version")
    yield ("# Chargelet %s, %s\n" % (version.of(station.board), version.interpreter())).encode()
    del version
    yield b"%s\n\n# Configuration\n" % json.dumps(station.board.get("station", {})).encode()
    for key, readonly, text in station.config.report():
        if key.endswith("IdTag"):
            text = masked(text) if text else ""
        yield ("%s%s = %s\n" % (key, " (read-only)" if readonly else "", text)).encode()
    yield b"\n# Queue\n%s\n\n# Connectors\n" % json.dumps(report(station)).encode()
    for connector in station.connectors:
        evse = connector.evse
        status = station.notifier.current(connector.id)
        running = connector.transaction
        said = (connector.id, status, evse.pilot_state, evse.offered_ma, evse.contactor_closed, evse.meter.energy_wh())
        yield ("connector %d: %s, pilot %s, %d mA offered, contactor closed: %s, %d Wh" % said).encode()
        yield (", %d pulses may have been missed" % evse.meter.missed if evse.meter.missed else "").encode()
        yield (", transaction %s\n" % running.id if running else "\n").encode()
    yield b"\n# Boots\n%s\n\n# Log\n" % known(station.storage)
    if start is None and stop is None:
        yield from log_pieces
    else:
        yield from _between(log_pieces, first, last)


def _between(pieces, first, last):
    """The lines of a time, of a log that comes in pieces which end anywhere."""
    head = b""  # of a line, as long as it is too short to tell
    kept = None  # whether the line is wanted, once that is known
    for piece in pieces:
        at = 0
        while at < len(piece):
            end = piece.find(b"\n", at) + 1 or len(piece)
            part = piece[at:end]
            at = end
            if kept is None:
                head += part
                if len(head) < _STAMP and head[-1:] != b"\n":
                    continue
                # A line without a date is from before the clock was known.
                kept = head[:1] == b"+" or first <= head[:_STAMP] <= last
                part, head = head, b""
            if kept:
                yield part
            if part[-1:] == b"\n":
                kept = None
