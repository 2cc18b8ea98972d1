"""Knows how a TCP or TLS stream is opened and closed on CPython and on MicroPython. Knows no WebSocket."""

import asyncio
import sys

_trusted = [None]


def trust(path: str):
    """A file with the certificate (DER) of an authority, which default_tls() verifies servers against from now on.

    It is read for each connection anew: RAM is scarce.
    """
    _trusted[0] = path


def _authority() -> bytes:
    with open(_trusted[0], "rb") as file:
        return file.read()


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
        address = socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM)[0]
        sock = socket.socket(address[0], address[1], address[2])
        try:
            sock.setblocking(False)
            try:
                sock.connect(address[-1])
            except OSError as error:
                if error.errno != errno.EINPROGRESS:
                    raise
            await _writable(sock)
            if tls is not None:
                sock = tls.wrap_socket(sock, server_hostname=host, do_handshake_on_connect=False)
                sock.setblocking(False)
        except BaseException:
            sock.close()
            raise
        stream = Stream(sock)
        return stream, stream

    def default_tls():
        """A context that verifies the server against the authority that is trusted: without one, none is."""
        import tls

        context = tls.SSLContext(tls.PROTOCOL_TLS_CLIENT)
        context.verify_mode = tls.CERT_REQUIRED
        if _trusted[0]:
            context.load_verify_locations(_authority())
        return context

    async def close_stream(writer):
        """Close the socket at once."""
        writer.s.close()

else:

    async def open_stream(host: str, port: int, tls=None) -> tuple:
        """(reader, writer). Raises OSError. The socket is closed when this is cancelled."""
        return await asyncio.open_connection(host, port, ssl=tls, server_hostname=host if tls else None)

    def default_tls():
        """A context that verifies the server against the authority that is trusted, else against the system's."""
        import ssl

        return ssl.create_default_context(cadata=_authority() if _trusted[0] else None)

    async def close_stream(writer):
        """Close the socket at once."""
        writer.transport.abort()
        await asyncio.sleep(0)
