"""Puts one station together from its parts and runs it. The one file that imports from all layers."""

# ruff: noqa: I001
# Bottom up: each import within an import takes its part of a board's stack of 16 KB, so that what lies
# deep is imported from here, before those who need it.
import asyncio

from .base import loading, randomness
from .base.clock import ticks_diff
from .base.log import ERROR, KEYS, print_trace
from .messages import check, tables  # noqa: F401
from .journal.journal import Journal
from .station import transaction  # noqa: F401
from .station.station import Station
from .actions import patience, status_notification, delivery, incoming, conversation  # noqa: F401
from .rpc.endpoint import Endpoint

# How often what outlives a reset is remembered.
_KEEP_MS = 1000
_FILES_MS = 500
# New firmware is kept once its outcome has been acknowledged, or when nobody has done so for this long.
_TOLD_MS = 120000

# A task that dies is started again after a rest; one that dies so often within so long will not get better.
_REST_MS = 1000
_DEATHS_MAX = 10
_DEATHS_MS = 60000
# A step for which there is no memory is made again after so long, so often.
_SHORT_MS, _SHORT_MAX = 100, 50


async def _work(station, log, installer):
    from .transport import files  # for as long as there is work
    await files.work(station, log, installer)
    del files
    from .base import leftovers
    await leftovers.forget()


class Chargelet:
    """A station and its connection, put together from what a board hands in.

    `equipment` is what build.py has made of the board file; `storage` is for what the station knows of itself,
    `records` and `cache` are storages of their own for the journal and the authorization cache; `installer()` makes
    what takes new firmware in (update/contract.py), for as long as it is needed; None where the board has none.
    """

    def __init__(self, board, equipment, clock, storage, records, cache, log, restart, check_sent=None, installer=None):
        def save_and_restart():
            # Pins keep their levels through a reset until boot.py.
            for evse in self.evses:
                evse.open_contactor()
            if hasattr(log, "save"):
                log.save()
            restart()

        self.clock = clock
        self.log = log
        self.evses = equipment.evses
        self._equipment = equipment
        self._moved = False  # whether the station has made a step since the safety task looked last
        self._woken = asyncio.Event()  # the station is to make a step
        self._due = clock.ticks()  # and by then at the latest
        self._judging = False  # whether somebody is at the certificates: all write down which count
        self.installer = installer
        self._restart = save_and_restart
        equipment.recall()
        journal = Journal(records, log)
        handed = self.evses, clock, storage, journal, cache, log, self._restart
        self.station = Station(board, *handed, equipment.main_meter, equipment.reader)
        self.station.woken = self._woken.set
        self.station.security.tamper = equipment.tamper
        self.station.config.declare(KEYS)
        if hasattr(log, "most"):
            log.most = lambda: self.station.config["LogLevel"]
        self.endpoint = Endpoint(self.station, randomness.ids(), check_sent)
        self.link = None
        self.page = None

    def show_page(self, given: dict, name: str):
        """Serve the page for people there; `given` is the installation's section page."""
        from .page.server import Page

        self.page = Page(self, given, name)

    def connect_to(self, endpoint: str, identity: str, password=None, profile=None, secure=None):
        """Say where the central system is: `profile` is what was provisioned, `secure` the URL from profile 2 on."""
        from .station import security_profile
        from .transport.csms import CsmsLink
        from .transport.identity import connection_url

        config, credentials, peer = self.station.config, self.station.credentials, self.endpoint
        credentials.give(password)
        below, ping_ms = randomness.below, lambda: config["WebSocketPingInterval"] * 1000
        self.link = CsmsLink(endpoint, identity, credentials, peer, self.clock, self.log, below, ping_ms)
        self.station.parted = self.link.parted
        self.link.security = security = self.station.security
        security.serial = self.station.board["station"].get("chargePointSerialNumber") or identity
        security.secure = secure and connection_url(secure, identity)
        security_profile.provision(self.station, profile, endpoint[:4] == "wss:", endpoint)
        del security_profile
        loading.settle()

    async def run(self, *others):
        """Run until the hardware is reset; `others` are functions that make the board's own tasks."""
        equipment = self._equipment
        others = list(others) + list(equipment.tasks)
        if equipment.reader:
            others.append(lambda: equipment.reader.run(self.station.swipe))
        if equipment.lights:
            from .station.status_lights import StatusLights

            others.append(StatusLights(self.station, equipment.lights).run)
        if self.page:
            others.append(self.page.run)
        for number, make in enumerate(others):
            asyncio.create_task(self._keep("board %d" % number, make))
        if self.link:
            asyncio.create_task(self._keep("link", self.link.run))
        asyncio.create_task(self._keep("safety", self._safety))
        asyncio.create_task(self._keep("files", self._files))
        await self._keep("station", self._steps)

    async def _keep(self, name: str, make):
        """Run a task for ever: one that dies is said so and started again, one that keeps dying resets the board."""
        deaths = []
        while True:
            try:
                await make()
                return
            except Exception as error:
                for evse in self.evses:
                    evse.open_contactor()
                died = error
            # Out of the handler: what the task held has gone, and there is memory to say so, for want of it too.
            try:
                self.log("task %s died: %r" % (name, died), ERROR)
                print_trace(died)
            except MemoryError:
                pass
            died = None
            now = self.clock.uptime()
            deaths = [death for death in deaths if now - death < _DEATHS_MS]
            deaths.append(now)
            if len(deaths) >= _DEATHS_MAX:
                self.log("task %s keeps dying: the board resets" % name, ERROR)
                self._restart()
            await self.clock.sleep(_REST_MS)

    async def _files(self):
        """Diagnostics and firmware, when there is something to do; their code is loaded meanwhile."""
        station = self.station
        installer = self.installer and self.installer()
        outcome = installer and installer.outcome()
        if outcome:
            station.maintenance().started(outcome)
            if outcome == "Installed":
                station.security.note("FirmwareUpdated")
        if installer and not (station.maintained and station.maintenance().update):
            installer.forget()  # a part of a package that nobody waits for any more
        left = _TOLD_MS // _FILES_MS
        while True:
            await self.clock.sleep(_FILES_MS)
            if installer and (station.registration.accepted or not self.link):
                # A power cut before the central system has heard of it would keep it from ever hearing.
                left -= 1
                if left <= 0 or not (outcome and station.maintenance().firmware.untold):
                    installer.confirm()
                    installer = None  # until there is something to install, its RAM is for others
                    if outcome:
                        station.maintenance().on_trial = None
            if (station.security.wanted or station.config["SecurityProfile"] == 3) and not self._judging:
                await self._certificates(False)
            if station.maintained:
                await self._carry(station)
                loading.sweep()

    async def _carry(self, station):
        # A function of its own: what this loop has a name for stays in RAM.
        maintenance = station.maintenance()
        if maintenance.upload_due() or maintenance.update_due():
            try:
                await _work(station, self.log, self.installer)
            except MemoryError:
                maintenance.in_vain()  # not even for the code: a try like others, and no reason to reset

    async def _certificates(self, come):
        """Judge those that have come, or look whether one is to be asked for."""
        self._judging = True
        try:
            if come:
                from .station import judged as work
            else:
                from .station import renewal as work
            if come or work.due(self.station):
                await work.work(self.station)
        except MemoryError:
            if come:
                self.station.security.answer("Rejected")  # not even for the code
        finally:
            self._judging = False

    async def _safety(self):
        """Look at every EVSE when it is due, and make sure that the station makes its steps."""
        equipment, clock = self._equipment, self.clock
        keep_at = clock.ticks()
        while True:
            wait_ms = equipment.step()
            now = clock.ticks()
            due_ms = ticks_diff(self._due, now)
            if equipment.changed or due_ms <= 0:
                equipment.changed = False
                self._woken.set()
            elif due_ms < wait_ms:
                wait_ms = due_ms
            # The watchdog is fed for both: neither lives on behind the other's back.
            if self._moved:
                equipment.feed()
                self._moved = False
            if ticks_diff(now, keep_at) >= 0:
                keep_at = now + _KEEP_MS
                equipment.keep()
            await clock.sleep(wait_ms)

    async def _steps(self):
        """The station's steps: when something has happened, or when it has said that something is due."""
        short = 0  # steps in a row for which there was no memory
        while True:
            self._woken.clear()
            try:
                wait_ms, short = self.station.step(), 0
            except MemoryError:
                short += 1
                if short >= _SHORT_MAX:
                    raise
                wait_ms = _SHORT_MS  # no session ends because others take the RAM just now
            loading.sweep()
            self._moved = True
            if self.link and self.endpoint.waiting:
                self.link.wake()
            if self.station.security.came and not self._judging:
                try:
                    asyncio.create_task(self._certificates(True))
                    self._judging = True
                except MemoryError:
                    pass  # the next step sees it again
            self._due = self.clock.ticks() + wait_ms
            await self._woken.wait()
