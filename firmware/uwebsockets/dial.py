"""Opens a TCP or TLS stream, on CPython and on MicroPython. Needed for as long as that takes."""

import asyncio
import gc
import os
import sys

from . import seldom
from .sockets import fixed, kept, presented, servers, trusted

seldom.append(__name__)


def numeric(host: str) -> bool:
    """Whether this is an address and no name."""
    if ":" in host:
        return not host.strip("0123456789abcdefABCDEF:.")
    parts = host.split(".")
    return len(parts) == 4 and all([part.isdigit() and len(part) < 4 and int(part) < 256 for part in parts])


async def address_of(host: str) -> str:
    """The numeric address of a host. Raises OSError."""
    if numeric(host):
        return host
    known = fixed.get(host.lower())
    if known:
        return known
    from .resolver import resolve

    return await resolve(host, servers, kept, os.urandom)


def _content(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


# With the two of the security whitepaper that exchange keys by RSA: a central system may have no others. No CBC.
_SUITES = """
TLS1-3-AES-128-GCM-SHA256 TLS1-3-AES-256-GCM-SHA384 TLS1-3-CHACHA20-POLY1305-SHA256
TLS-ECDHE-ECDSA-WITH-AES-128-GCM-SHA256 TLS-ECDHE-RSA-WITH-AES-128-GCM-SHA256
TLS-ECDHE-ECDSA-WITH-AES-256-GCM-SHA384 TLS-ECDHE-RSA-WITH-AES-256-GCM-SHA384
TLS-ECDHE-ECDSA-WITH-CHACHA20-POLY1305-SHA256 TLS-ECDHE-RSA-WITH-CHACHA20-POLY1305-SHA256
TLS-RSA-WITH-AES-128-GCM-SHA256 TLS-RSA-WITH-AES-256-GCM-SHA384
"""


if sys.implementation.name == "micropython":
    import errno
    import socket
    from asyncio import core
    from asyncio.stream import Stream

    def _writable(sock):
        # What the interpreter's own open_connection does; a generator can be awaited here.
        yield core._io_queue.queue_write(sock)

    async def open_stream(host: str, port: int, tls=None) -> tuple:
        """(reader, writer). Raises OSError. The socket is closed when this is cancelled.

        asyncio.open_connection() leaks it then.
        """
        found = socket.getaddrinfo(await address_of(host), port, 0, socket.SOCK_STREAM)[0]
        family, kind, protocol, _name, place = found
        gc.collect()  # what stays as long as the connection is to lie low
        sock = socket.socket(family, kind, protocol)
        try:
            sock.setblocking(False)
            try:
                sock.connect(place)
            except OSError as error:
                if error.errno != errno.EINPROGRESS:
                    raise
            await _writable(sock)
            if hasattr(socket, "TCP_NODELAY") or sys.platform == "linux":
                # A message that has left in pieces shall not wait for the other side's acknowledgement. 6 is TCP.
                sock.setsockopt(getattr(socket, "IPPROTO_TCP", 6), getattr(socket, "TCP_NODELAY", 1), 1)
            if tls is not None:
                sock = tls.wrap_socket(sock, server_hostname=host, do_handshake_on_connect=False)
                sock.setblocking(False)
        except BaseException:
            sock.close()
            raise
        stream = Stream(sock)
        return stream, stream

    def _restrict(context):
        """Leave out what may be broken: of the suites that this image has, those with AES-GCM or ChaCha20 stay."""
        known = []
        for name in _SUITES.split():
            try:
                context.set_ciphers([name])
                known.append(name)
            except (OSError, ValueError):
                pass
        if known:
            context.set_ciphers(known)

    def default_tls(own: bool = False):
        """A context that verifies the server against the authorities that are trusted: without one, none is. With
        `own` it shows what present() was given. Raises OSError for a pair that is not as it must be. An authority that
        flash has spoilt is ignored: the others count."""
        import tls

        context = tls.SSLContext(tls.PROTOCOL_TLS_CLIENT)
        context.verify_mode = tls.CERT_REQUIRED
        _restrict(context)
        for path in trusted:
            try:
                context.load_verify_locations(_content(path))
            except (OSError, ValueError):
                pass
        if own and presented:
            chain, key = presented
            try:
                context.load_cert_chain(_content(chain), _content(key))
            except ValueError:
                raise OSError("%s or %s is spoilt" % (chain, key)) from None
        return context

else:

    async def open_stream(host: str, port: int, tls=None) -> tuple:
        """(reader, writer). Raises OSError. The socket is closed when this is cancelled."""
        reader, writer = await asyncio.open_connection(host, port, ssl=tls, server_hostname=host if tls else None)
        writer.transport.set_write_buffer_limits(0)  # drain() is to mean that all of it has left
        return reader, writer

    def default_tls(own: bool = False):
        """A context that verifies the server against the authorities that are trusted, else against the system's. With
        `own` it shows what present() was given. Raises OSError for files that are not as they must be."""
        import ssl

        context = ssl.create_default_context(cadata=b"".join([_content(path) for path in trusted]) or None)
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        if own and presented:
            context.load_cert_chain(*presented)
        context.set_ciphers("ECDHE+AESGCM:ECDHE+CHACHA20:kRSA+AESGCM")
        return context
