"""Opens a WebSocket connection. Not needed afterwards: where RAM is short this module can be forgotten."""

import asyncio
import os
from binascii import b2a_base64

from . import seldom
from .client import WebSocket
from .dial import default_tls, open_stream
from .errors import HandshakeError
from .frames import Parser
from .handshake import HEAD_MAX, check_response, parse_url, request
from .sockets import close_stream, within

seldom.append(__name__)

_READ = 512


async def connect(
    url: str,
    protocols=(),
    headers=(),
    max_message: int = 16384,
    ping_interval_ms: int = 0,
    timeout_ms: int = 10000,
    tls=None,
    urandom=os.urandom,
    receive_buffer=None,
) -> "WebSocket":
    """Open a connection. Raises ValueError (the URL), OSError (the network, a time-out) or HandshakeError.

    `headers` are pairs of texts, `protocols` the subprotocols offered: when any are, the server must
    choose one of them. `tls` is an SSLContext; without one a wss URL gets one that verifies. `receive_buffer`:
    see Parser.
    """
    secure, host, port, path = parse_url(url)
    if secure and tls is None:
        tls = default_tls(True)
    key = b2a_base64(urandom(16)).strip()
    parser = Parser(max_message, receive_buffer)
    ask = request(secure, host, port, path, key, protocols, headers)
    try:
        opening = _open(host, port, tls if secure else None, ask, key, protocols, parser, ping_interval_ms, urandom)
        return await within(opening, timeout_ms)
    except asyncio.TimeoutError:
        raise OSError("no answer within %d ms" % timeout_ms) from None


async def _open(host, port, tls, ask, key, protocols, parser, ping_interval_ms, urandom):
    reader, writer = await open_stream(host, port, tls)
    try:
        writer.write(ask)
        await writer.drain()
        head = b""
        while b"\r\n\r\n" not in head:
            data = await reader.read(_READ)
            if not data:
                raise HandshakeError(0, "the server closed the connection")
            head += data
            if len(head) > HEAD_MAX:
                raise HandshakeError(0, "the answer is too long")
        end = head.find(b"\r\n\r\n")
        subprotocol = check_response(head[:end], key, protocols)
        parser.feed(head[end + 4 :])
        return WebSocket(reader, writer, parser, subprotocol, ping_interval_ms, urandom)
    except BaseException:
        await close_stream(writer)
        raise
