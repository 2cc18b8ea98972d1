"""The WebSocket client against a scripted server, on both interpreters."""

import asyncio

from fakes.scripted_server import closed_with, frame, play
from uwebsockets import ConnectionClosed, HandshakeError, connect, frames
from uwebsockets.sockets import within


def test_messages_both_ways_pings_and_a_proper_end():
    async def script(server, reader, writer):
        assert await server.hear(reader, frames.TEXT) == b"hello"
        writer.write(frame(frames.PING, b"are you there") + frame(frames.TEXT, b"wor", False))
        await writer.drain()
        assert await server.hear(reader, frames.PONG) == b"are you there"
        writer.write(frame(frames.CONTINUATION, b"ld") + frame(frames.BINARY, b"\x00"))
        await writer.drain()
        payload = await server.hear(reader, frames.BINARY)
        assert payload == bytes(3000)
        assert await server.hear(reader, frames.CLOSE) == b"\x03\xe8done"
        writer.write(frame(frames.CLOSE, b"\x03\xe8"))
        await writer.drain()

    async def scenario(url):
        socket = await connect(url)
        await socket.send("hello")
        assert await socket.recv() == "world"
        assert await socket.recv() == b"\x00"
        await socket.send(bytes(3000))
        await socket.close(1000, "done")
        assert socket.closed
        try:
            await socket.send("too late")
        except ConnectionClosed:
            pass
        else:
            raise AssertionError("sent on a closed connection")

    play(script, scenario)


def test_ends_of_all_kinds():
    for data, code in (
        (frame(frames.CLOSE, b"\x03\xe9"), 1001),
        (frame(frames.CLOSE), 1005),
        (b"\x81\x05he", 1006),  # the server hangs up in the middle of a frame
        (b"", 1006),
        (b"\xff\xff", 1002),
        (frame(frames.TEXT, b"\xff"), 1007),
        (b"\x81\x7e\x40\x00", 1009),
    ):

        async def script(server, reader, writer, data=data):
            if data:
                writer.write(data)
                await writer.drain()

        async def scenario(url, code=code):
            assert await closed_with(await connect(url, max_message=1000)) == code

        play(script, scenario)


def test_a_silent_server_is_pinged_and_then_left():
    async def script(server, reader, writer):
        assert await server.hear(reader, frames.PING) == b""
        await reader.read(100)  # and says nothing

    async def scenario(url):
        socket = await connect(url, ping_interval_ms=50)
        assert await closed_with(socket) == 1006

    play(script, scenario)


def test_pongs_keep_a_silent_connection():
    async def script(server, reader, writer):
        for _ in range(4):
            writer.write(frame(frames.PONG, await server.hear(reader, frames.PING)))
            await writer.drain()
        writer.write(frame(frames.TEXT, b"still here"))
        await writer.drain()
        await reader.read(100)

    async def scenario(url):
        socket = await connect(url, ping_interval_ms=40)
        assert await socket.recv() == "still here"
        await socket.abort()

    play(script, scenario)


def test_two_writers_do_not_mix_their_frames():
    async def script(server, reader, writer):
        found = []
        for _ in range(6):
            payload = await server.hear(reader, frames.TEXT)
            assert payload == payload[:1] * 1500, "two frames are mixed"
            found.append(payload[:1])
        writer.write(frame(frames.TEXT, b"".join(sorted(found))))
        await writer.drain()
        await reader.read(100)

    async def scenario(url):
        socket = await connect(url)
        await asyncio.gather(*[socket.send(letter * 1500) for letter in "abcdef"])
        assert await socket.recv() == "abcdef"
        await socket.abort()

    play(script, scenario)


def test_servers_that_are_none():
    async def garbage(server, reader, writer):
        await reader.read(1000)
        writer.write(b"220 mail.example ESMTP\r\n\r\n")
        await writer.drain()

    async def endless(server, reader, writer):
        await reader.read(1000)
        for _ in range(100):
            writer.write(b"X" * 100)
            await writer.drain()
        await reader.read(100)

    async def mute(server, reader, writer):
        await reader.read(1000)
        await reader.read(1000)

    async def gone(server, reader, writer):
        await reader.read(1000)

    async def scenario(url):
        try:
            await connect(url, timeout_ms=200)
        except (OSError, HandshakeError):
            return
        raise AssertionError("connected")

    for script in (garbage, endless, mute, gone):
        play(script, scenario, shake=False)


def test_nobody_listens():
    async def run():
        try:
            await connect("ws://127.0.0.1:1/x", timeout_ms=2000)
        except (OSError, HandshakeError):
            return
        raise AssertionError("connected")

    asyncio.run(run())


def test_cancelling_at_any_moment_closes_the_socket():
    hung_up = []

    async def script(server, reader, writer):
        while await reader.read(100):
            pass
        hung_up.append(1)

    async def scenario(url):
        for ms in (0, 1, 5, 40):
            before = len(hung_up)

            async def use():
                socket = await connect(url)
                try:
                    await socket.recv()
                finally:
                    await socket.abort()

            task = asyncio.create_task(use())
            await asyncio.sleep(ms / 1000)
            task.cancel()
            try:
                await task
            except asyncio.CancelledError:
                pass
            await asyncio.sleep(0.05)
            assert ms < 40 or len(hung_up) > before, "the server still waits"

    play(script, scenario)


def test_within_a_time():
    async def late(done):
        try:
            await asyncio.sleep(3600)
        finally:
            done.append("cancelled")

    async def nested(done):
        await within(late(done), 3600000)

    async def soon():
        await asyncio.sleep(0)
        return 7

    async def wrong():
        raise ValueError("oops")

    async def scenario():
        assert await within(soon(), 60000) == 7
        try:
            await within(wrong(), 60000)
            raise AssertionError("nothing was raised")
        except ValueError:
            pass
        for work in (late, nested):
            done = []
            try:
                await within(work(done), 10)
                raise AssertionError("it was in time")
            except asyncio.TimeoutError:
                pass
            assert done == ["cancelled"]
        # Cancelled by somebody else it is no matter of time, and what it has waited for is cancelled too.
        done = []
        task = asyncio.create_task(within(late(done), 3600000))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        task.cancel()
        try:
            await task
            raise AssertionError("it went on")
        except asyncio.CancelledError:
            pass
        assert done == ["cancelled"]

    asyncio.run(scenario())
