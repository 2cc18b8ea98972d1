"""Knows how files come and go for the station: diagnostics out, firmware in. Knows not what is in them.

Every call does what can be done at once: nothing waits in here for a next try or for the end of a session, so that
this code need not be in RAM meanwhile, nor one file wait for another.
"""

import asyncio
import json

from ..ground import loading
from ..ground.log import ERROR
from ..station.maintenance import parts
from .location import public

_SNAPSHOT = "diagnostics"
# Where the part of a package that is there came from: [location, what the server calls that version of it].
_SOURCE = "fetching"


async def work(station, log, installer, transport=None):
    """Do what is due now, and come back. `installer()` makes the board's, if it has one.

    `transport(url)` is a module with get() and put(), as http.py has them.
    """
    maintenance = station.maintenance()
    if maintenance.upload_due():
        await _upload(station, maintenance, log, transport or _transport)
    if maintenance.update_due():
        await _update(station, maintenance, installer and installer(), transport or _transport)


def _transport(url):
    """ftp.py for what begins with ftp:, else http.py, which says what is allowed."""
    scheme = url.partition("://")[0].lower()
    return loading.borrow("chargelet.transport." + ("ftp" if scheme == "ftp" else "http"))


async def _tried(station, job, attempt) -> bool:
    """Whether a try has worked; else why not is in the log."""
    try:
        await attempt()
        return True
    except (OSError, ValueError, asyncio.TimeoutError, EOFError, MemoryError) as error:
        station.log("files: %s: %r" % (public(job["location"]), error))
        return False


async def _upload(station, maintenance, log, transport):
    job = maintenance.upload
    if job["due"] is None:
        maintenance.diagnostics.reach("Uploading")
    storage = station.storage
    url = job["location"] + (job["name"] if job["location"].endswith("/") else "")

    async def attempt():
        # A snapshot: what is sent must have the length that was announced.
        length = [0]

        def counted():
            for piece in parts(station, log.each(), job["start"], job["stop"]):
                length[0] += len(piece)
                yield piece

        storage.write_all(_SNAPSHOT, counted())
        await transport(url).put(url, length[0], lambda: _pieces(storage))

    maintenance.try_begins(job)
    done = await _tried(station, job, attempt)
    storage.remove(_SNAPSHOT)
    over = done or maintenance.failed(job)
    if maintenance.upload is job and over:
        maintenance.upload = None
        maintenance.diagnostics.reach("Uploaded" if done else "UploadFailed")


def _pieces(storage):
    file = storage.stream(_SNAPSHOT)
    with file:
        while True:
            piece = file.read(512)
            if not piece:
                return
            yield piece


async def _update(station, maintenance, installer, transport):
    job = maintenance.update
    if not job["fetched"]:
        if job["due"] is None:
            maintenance.firmware.reach("Downloading")

        async def attempt():
            # Counted before it is made: one that resets the board must not be made again for ever.
            if not maintenance.try_begins(job):
                raise ValueError("all tries have been made")
            await _fetch(station, maintenance, installer, transport)

        done = await _tried(station, job, attempt)
        if maintenance.update is not job:
            return
        if not done:
            if maintenance.failed(job):
                maintenance.end_update("DownloadFailed")
            return
        # Installing is for the next call: the code that has fetched it has left RAM by then.
        job["fetched"] = True
        maintenance.firmware.reach("Downloaded")
    elif maintenance.quiet():
        await _install(station, maintenance, installer)


async def _fetch(station, maintenance, installer, transport):
    """Get what is missing of a package. A part of another file, or of another version of it, is not gone on with."""
    if installer is None:
        raise ValueError("this board cannot install firmware")
    job = maintenance.update
    location = job["location"]
    storage = station.storage
    source = (None, None)
    try:
        source = json.loads(storage.read(_SOURCE) or b"[null, null]")
        start = installer.received if source[0] == location else 0
    except (ValueError, TypeError, IndexError, KeyError):
        start = 0

    def begin(offset, version):
        installer.begin(offset)
        if not offset:
            storage.write(_SOURCE, json.dumps([location, version]).encode())

    def sink(piece):
        if maintenance.update is not job:
            raise ValueError("there is a newer request")
        installer.write(piece)

    await transport(location).get(location, start, start and source[1], begin, sink)


async def _install(station, maintenance, installer):
    job = maintenance.update
    maintenance.block(True)
    maintenance.firmware.reach("Installing")
    try:
        await installer.check()
        if maintenance.update is not job:
            raise ValueError("there is a newer request")
        maintenance.installing()
        installer.activate()
    except (OSError, ValueError, MemoryError) as error:
        # Tried again for ever it would keep the station from everything else.
        station.log("firmware: not installed: %s" % error, ERROR)
        maintenance.block(False)
        if maintenance.update is job:
            maintenance.end_update("InstallationFailed")
        else:
            maintenance.firmware.reach("InstallationFailed")
        return
    maintenance.end_update(None)
    # What has been told reaches the central system before the new firmware does.
    for _ in range(50):
        if not maintenance.firmware.untold:
            break
        await station.clock.sleep(200)
    while not station.parted():  # bounded by itself
        await station.clock.sleep(100)
    station.registers.save()
    station.restart()
