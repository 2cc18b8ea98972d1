"""Sends diagnostics and security logs: a snapshot on flash, then the transfer (OCPP 1.6 §4.4, whitepaper N01)."""

from ..base import loading
from .files import LONGEST_MS, carried, in_time, tried
from .location import public

loading.seldom(__name__)

# What is being sent. Storage removes what ends so at the next boot.
_SNAPSHOT = "diagnostics~"
# What stays free on flash for the journal (update/received.py keeps as much).
_RESERVE = 131072
_PIECE = 512


async def upload(station, maintenance, log, transport):
    """Send what GetDiagnostics or GetLog has asked for, once."""
    job = maintenance.upload
    if job["due"] is None:
        maintenance.diagnostics.reach("Uploading", job["request"])
    storage = station.storage

    async def attempt():
        # A snapshot: what is sent must have the length that was announced.
        try:
            length = await _snapshot(station, log, job)
            until = station.clock.uptime() + LONGEST_MS
            content = lambda: _pieces(station, until)  # noqa: E731
            put = lambda: transport(job["location"]).put(job["location"], job["name"], length, content)  # noqa: E731
            await carried(maintenance, put, station.clock)
        except Exception as error:
            from . import upload_status

            job["why"] = upload_status.of(error)
            raise

    maintenance.try_begins(job)
    done = await tried(station, lambda: public(job["location"]), attempt)
    storage.remove(_SNAPSHOT)
    over = done or maintenance.failed(job)
    if maintenance.upload is job and over:
        maintenance.uploaded(job, "Uploaded" if done else "UploadFailed")


async def _snapshot(station, log, job) -> int:
    """Write the diagnostics to flash, a piece at a time; how many bytes they have. Raises OSError, ValueError."""
    storage = station.storage
    if storage.free() < _RESERVE:
        raise ValueError("flash has no room for diagnostics")
    length = rested = 0
    file = storage.writer(_SNAPSHOT)
    with file:
        for piece in _content(station, log, job):
            file.write(piece)
            length += len(piece)
            if length - rested >= _PIECE:
                rested = length
                await station.clock.sleep(1)
    return length


def _content(station, log, job):
    from ..station.diagnostics import of_time, parts

    if job["log"] == "SecurityLog":
        from ..station import security_events

        lines = security_events.lines(station.storage)
        return of_time(lines, job["start"], job["stop"])
    return parts(station, log.each(), job["start"], job["stop"])


def _pieces(station, until):
    file = station.storage.stream(_SNAPSHOT)
    with file:
        while True:
            piece = file.read(_PIECE)
            if not piece:
                return
            yield piece
            in_time(station, until)
