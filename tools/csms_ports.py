"""The ports of a central system: plain or with TLS, who is let in, and with what HTTP status the others are refused."""

import base64
import time
from urllib.parse import unquote

from websockets.asyncio.server import serve


def _key(password: str | bytes) -> bytes:
    return password if isinstance(password, bytes) else password.encode()


class Ports:
    """Listens on the loopback interface while it is entered; _serve() is given each connection.

    `refuse` is an HTTP status to answer handshakes with.
    """

    def __init__(self, port, password, tls, secure):
        self.port = port
        self.password = password
        self.tls = tls  # an ssl.SSLContext: then it is wss
        self.secure = secure  # the SSLContext of a second port; another one counts from listen() on
        self.secure_port = 0
        self.profile = 0  # the security profile that a connection must at least have
        self.profiles = []  # of all connections so far
        self.refuse = None
        self.subprotocols = ["ocpp1.6"]
        self.handshakes = []  # time of every attempt to connect
        self._server = self._secure_server = None

    async def __aenter__(self):
        await self.listen()
        return self

    async def __aexit__(self, *exception):
        await self.stop()

    async def listen(self):
        self._server, self.port = await self._open(self.port, self.tls)
        if self.secure:
            await self.secure_with(self.secure)

    async def secure_with(self, context):
        """The port with TLS is this SSLContext's from now on: whoever is connected there has to come again."""
        await self._stop_secure()
        self.secure = context
        self._secure_server, self.secure_port = await self._open(self.secure_port, context)

    async def _open(self, port, context) -> tuple:
        """(server, its port); port 0 is any that is free."""
        server = await serve(
            self._serve, "127.0.0.1", port, subprotocols=self.subprotocols, process_request=self._admit,
            ping_interval=None, max_size=2**22, close_timeout=1, ssl=context,
        )  # fmt: skip
        return server, server.sockets[0].getsockname()[1]

    async def _stop_secure(self):
        if self._secure_server:
            self._secure_server.close()
            await self._secure_server.wait_closed()
            self._secure_server = None

    async def stop(self):
        await self._stop_secure()
        if self._server:
            self._server.close()
            await self._server.wait_closed()
            self._server = None

    @property
    def url(self):
        return f"wss://localhost:{self.port}/ocpp" if self.tls else f"ws://127.0.0.1:{self.port}/ocpp"

    @property
    def secure_url(self):
        return f"wss://localhost:{self.secure_port}/ocpp"

    def _profile_of(self, connection, request) -> int:
        """The security profile of a connection that is being made."""
        peer = connection.transport.get_extra_info("peercert")
        if connection.transport.get_extra_info("ssl_object") is None:
            return 1 if "Authorization" in request.headers else 0
        return 3 if peer else 2

    def _admit(self, connection, request):
        self.handshakes.append(time.monotonic())
        if self.refuse:
            return connection.respond(self.refuse, "refused\n")
        profile = self._profile_of(connection, request)
        if profile < self.profile:
            return connection.respond(401, f"security profile {self.profile} is needed\n")
        self.profiles.append(profile)
        if self.password is not None and profile < 3:
            identity = unquote(request.path.rsplit("/", 1)[-1])
            want = "Basic " + base64.b64encode(identity.encode() + b":" + _key(self.password)).decode()
            if request.headers.get("Authorization") != want:
                return connection.respond(401, "who are you?\n")
        return None
