"""Knows how files come and go for the station: diagnostics out, firmware in. Knows not what is in them."""

import asyncio

from ..station.maintenance import parts
from . import http

_SNAPSHOT = "diagnostics"
_RETRIES_MOST = 10


async def work(station, log, installer):
    """Do what is due now, and come back."""
    maintenance = station.maintenance()
    if maintenance.upload:
        await _upload(station, maintenance, log)
    if maintenance.update_due():
        await _update(station, maintenance, installer)


async def _tries(station, job, attempt) -> bool:
    """Try as often as the central system wants; False when all was in vain."""
    tries = 1 + max(0, min(job["retries"], _RETRIES_MOST))
    for left in range(tries - 1, -1, -1):
        try:
            await attempt()
            return True
        except (OSError, ValueError, http.HttpError, asyncio.TimeoutError, EOFError, MemoryError) as error:
            station.log("files: %s: %r" % (job["location"][:60], error))
        if left:
            await station.clock.sleep(max(1, job["interval"]) * 1000)
    return False


async def _upload(station, maintenance, log):
    job = maintenance.upload
    maintenance.tell_diagnostics("Uploading")
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
        await http.put(url, length[0], lambda: _pieces(storage))

    done = await _tries(station, job, attempt)
    storage.remove(_SNAPSHOT)
    if maintenance.upload is job:
        maintenance.upload = None
    maintenance.tell_diagnostics("Uploaded" if done else "UploadFailed")


def _pieces(storage):
    file = storage.stream(_SNAPSHOT)
    with file:
        while True:
            piece = file.read(512)
            if not piece:
                return
            yield piece


async def _update(station, maintenance, installer):
    job = maintenance.update
    maintenance.tell_firmware("Downloading")

    async def attempt():
        if installer is None:
            raise ValueError("this board cannot install firmware")
        await http.get(job["location"], installer.received, installer.begin, installer.write)

    if not await _tries(station, job, attempt):
        maintenance.end_update("DownloadFailed")
        return
    maintenance.tell_firmware("Downloaded")
    while not maintenance.quiet():
        await station.clock.sleep(1000)
        if maintenance.update is not job:
            return  # a newer one has come
    maintenance.block(True)
    maintenance.tell_firmware("Installing")
    try:
        await installer.check()
        installer.activate()
    except (OSError, ValueError, MemoryError) as error:
        # Tried again for ever it would keep the station from everything else.
        station.log("firmware: not installed: %s" % error)
        maintenance.block(False)
        maintenance.end_update("InstallationFailed")
        return
    maintenance.end_update(None)
    # What has been told reaches the central system before the new firmware does.
    for _ in range(50):
        if not station.news:
            break
        await station.clock.sleep(200)
    station.registers.save()
    station.restart()
