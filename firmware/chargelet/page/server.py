"""The page's server: who is connected, who has logged in, how often wrong passwords came. Loads the rest when asked.

The station comes first: all work is in small pieces, few may be connected, and what nobody looks at takes no RAM.
"""

import asyncio
from binascii import crc32

from ..base import heap, randomness
from ..base.log import ERROR
from .refused import Refused

# Whether anybody gets an answer: for an operator who wants no page. It is not switched off from the page itself, for
# then nobody there could switch it on again.
KEYS = "ShowPage RW bool true"
# A browser opens some connections at once; each takes about 2 kB.
_CONNECTIONS_MAX = 6
# Of those so many who may be nobody: each further one takes the place of the oldest, so that whoever connects and says
# nothing keeps neither RAM for long nor anybody out.
_STRANGERS_MAX = 4
# So many may look at the live values at once.
_WATCHERS_MAX = 2
_SESSIONS_MAX = 4
_SESSION_MS = 12 * 3600 * 1000
_IDLE_MS = 3600 * 1000
# After so many wrong passwords each further one makes all wait, twice as long each time up to the bound: all strangers,
# or all browsers that have logged in before. So no stranger keeps those out.
_FREE_TRIES = 5
_WAIT_MS = 2000
_WAIT_MAX_MS = 300000
_LIVE_MS = 1000
# With fewer bytes of RAM free a request waits; with fewer than the second there is no page while a file comes or goes.
_LEAST, _BESIDE, _ROOMY = 6000, 12000, 200000
_PATIENCE_MS = 20000
# A turn: what the plots get a point at, and when a port that was not to be had is asked for again.
TURN_MS = 20000


class Page:
    """`given` is the installation's [page]: salt, hash and rounds of its password, perhaps port and address, and where
    the board file lies. `name` is what the station is called."""

    def __init__(self, chargelet, given: dict, name: str):
        self.station = chargelet.station
        self.log = chargelet.log
        self.chargelet = chargelet
        self.given = given
        self.name = name
        chargelet.station.seen = ""
        chargelet.station.config.declare(KEYS)
        self.paid = -100000  # uptime up to which changes on flash are accounted for (commands.py)
        self.upload = None  # firmware on its way in (upload.py)
        self.brought = False  # whether some has been taken in since the start
        self.checking = False  # whether a password is being looked at: one at a time
        self.instead = None  # the set-up page, while it is open at this port (without_wifi.py)
        self.history = {}  # connector → the plot of its session (history.py)
        self.meters = {}  # connector → (number of its transaction, the register at its start)
        self._scarce = heap.less_than(_ROOMY)  # asked once: the answer takes long where there is much
        self._connected = 0
        self._strangers = []  # the tasks of those who may be nobody, the oldest first
        self._watching = 0
        self._sessions = []  # (uptime of the newest request, uptime of the login, token)
        self._tries = {}  # whether of browsers that are known → (wrong passwords in a row, no further one before)

    async def run(self):
        """Listen, for ever. An error in here does not reset the station."""
        clock = self.station.clock
        address, port = self.given.get("address", "0.0.0.0"), self.given.get("port", 80)
        server = None
        while True:
            if server is None:
                try:
                    server = await asyncio.start_server(self._client, address, port, backlog=4)
                    self.log("page: http port %d" % port)
                except OSError as error:
                    self.log("page: port %d: %s" % (port, error), ERROR)
            await clock.sleep(TURN_MS)
            self._turn()

    def _turn(self):
        from . import history

        history.look(self)
        if self.upload and self.upload.gone():
            self.upload = None

    async def _client(self, reader, writer):
        if self.instead:
            return await self.instead.client(reader, writer)
        self._connected += 1
        room = self._connected <= _CONNECTIONS_MAX
        if self._strangers and (not room or len(self._strangers) >= _STRANGERS_MAX):
            self._strangers.pop(0).cancel()
            room = True
        try:
            if room and self.station.config["ShowPage"]:
                self._strangers.append(asyncio.current_task())
                await self._serve(reader, writer)
        except (OSError, asyncio.TimeoutError, asyncio.CancelledError):
            pass  # whoever asked has gone, is too slow, or has made room
        except MemoryError:
            self.log("page: no memory for an answer")
        except Exception as error:
            self.log("page: %r" % error, ERROR)
        finally:
            self._connected -= 1
            self.heard()
            writer.close()
            try:
                await writer.wait_closed()
            except OSError:
                pass

    def heard(self):
        """Whoever this task serves has asked and may: nobody makes room for others any more."""
        task = asyncio.current_task()
        if task in self._strangers:
            self._strangers.remove(task)

    async def _serve(self, reader, writer):
        clock = self.station.clock
        until = clock.uptime() + _PATIENCE_MS
        while self._short():
            if self._carrying() or clock.uptime() >= until:
                from . import away

                return await away.said(writer, clock)
            await clock.sleep(_LIVE_MS)
        token = await self._answer(reader, writer)
        if token:
            await self.live(writer, token)  # for long: what has read the request is not needed any more

    def _carrying(self) -> bool:
        """Whether a file comes or goes, and there is too little RAM for a page beside it."""
        one = self._scarce and self.station.maintained and self.station.maintenance()
        return one and one.carrying and heap.less_than(_BESIDE)

    def _short(self) -> bool:
        """Whether RAM is for others just now: for whoever judges certificates, for a file, for a message."""
        return self.station.security.came or self._carrying() or (self._scarce and heap.less_than(_LEAST))

    async def _answer(self, reader, writer) -> "str | None":
        # Each loading of code is a piece of work: the others run in between.
        from . import request as http

        await asyncio.sleep(0)
        request = None
        try:
            request = await http.begin(reader)
            if request:
                from . import routes

                await asyncio.sleep(0)
                return await routes.answer(self, request, writer)
        except Refused as error:
            if request:
                await http.spill(request)
            wait = "Retry-After: %d\r\n" % (error.wait_ms // 1000 + 1) if error.status == 429 else ""
            await http.answer(writer, error.status, str(error), wait, "text/plain; charset=utf-8")

    # Sessions

    def wait_ms(self, met: bool) -> int:
        """How long no password is looked at, of browsers that are `met` or of others."""
        _wrong, not_before = self._tries.get(met, (0, 0))
        return max(0, not_before - self.station.clock.uptime())

    def judged(self, right: bool, met: bool):
        """Note that a password was right, or wrong."""
        wrong, not_before = self._tries.pop(met, (0, 0))
        if right:
            return
        wrong += 1
        if wrong >= _FREE_TRIES:
            not_before = self.station.clock.uptime() + min(_WAIT_MAX_MS, _WAIT_MS << min(10, wrong - _FREE_TRIES))
            self.log("page: %d wrong passwords in a row" % wrong, ERROR)
        self._tries[met] = wrong, not_before

    def begin_session(self) -> str:
        """A token for whoever knows the password."""
        now = self.station.clock.uptime()
        if len(self._sessions) >= _SESSIONS_MAX:
            self._sessions.remove(min(self._sessions))
        token = randomness.token() + randomness.token()
        self._sessions.append((now, now, token))
        return token

    def known(self, token: "str | None") -> bool:
        """Whether there is a session with this token."""
        now = self.station.clock.uptime()
        if not self.station.config["ShowPage"]:
            self._sessions = []
        found = False
        left = []
        for newest, began, one in self._sessions:
            if now - began < _SESSION_MS and now - newest < _IDLE_MS:
                if one == token:
                    found = True
                    newest = now
                left.append((newest, began, one))
        self._sessions = left
        return found

    def end_session(self, token: "str | None"):
        """End this session, with None all of them."""
        self._sessions = [(seen, began, own) for seen, began, own in self._sessions if token not in (None, own)]

    # Live values

    async def live(self, writer, token):
        """Tell what changes, once a second at most, for as long as somebody listens. False where two listen already."""
        if self._watching >= _WATCHERS_MAX:
            return False
        self._watching += 1
        try:
            last = silent = 0
            while self.known(token) and not self.station.security.came and not self._carrying():
                if self._short():
                    await self.station.clock.sleep(_LIVE_MS)
                    continue
                text = await self._text()
                mark = crc32(text)  # the text itself would take half a kB as long as somebody looks
                silent += 1
                if mark != last or silent >= 10:
                    last, silent = mark, 0
                    await _event(writer, text)
                text = None
                await self.station.clock.sleep(_LIVE_MS)
        finally:
            self._watching -= 1
        return True

    async def _text(self) -> bytes:
        from . import why  # noqa: F401 - which live.py needs: loading it is a piece of work of its own

        await asyncio.sleep(0)
        from . import live

        await asyncio.sleep(0)
        return await live.text(self)

    @property
    def watchers_full(self) -> bool:
        return self._watching >= _WATCHERS_MAX


def _event(writer, text):
    from . import request

    return request.write(writer, b"data: " + text + b"\n\n")
