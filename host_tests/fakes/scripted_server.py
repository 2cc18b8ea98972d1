"""A WebSocket server that follows a script, on a socket of its own; and frames as a server makes them."""

import asyncio

from uwebsockets import ConnectionClosed, frames, handshake


def frame(opcode, payload=b"", fin=True):
    """A server's frame."""
    first = opcode | (0x80 if fin else 0)
    if len(payload) < 126:
        return bytes((first, len(payload))) + payload
    return bytes((first, 126)) + len(payload).to_bytes(2, "big") + payload


class Server:
    """A server whose `script(reader, writer)` runs after the handshake, if it shakes hands at all."""

    def __init__(self, script, port, shake=True):
        self._script = script
        self._shake = shake
        self.port = port
        self.heard = b""

    async def __aenter__(self):
        self._server = await asyncio.start_server(self._client, "127.0.0.1", self.port)
        return self

    async def __aexit__(self, *exception):
        self._server.close()
        await self._server.wait_closed()

    async def _client(self, reader, writer):
        try:
            if self._shake:
                head = b""
                while b"\r\n\r\n" not in head:
                    data = await reader.read(100)
                    if not data:
                        return
                    head += data
                key = head[head.index(b"Sec-WebSocket-Key: ") + 19 :].split(b"\r\n")[0]
                writer.write(b"HTTP/1.1 101 OK\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n")
                writer.write(b"Sec-WebSocket-Accept: " + handshake.accept(key) + b"\r\n\r\n")
                await writer.drain()
            await self._script(self, reader, writer)
        except OSError:
            pass
        finally:
            writer.close()
            try:
                await writer.wait_closed()
            except OSError:
                pass

    async def hear(self, reader, opcode):
        """The payload of the next frame of the client, which must be of this kind and masked."""
        first, second = await reader.readexactly(2)
        assert first == 0x80 | opcode and second & 0x80, (first, second)
        length = second & 0x7F
        if length == 126:
            length = int.from_bytes(await reader.readexactly(2), "big")
        key = await reader.readexactly(4)
        return frames.mask(await reader.readexactly(length), key)


_port = [20000 + id(Server) // 64 % 9000]


def play(script, scenario, shake=True, **options):
    """Run a scenario, an async function of the URL, while the server follows its script."""

    async def run():
        for _ in range(50):
            _port[0] += 1
            try:
                async with Server(script, _port[0], shake):
                    await asyncio.wait_for(scenario("ws://127.0.0.1:%d/x" % _port[0]), 120)
                return
            except OSError as error:
                if error.errno != 98:  # the port is taken
                    raise

    asyncio.run(run())


async def closed_with(socket):
    """The code with which a connection ends."""
    try:
        await socket.recv()
    except ConnectionClosed as error:
        assert socket.closed
        return error.code
    raise AssertionError("a message came")
