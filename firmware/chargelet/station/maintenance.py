"""Knows which file the central system wants or offers, when that is due, and what is told of it (OCPP 1.6 §4.4, §4.5,
§5.9, §5.19). Knows no network: transport/files.py carries the files.
"""

import json

from ..ground import loading
from ..ground.timestamp import to_text

_FILE = "update"
_RETRIES_MOST = 10


class Maintenance:
    """Diagnostics on their way out, and firmware on its way in.

    A job is a dict: what was asked for, and the tries that are `left`, the uptime in ms at which the next is `due`
    (None: none has been made), of firmware also whether it is `fetched`. Tries begin anew after a power cut.

    `installer` is the board's: begin(offset), write(piece), received, check() and activate() for an update; after the
    start, outcome() says what has become of one, and again until confirm(). None where the board has none.
    """

    def __init__(self, station):
        self._station = station
        self.upload = None  # {"location", "name", "start", "stop", "interval"}
        self.update = None  # {"location", "retrieve", "retries", "interval"}
        self.diagnostics_status = self.firmware_status = "Idle"
        raw = station.storage.read(_FILE)
        if raw:
            try:
                self.update = json.loads(raw)
                for name in ("retrieve", "retries", "interval"):
                    self.update[name] += 0
                self.update["location"] += ""
                _begin(self.update, self.update["retries"])
            except (ValueError, TypeError, KeyError):
                station.log("firmware: the stored update is damaged and left out")
                self.end_update(None)

    # Diagnostics

    def diagnose(self, location, start, stop, retries, interval) -> str:
        """GetDiagnostics: the name of the file that will be sent. A newer request takes the place of an older one."""
        name = "diagnostics-%d.txt" % (self._station.clock.now() or 0)
        self.upload = {"location": location, "name": name, "start": start, "stop": stop}
        self.upload["interval"] = interval
        _begin(self.upload, retries)
        return name

    def upload_due(self) -> bool:
        """Whether diagnostics are to be sent now."""
        return self.upload is not None and self._due(self.upload)

    def _due(self, job) -> bool:
        return job["due"] is None or self._station.clock.uptime() >= job["due"]

    def failed(self, job) -> bool:
        """A try was in vain; whether it was the last."""
        job["left"] -= 1
        job["due"] = self._station.clock.uptime() + max(1, job["interval"]) * 1000
        return job["left"] <= 0

    def tell_diagnostics(self, status: str):
        """DiagnosticsStatusNotification, when there is a connection."""
        self.diagnostics_status = status if status == "Uploading" else "Idle"
        self._station.tell("DiagnosticsStatusNotification", {"status": status})

    # Firmware

    def offer(self, location, retrieve, retries, interval):
        """UpdateFirmware; durable on return. Raises OSError."""
        update = {"location": location, "retrieve": retrieve, "retries": retries, "interval": interval}
        self._station.storage.write(_FILE, json.dumps(update).encode())
        self.update = update
        _begin(update, retries)

    def update_due(self) -> bool:
        """Whether the firmware is to be fetched now, or installed."""
        job = self.update
        if job is None or job["fetched"]:
            return job is not None and self.quiet()
        now = self._station.clock.now()
        return now is not None and now >= job["retrieve"] and self._due(job)

    def end_update(self, status: "str | None"):
        """It is over, well or not."""
        self.update = None
        self._station.storage.remove(_FILE)
        if status:
            self.tell_firmware(status)

    def installing(self):
        """From here on a new start is this update's end, not its repetition. Raises OSError."""
        self.update["installing"] = True
        self._station.storage.write(_FILE, json.dumps(self.update).encode())

    def started(self, outcome: str):
        """This start is the outcome of an installation."""
        if self.update and self.update.get("installing"):
            self.end_update(None)  # the power was cut before that was noted; a newer one stays
        self.tell_firmware(outcome)

    def tell_firmware(self, status: str):
        """FirmwareStatusNotification, when there is a connection."""
        self.firmware_status = status if status in ("Downloading", "Downloaded", "Installing") else "Idle"
        self._station.tell("FirmwareStatusNotification", {"status": status})

    def block(self, blocked: bool):
        """No new session begins while firmware is being installed."""
        for connector in self._station.connectors:
            connector.blocked = blocked

    def quiet(self) -> bool:
        """Whether nobody charges or is about to."""
        for connector in self._station.connectors:
            if connector.transaction or connector.id_tag or connector.interrupted is not None:
                return False
        return True


def _begin(job, retries):
    job["left"] = 1 + max(0, min(retries, _RETRIES_MOST))
    job["due"] = None
    job["fetched"] = False


def parts(station, log_lines, start: "int | None" = None, stop: "int | None" = None):
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
    for piece in log_lines:
        if start is None and stop is None:
            yield piece
            continue
        for line in piece.split(b"\n"):
            # A line without a date is from before the clock was known.
            if line[:1] == b"+" or (first <= line[:20] <= last and line):
                yield line + b"\n"
