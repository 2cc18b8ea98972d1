"""The connection to the central system: made, kept and made again."""

import asyncio

from uwebsockets.backoff import Backoff
from uwebsockets.errors import ConnectionClosed

from ..base import loading
from ..base.alarm import Alarm
from ..base.pieces import in_turn, with_memory
from .identity import connection_url

# Kept free for the messages that come: a SendLocalList of as many entries as are allowed. In mid-work there might be no
# such piece of RAM.
_RECEIVE_BYTES = 2048

# A connection counts as good, and the next attempt as a first one, after so long.
_GOOD_MS = 10000

# How long an answer takes to leave, and a close handshake to come to its end.
_ANSWER_MS = 500
_CLOSING_MS = 2000

# Before a reset the central system is told (1001) and has so long to answer; without one the link comes back then.
_GOING_AWAY = 1001
_PARTING_MS = 1000
_STAY_MS = 10000

# Codes of an end in good order: it is done, going away, or starting anew (RFC 6455 §7.4.1 and its registry).
_ORDERLY = (1000, 1001, 1012)

# A part that has something to say wakes the link; it looks so often in any case, and never more often than that.
_LOOK_MS = 1000
_SOON_MS = 20

# A message that there is no memory for is tried again so often.
_MEMORY_TRIES = 40
_MEMORY_MS = 50

# While there is no network nothing is to be done; somebody looks after the clock's wrap all the same.
_OFF_MS = 60000


class CsmsLink:
    """Keeps a WebSocket connection to the central system for the `peer`, for ever.

    `peer` has opened(), take(data) -> text or None (awaited), next_frame() -> text or None, next_due() -> ms until
    there may be another one, busy, closed(); a part that changes what it would say calls wake(). `credentials` has
    password(), changed(), refused(), accepted(); `below(n)` draws a random number, `ping_ms()` says how often to
    ping (WebSocketPingInterval).
    """

    def __init__(self, endpoint, identity, credentials, peer, clock, log, below, ping_ms):
        self.receive_buffer = bytearray(_RECEIVE_BYTES)
        self.url = connection_url(endpoint, identity)
        self.identity = identity
        self.credentials = credentials
        self._peer = peer
        self._clock = clock
        self.log = log
        self._backoff = Backoff(below)
        self.ping_ms = ping_ms
        self._something = Alarm(clock)  # to say
        self._changed = Alarm(clock)
        self._connecting = None
        self._network = True
        self._open = False
        self.security = None  # the station's, where there is one
        self._parting = None  # uptime at which parted() was called first

    def network(self, up: bool):
        """The board's own network has come or gone: with it, the connection."""
        if up != self._network:
            self._network = up
            self._backoff.reset()
            self._changed.ring()
            if not up and self._connecting is not None:
                self._connecting.cancel()

    def wake(self):
        """There may be something to say."""
        self._something.ring()

    def parted(self) -> bool:
        """Say goodbye, when first called; whether the connection is over, or has had its time to be."""
        if not self._open:
            return True
        now = self._clock.uptime()
        if self._parting is None:
            self._parting = now
            self._something.ring()
        return now - self._parting >= _PARTING_MS

    async def run(self):
        """Connect, converse, and connect again with growing pauses (OCPP-J errata 3.4). Never returns."""
        while True:
            if not self._network:
                await self._changed.wait(_OFF_MS)
                continue
            opened = self._clock.uptime()
            failed = None
            try:
                self._connecting = asyncio.create_task(self._connection())
                await self._connecting
            except asyncio.CancelledError:
                if self._network:
                    raise
                self._note("csms: the network is gone")
            except Exception as error:
                failed = error
            # Out of the handler: what the connection held has gone, and there is memory to say why.
            if failed:
                self._note("csms: %s: %s", type(failed).__name__, failed)
            orderly = isinstance(failed, ConnectionClosed) and failed.code in _ORDERLY
            self._connecting = failed = None
            if self._clock.uptime() - opened >= _GOOD_MS:
                self._backoff.reset()
            if self._parting is not None:
                self._parting = None
                await self._pause(_STAY_MS)
            elif self._network:
                await self._pause(self._backoff.next_ms(orderly))

    def _note(self, text, *parts):
        """Say it in the log, where there is memory for that: no task ends for want of a line."""
        try:
            self.log(text % parts)
        except MemoryError:
            pass

    async def _pause(self, ms: int):
        self._note("csms: next attempt in %d ms", ms)
        await self._changed.wait(ms)

    async def _opened(self):
        # A function of its own: what makes a connection is not needed as long as that lives.
        from . import connecting

        return await connecting.opened(self)

    async def _reached(self):
        from . import connecting

        await connecting.reached(self)

    async def _connection(self):
        socket = await self._opened()
        try:
            await self._reached()
            await self._converse(socket)
        finally:
            await socket.abort()

    async def _converse(self, socket):
        speaker = None
        try:
            self._open = True
            self.log("csms: connected")
            self._peer.opened()
            speaker = asyncio.create_task(self._speak(socket))
            # Looked at each time: wait_for() of Python 3.11 loses a cancellation that comes together with data.
            while self._network:
                await self._answer(socket, await socket.recv())
            self.log("csms: the network is gone")
        finally:
            self._open = False
            if speaker is not None:
                speaker.cancel()
            self._peer.closed()

    async def _answer(self, socket, message):
        # A function of its own: a large answer must not live on in a variable until the next message.
        reply = await self._peer.take(message)
        if reply is not None:
            await self._send(socket, reply)
            reply = None
        await asyncio.sleep(0)
        loading.settle()  # what waits for the next message shall not lie above what this one has left
        # An answer frees the line, and a call may have changed anything.
        self._something.ring()

    async def _send(self, socket, text):
        """Send it; where memory is short, nothing has left yet: wait and try again. Raises what socket.send() does."""
        for left in range(_MEMORY_TRIES, -1, -1):
            try:
                if hasattr(text, "measuring") and not text.measured:
                    await in_turn(text.measuring(), self._clock)
                await socket.send(text)
                return
            except MemoryError:
                if not left or socket.closed:
                    raise
            await self._clock.sleep(_MEMORY_MS)

    async def _next_frame(self):
        if self._peer.prepare():
            await asyncio.sleep(0)  # loading what makes it was a piece of work
        return self._peer.next_frame()

    async def _speak(self, socket):
        failed = None
        try:
            while not socket.closed:
                if self._parting is not None:
                    await socket.send_close(_GOING_AWAY)
                    await self._clock.sleep(_CLOSING_MS)
                    break
                socket.ping_interval_ms = self.ping_ms()
                frame = await with_memory(self._next_frame, self._clock)
                loading.sweep()
                if frame is not None:
                    await self._send(socket, frame)
                    frame = None
                elif not self._peer.busy and self.credentials.changed():
                    # The answer that accepted the new key has the line to itself for a moment.
                    await self._clock.sleep(_ANSWER_MS)
                    await socket.send_close()
                    await self._clock.sleep(_CLOSING_MS)
                    break
                else:
                    await self._something.wait(min(_LOOK_MS, max(_SOON_MS, self._peer.next_due())))
        except Exception as error:
            failed = error
        # Whatever it is, a new connection is better than one that says nothing any more.
        if failed:
            self._note("csms: not sent: %r", failed)
        await socket.abort()
