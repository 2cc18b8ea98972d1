"""A listener for many stations at once, with a central system for each: what a fleet is played against."""

from urllib.parse import unquote

from websockets.asyncio.server import serve

from csms import CentralSystem


class CentralSystems:
    """One listener for many stations: each identity has a CentralSystem of its own, which keeps no long log."""

    def __init__(self):
        self._each = {}  # identity → CentralSystem
        self._server = None

    async def __aenter__(self):
        self._server = await serve(
            self._serve, "127.0.0.1", 0, subprotocols=["ocpp1.6"], ping_interval=None, max_size=2**22, close_timeout=1
        )
        return self

    async def __aexit__(self, *exception):
        self._server.close()
        await self._server.wait_closed()

    @property
    def url(self):
        return f"ws://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/ocpp"

    def all(self) -> list:
        """Those that a station has ever come to."""
        return list(self._each.values())

    async def _serve(self, connection):
        identity = unquote(connection.request.path.rsplit("/", 1)[-1])
        central = self._each.get(identity)
        if central is None:
            central = self._each[identity] = CentralSystem(interval=60)
            central.watch = lambda event: central.log.__delitem__(slice(None, -50))
        await central._serve(connection)
