"""Carries files for the station: diagnostics out, firmware in.

Every call does what can be done at once: nothing waits in here for a next try or for the end of a session, so that
this code need not be in RAM meanwhile, nor one file wait for another.
"""

import gc

from ..base import loading
from ..base.log import ERROR, INFO
from ..base.pieces import with_memory
from .location import public

loading.seldom(__name__)

# What is being sent. Storage removes what ends so at the next boot.
_SNAPSHOT = "diagnostics~"
# Where the part of a package that is there came from: [location, what the server calls that version of it].
_SOURCE = "fetching"
# What stays free on flash for the journal (update/received.py keeps as much).
_RESERVE = 131072
_PIECE = 512
# No server may hold on to a try for longer, a byte at a time.
_LONGEST_MS = 7200000


async def work(station, log, installer, transport=None):
    """Do what is due now, and come back. `installer()` makes the board's, if it has one.

    `transport(url)` is a module with get() and put(), as http.py has them.
    """
    maintenance = station.maintenance()
    if maintenance.upload_due():
        await _upload(station, maintenance, log, transport or _transport)
    if maintenance.update_due():
        await _update(station, maintenance, installer, transport or _transport)


def _transport(url):
    """ftp.py for what begins with ftp:, else http.py, which says what is allowed."""
    if url.partition("://")[0].lower() == "ftp":
        from . import ftp as module
    else:
        from . import http as module
    return module


async def _tried(station, what, attempt, level=INFO) -> bool:
    """Whether something has worked; else why not is in the log. Whatever a server does to us ends here."""
    # What the attempt holds for long is to lie low in the heap, not among garbage: TLS and RSA need room.
    gc.collect()
    try:
        await attempt()
        return True
    except Exception as caught:
        error = caught
    # Out of the handler, and what the attempt held has gone: there is memory to say so, for want of it too.
    gc.collect()
    try:
        station.log("files: %s: %r" % (what(), error), level)
    except MemoryError:
        pass
    return False


async def _upload(station, maintenance, log, transport):
    job = maintenance.upload
    if job["due"] is None:
        maintenance.diagnostics.reach("Uploading", job["request"])
    storage = station.storage

    async def attempt():
        # A snapshot: what is sent must have the length that was announced.
        try:
            length = await _snapshot(station, log, job)
            until = station.clock.uptime() + _LONGEST_MS
            content = lambda: _pieces(station, until)  # noqa: E731
            put = lambda: transport(job["location"]).put(job["location"], job["name"], length, content)  # noqa: E731
            await with_memory(put, station.clock)
        except Exception as error:
            from . import upload_status

            job["why"] = upload_status.of(error)
            raise

    maintenance.try_begins(job)
    done = await _tried(station, lambda: public(job["location"]), attempt)
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
            _in_time(station, until)


def _in_time(station, until):
    if station.clock.uptime() > until:
        raise ValueError("the server is too slow")


async def _update(station, maintenance, installer, transport):
    job = maintenance.update
    if job["fetched"]:
        if not job["proved"]:
            from . import signed_firmware

            forget = lambda: _forget(station, installer)  # noqa: E731
            work = lambda: signed_firmware.verified(station, maintenance, installer, forget)  # noqa: E731
            await with_memory(work, station.clock)
        elif maintenance.quiet():
            await _install(station, maintenance, installer)
        return
    if job["left"] and job["due"] is None:
        maintenance.tell("Downloading")
    shown = lambda: public(job["location"])  # noqa: E731

    async def attempt():
        # Counted before it is made: one that resets the board must not be made again for ever.
        if not maintenance.try_begins(job):
            raise ValueError("all tries have been made")
        await with_memory(lambda: _fetch(station, maintenance, installer, transport), station.clock)

    done = await _tried(station, shown, attempt)
    if maintenance.update is not job:
        return
    if done:
        # What follows is for the next calls: the code that has fetched it has left RAM by then.
        job["fetched"] = True
        maintenance.tell("Downloaded")
    elif maintenance.failed(job):
        # What fails leaves nothing on flash; gone before the job is, for the power may fail between both.
        await _tried(station, shown, lambda: _forget(station, installer))
        maintenance.end_update("DownloadFailed")


async def _forget(station, installer):
    station.storage.remove(_SOURCE)
    if installer:
        installer().forget()


async def _fetch(station, maintenance, make, transport):
    """Get what is missing of a package. A part of another file, or of another version of it, is not gone on with."""
    if make is None:
        raise ValueError("this board cannot install firmware")
    installer = make()
    job = maintenance.update
    location = job["location"]
    storage = station.storage
    start, version = 0, None
    try:
        old_location, version = storage.kept(_SOURCE) or [None, None]
        if old_location == location:
            start = installer.received
    except (ValueError, TypeError, KeyError):
        pass
    until = station.clock.uptime() + _LONGEST_MS

    def begin(offset, version):
        installer.begin(offset)
        if not offset:
            storage.keep(_SOURCE, [location, version])

    async def sink(piece):
        if maintenance.update is not job:
            raise ValueError("there is a newer request")
        _in_time(station, until)
        await installer.write(piece)

    await transport(location).get(location, start, start and version, begin, sink)
    await installer.whole()


async def _install(station, maintenance, make):
    job = maintenance.update
    installer = make()
    checked = []
    maintenance.block(True)
    maintenance.tell("Installing")
    signed = job["request"] is not None

    async def attempt():
        await installer.check()
        checked.append(True)
        if maintenance.update is not job:
            raise ValueError("there is a newer request")
        maintenance.installing()
        installer.activate()

    if not await _tried(station, lambda: "firmware is not installed", attempt, ERROR):
        # Tried again for ever it would keep the station from everything else.
        maintenance.block(False)
        if maintenance.update is job:
            await _tried(station, lambda: "firmware", lambda: _forget(station, make))
            maintenance.end_update("InstallationFailed" if checked or not signed else "InstallVerificationFailed")
        else:
            maintenance.tell("InstallationFailed", job)
        return
    if signed:
        maintenance.tell("InstallRebooting")
    maintenance.end_update(None)
    # What has been told reaches the central system before the new firmware does.
    for _ in range(50):
        if not maintenance.firmware.untold:
            break
        await station.clock.sleep(200)
    while not station.parted():  # bounded by itself
        await station.clock.sleep(100)
    station.energy_registers.save()
    station.restart()
