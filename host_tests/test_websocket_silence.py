"""The WebSocket client where memory is short, where a server does not read, and where nothing is said for long."""

import asyncio

from fakes.scripted_server import closed_with, frame, play
from uwebsockets import ConnectionClosed, client, connect, frames, outgoing


def test_a_want_of_memory_while_reading_is_waited_out():
    async def script(server, reader, writer):
        await server.hear(reader, frames.TEXT)
        writer.write(frame(frames.TEXT, b"all of it"))
        await writer.drain()
        await reader.read(100)

    async def scenario(url):
        socket = await connect(url)
        await socket.send("go on")
        read, asked = socket._reader.read, []

        async def starved(size):
            asked.append(size)
            if len(asked) < 4:
                raise MemoryError
            return await read(size)

        socket._reader = type("Starved", (), {"read": staticmethod(starved)})
        assert await socket.recv() == "all of it" and asked[:4] == [512, 64, 64, 64]
        await socket.abort()

    play(script, scenario)


def test_a_server_that_pings_and_never_reads_is_left():
    async def script(server, reader, writer):
        while True:
            writer.write(frame(frames.PING, bytes(125)) * 50)
            await writer.drain()
            await asyncio.sleep(0)

    async def scenario(url):
        socket = await connect(url, ping_interval_ms=54000)
        assert await closed_with(socket) == 1006

    patient = outgoing._SENDING_MS
    outgoing._SENDING_MS = 300
    try:
        play(script, scenario)
    finally:
        outgoing._SENDING_MS = patient


class Long:
    """A message of 30 kB that is never there as a whole."""

    size = 30000

    def pieces(self):
        for _ in range(30):
            yield b"0123456789" * 100


def test_whoever_waits_while_another_sends_in_vain_is_woken():
    async def script(server, reader, writer):
        await asyncio.sleep(5)

    async def scenario(url):
        socket = await connect(url)
        hearing = asyncio.create_task(closed_with(socket))
        for _ in range(400):
            try:
                await socket.send(Long())
            except ConnectionClosed as error:
                assert error.code == 1006 and "not sent" in error.reason
                break
        else:
            raise AssertionError("a server that reads nothing takes it all in")
        assert await asyncio.wait_for(hearing, 60) == 1006

    patient = outgoing._SENDING_MS
    outgoing._SENDING_MS = 300
    try:
        play(script, scenario)
    finally:
        outgoing._SENDING_MS = patient


def test_a_new_ping_interval_begins_with_a_ping():
    async def script(server, reader, writer):
        for _ in range(3):
            writer.write(frame(frames.PONG, await server.hear(reader, frames.PING)))
            await writer.drain()
        writer.write(frame(frames.TEXT, b"still here"))
        await writer.drain()
        await reader.read(100)

    async def scenario(url):
        slices = client._SLICE_MS
        client._SLICE_MS = 400
        try:
            socket = await connect(url, ping_interval_ms=54000)
            hearing = asyncio.create_task(socket.recv())
            await asyncio.sleep(0.9)  # silent for longer than twice the interval that comes now
            socket.ping_interval_ms = 200
            assert await hearing == "still here"
            await socket.abort()
        finally:
            client._SLICE_MS = slices

    play(script, scenario)


def test_an_idle_connection_wakes_up_seldom():
    async def script(server, reader, writer):
        await reader.read(100)

    async def scenario(url):
        socket = await connect(url, ping_interval_ms=54000)
        slept = []
        rest = asyncio.sleep

        class Counted:
            def __getattr__(self, name):
                return getattr(asyncio, name)

            async def sleep(self, seconds):
                slept.append(seconds)
                await rest(seconds)

        client.asyncio = Counted()
        try:
            hearing = asyncio.create_task(socket.recv())
            await rest(0.3)
            assert slept == [2.0], "and nothing is read, nor any task made, in between"
        finally:
            client.asyncio = asyncio
        await socket.abort()
        try:
            await asyncio.wait_for(hearing, 60)
        except ConnectionClosed:
            pass

    play(script, scenario)
