"""An open WebSocket connection over asyncio: kept alive, closed on every path."""

import asyncio

from . import frames
from .errors import ConnectionClosed
from .outgoing import write_frame
from .sockets import close_stream, within

_READ = 512

# Silence is looked at in slices of a quarter of the ping interval, and so often at least: a new one is soon obeyed.
_SLICE_MS = 2000

# A close handshake may take this long.
_CLOSING_MS = 2000

# Memory that is short now may be there soon: so often it is tried again.
_TRIES = 20
_TRY_MS = 50
_LITTLE = 64


class WebSocket:
    """One open connection. recv() must be running for pings to be answered and silence to be noticed.

    `ping_interval_ms` may be changed at any time; 0 is off. After that long without a byte a ping
    goes out, and after twice that long the connection is taken to be lost.
    """

    def __init__(self, reader, writer, parser, subprotocol, ping_interval_ms, urandom):
        self._reader = reader
        self._writer = writer
        self._parser = parser
        self._urandom = urandom
        self._lock = asyncio.Lock()  # two writers at once would mix their frames
        self._close_sent = False
        self._heard = False  # whether a byte has come since the watch looked last
        self._watching = None
        self._why = "closed here"
        self.subprotocol = subprotocol
        self.ping_interval_ms = ping_interval_ms
        self.closed = False

    async def recv(self):
        """The next message: str for a text, bytes for a binary one, frames.Lost for one that memory could not hold.

        A text that memory could not hold twice comes as a buffer where it is ASCII; one in the `receive_buffer` of
        connect() as a memoryview, good until the next call. Raises ConnectionClosed.
        """
        try:
            while True:
                event = await self._event()
                kind, content = event[:2]
                if kind == frames.PING:
                    await self._frame(frames.PONG, content)
                elif kind == frames.CLOSE:
                    _kind, code, why = event
                    # 1005 stands for "no code": it is answered with none (RFC 6455 §7.4.1).
                    await self._goodbye(b"" if code == 1005 else code.to_bytes(2, "big"))
                    raise ConnectionClosed(code, why)
                elif kind != frames.PONG:
                    return content
        except frames.ProtocolError as error:
            await self._goodbye(error.code.to_bytes(2, "big") + error.text.encode()[:100], self._discard)
            raise ConnectionClosed(error.code, error.text) from None
        except OSError as error:
            raise await self._ended("the network: %s" % error) from None
        except BaseException:
            if self._close_sent:
                await self.abort()
            raise

    async def _ended(self, why):
        """What to raise when a connection has ended without a close frame; if we have ended it, we have said why."""
        why = self._why if self.closed else why
        await self.abort()
        return ConnectionClosed(1006, why)

    async def _event(self):
        """The next event that the parser has, or gets."""
        if self._watching is None:
            self._watching = asyncio.create_task(self._watch())
        while True:
            event = self._parser.next()
            if event is not None:
                return event
            if self.closed:
                raise ConnectionClosed(1006, self._why)
            data = await self._read()
            if not data:
                raise await self._ended("the other side hung up")
            self._heard = True
            self._parser.feed(data)

    async def _read(self):
        """The next bytes. Where memory is short it waits; what the other side sends waits in the network meanwhile."""
        for left in range(_TRIES, -1, -1):
            try:
                return await self._reader.read(_READ if left == _TRIES else _LITTLE)
            except MemoryError:
                if not left:
                    raise
            await asyncio.sleep(_TRY_MS / 1000)

    async def _watch(self):
        """Ping a server that is silent, and leave one that stays so."""
        silent = 0  # ms, to within a slice
        pinged = 0  # ms since the ping, 0 before it
        while not self.closed:
            interval = self.ping_interval_ms
            wait = max(1, min(_SLICE_MS, interval // 4 if interval else _SLICE_MS))
            await asyncio.sleep(wait / 1000)
            silent += wait
            pinged += wait if pinged else 0
            if self._heard or not interval:
                self._heard = False
                silent = pinged = 0
            elif pinged > interval:
                await self._leave("nothing heard for %d ms" % silent)
            elif silent >= interval and not pinged:
                pinged = 1
                try:
                    await self._frame(frames.PING, b"")
                except (ConnectionClosed, MemoryError):
                    pass  # recv() says so, or nothing is heard

    async def send(self, message):
        """Send a str as a text message, bytes as a binary one.

        What has a `size` and pieces() goes out as a text too, without ever being there as a whole: that many bytes of
        UTF-8. Raises ConnectionClosed when there is no connection; MemoryError, or ValueError (it was not that many),
        when nothing of it has left.
        """
        if isinstance(message, str):
            await self._frame(frames.TEXT, frames.bytes_of(message))
        elif hasattr(message, "pieces"):
            await self._stream(frames.TEXT, message.size, message.pieces())
        else:
            await self._frame(frames.BINARY, message)

    async def ping(self, data: bytes = b""):
        """Send a ping of at most 125 bytes; its pong keeps the connection from being taken for lost."""
        if len(data) > 125:
            raise ValueError("a ping has 125 bytes at most")
        await self._frame(frames.PING, data)

    async def close(self, code: int = 1000, reason: str = ""):
        """Close with a handshake of bounded length (RFC 6455 §7.1.2). Does nothing when closed."""
        if not self.closed:
            await self._goodbye(code.to_bytes(2, "big") + reason.encode()[:123], self._await_close)

    async def send_close(self, code: int = 1000):
        """Begin to close while recv() is running, which ends when the other side answers. Raises ConnectionClosed."""
        await self._frame(frames.CLOSE, code.to_bytes(2, "big"))

    async def abort(self):
        """Close the socket without a word."""
        if not self.closed:
            self.closed = True
            watching = self._watching
            if watching is not None and watching is not asyncio.current_task():
                watching.cancel()
            await close_stream(self._writer)

    async def _leave(self, why):
        if not self.closed:
            self._why = why
            await self.abort()

    async def _frame(self, opcode: int, payload):
        await self._stream(opcode, len(payload), (payload,))

    async def _stream(self, opcode, size, pieces):
        async with self._lock:
            if self.closed or self._close_sent:
                raise ConnectionClosed(1006, self._why)
            try:
                await write_frame(self._writer, opcode, size, pieces, self._urandom(4))
            except (MemoryError, ValueError):
                raise  # nothing has left: the connection is as it was
            except BaseException as error:
                # Half a frame cannot be mended: the connection goes, and the caller asks again.
                await self._leave("not sent: %r" % error)
                if isinstance(error, OSError):
                    raise ConnectionClosed(1006, self._why) from None
                raise
            if opcode == frames.CLOSE:
                self._close_sent = True

    async def _goodbye(self, payload, ending=None):
        """Send a close frame, give the other side a bounded time, and close the socket whatever happens."""
        try:
            if not self._close_sent:
                await within(self._frame(frames.CLOSE, payload), _CLOSING_MS)
            if ending:
                await within(ending(), _CLOSING_MS)
        except (OSError, ConnectionClosed, frames.ProtocolError, asyncio.TimeoutError):
            pass  # it ends anyway
        finally:
            await self.abort()

    async def _await_close(self):
        while True:
            event = self._parser.next()
            if event is None:
                data = await self._reader.read(_READ)
                if not data:
                    return
                self._parser.feed(data)
            elif event[0] == frames.CLOSE:
                return

    async def _discard(self):
        # A socket that is closed with bytes unread resets the connection, and our close frame with it.
        while await self._reader.read(_READ):
            pass
