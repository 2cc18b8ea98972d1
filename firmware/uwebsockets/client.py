"""Knows an open WebSocket connection over asyncio: kept alive, closed on every path. Knows no frame's insides."""

import asyncio

from . import frames
from .errors import ConnectionClosed
from .sockets import close_stream

_READ = 512

# Silence is looked at in slices, so that a new ping interval is soon obeyed.
_SLICE_MS = 2000

# A close handshake, or a ping that does not even leave, may take this long.
_CLOSING_S = 2


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
        self.subprotocol = subprotocol
        self.ping_interval_ms = ping_interval_ms
        self.closed = False

    async def recv(self):
        """The next message: str for a text, bytes for a binary one, frames.Lost for one that memory could not hold.

        A text that memory could not hold twice comes as a buffer where it is ASCII; one in the `room` of connect() as a
        memoryview, good until the next call. Raises ConnectionClosed.
        """
        try:
            while True:
                event = await self._event()
                kind = event[0]
                if kind == frames.PING:
                    await self._frame(frames.PONG, event[1])
                elif kind == frames.CLOSE:
                    # 1005 stands for "no code": it is answered with none (RFC 6455 §7.4.1).
                    await self._goodbye(b"" if event[1] == 1005 else event[1].to_bytes(2, "big"))
                    raise ConnectionClosed(event[1], event[2])
                elif kind != frames.PONG:
                    return event[1]
        except frames.ProtocolError as error:
            await self._goodbye(error.code.to_bytes(2, "big") + error.text.encode()[:100], self._discard)
            raise ConnectionClosed(error.code, error.text) from None
        except OSError as error:
            await self.abort()
            raise ConnectionClosed(1006, "the network: %s" % error) from None
        except BaseException:
            if self._close_sent:
                await self.abort()
            raise

    async def _event(self):
        """The next event that the parser has, or gets."""
        silent = 0
        pinged = False
        while True:
            event = self._parser.next()
            if event is not None:
                return event
            if self.closed:
                raise ConnectionClosed(1006, "closed here")
            interval = self.ping_interval_ms
            wait = min(_SLICE_MS, interval) if interval else _SLICE_MS
            try:
                data = await asyncio.wait_for(self._reader.read(_READ), wait / 1000)
            except asyncio.TimeoutError:
                silent += wait
                if interval and silent >= 2 * interval:
                    await self.abort()
                    raise ConnectionClosed(1006, "nothing heard for %d ms" % silent) from None
                if interval and silent >= interval and not pinged:
                    pinged = True
                    await self._hurry(self._frame(frames.PING, b""))
                continue
            if not data:
                await self.abort()
                raise ConnectionClosed(1006, "the other side hung up")
            silent = 0
            pinged = False
            self._parser.feed(data)

    async def send(self, message):
        """Send a str as a text message, bytes as a binary one.

        What has a `size` and pieces() goes out as a text too, without ever being there as a whole: that many bytes of
        UTF-8. Raises ConnectionClosed when there is no connection, ValueError when it was not that many.
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
            await close_stream(self._writer)

    async def _frame(self, opcode: int, payload):
        view = memoryview(payload)
        # Piece by piece: a second copy of a large message would not fit.
        pieces = (view[at : at + frames.PIECE] for at in range(0, len(payload), frames.PIECE))
        await self._stream(opcode, len(payload), pieces)

    async def _stream(self, opcode, size, pieces):
        async with self._lock:
            if self.closed or self._close_sent:
                raise ConnectionClosed(1006, "closed")
            key = self._urandom(4)
            self._writer.write(frames.header(opcode, size, key))
            sent = 0
            for piece in pieces:
                self._writer.write(frames.mask(piece, key))
                await self._writer.drain()
                turn = len(piece) % 4
                key = key[turn:] + key[:turn]
                sent += len(piece)
            if opcode == frames.CLOSE:
                self._close_sent = True
            await self._writer.drain()
            if sent != size:
                # The frame cannot be mended: the connection goes, and whoever it was for asks again.
                await self.abort()
                raise ValueError("a message of %d bytes was announced with %d" % (sent, size))

    async def _hurry(self, doing):
        """Do it within a bounded time, or take the connection for lost."""
        try:
            await asyncio.wait_for(doing, _CLOSING_S)
        except asyncio.TimeoutError:
            raise OSError("nothing can be sent") from None

    async def _goodbye(self, payload, ending=None):
        """Send a close frame, give the other side a bounded time, and close the socket whatever happens."""
        try:
            if not self._close_sent:
                await self._hurry(self._frame(frames.CLOSE, payload))
            if ending:
                await asyncio.wait_for(ending(), _CLOSING_S)
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
