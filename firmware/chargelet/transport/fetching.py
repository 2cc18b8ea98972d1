"""Fetches firmware and has it installed (OCPP 1.6 §4.5, §5.19, whitepaper L01)."""

from ..base import loading
from ..base.log import ERROR
from .files import LONGEST_MS, carried, in_time, tried
from .location import public

loading.seldom(__name__)

# Where the part of a package that is there came from: [location, what the server calls that version of it].
_SOURCE = "fetching"


async def update(station, maintenance, installer, transport):
    """Fetch the firmware, or prove who signed its file, or install it: whichever comes next."""
    job = maintenance.update
    if job["fetched"]:
        if not job["proved"]:
            from . import signed_firmware

            forget = lambda: _forget(station, installer)  # noqa: E731
            work = lambda: signed_firmware.verified(station, maintenance, installer, forget)  # noqa: E731
            await carried(maintenance, work, station.clock)
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
        until = station.clock.uptime() + LONGEST_MS
        fetch = lambda: _fetch(station, maintenance, installer, transport, until)  # noqa: E731
        there = 0
        while True:
            try:
                return await carried(maintenance, fetch, station.clock)
            except MemoryError:
                before, there = there, installer().received
                if there <= before:
                    raise
            # A part has come: it goes on from there.

    done = await tried(station, shown, attempt)
    if maintenance.update is not job:
        return
    if done:
        # What follows is for the next calls: the code that has fetched it has left RAM by then.
        job["fetched"] = True
        maintenance.tell("Downloaded")
    elif maintenance.failed(job):
        # What fails leaves nothing on flash; gone before the job is, for the power may fail between both.
        await tried(station, shown, lambda: _forget(station, installer))
        maintenance.end_update("DownloadFailed")


async def _forget(station, installer):
    station.storage.remove(_SOURCE)
    if installer:
        installer().forget()


async def _fetch(station, maintenance, make, transport, until):
    """Get what is missing of a package. A part of another file, or of another version of it, is not gone on with."""
    if make is None:
        raise ValueError("this board cannot install firmware")
    job = maintenance.update
    location = job["location"]
    storage = station.storage
    installer, start, version = None, 0, None
    try:
        old_location, version = storage.kept(_SOURCE) or [None, None]
        if old_location == location:
            start = make().received
    except (ValueError, TypeError, KeyError):
        pass
    loading.sweep()

    def begin(offset, version):
        nonlocal installer
        installer = make()  # not before: its code and what dials need not be in RAM together
        installer.begin(offset)
        if not offset:
            storage.keep(_SOURCE, [location, version])

    async def sink(piece):
        if maintenance.update is not job:
            raise ValueError("there is a newer request")
        in_time(station, until)
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
        # What was brought is there again after a reset: it is not to be tried for ever, as what is fetched is not.
        if not job["location"] and not maintenance.try_begins(job):
            raise ValueError("all tries have been made")
        await carried(maintenance, installer.check, station.clock)
        checked.append(True)
        if maintenance.update is not job:
            raise ValueError("there is a newer request")
        maintenance.installing()
        installer.activate()

    if not await tried(station, lambda: "firmware is not installed", attempt, ERROR):
        # Tried again for ever it would keep the station from everything else.
        maintenance.block(False)
        if maintenance.update is job:
            await tried(station, lambda: "firmware", lambda: _forget(station, make))
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
