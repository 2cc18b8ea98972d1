"""WebSocket frames, handshake, pauses and the client against a scripted server, on both interpreters."""

import asyncio

from uwebsockets import ConnectionClosed, HandshakeError, client, connect, frames, handshake, outgoing
from uwebsockets.backoff import Backoff


def frame(opcode, payload=b"", fin=True):
    """A server's frame."""
    first = opcode | (0x80 if fin else 0)
    if len(payload) < 126:
        return bytes((first, len(payload))) + payload
    return bytes((first, 126)) + len(payload).to_bytes(2, "big") + payload


def events(data, piece=None, most=1000):
    """All events of some bytes, fed piece by piece."""
    parser = frames.Parser(most)
    found = []
    for at in range(0, len(data), piece or len(data)):
        parser.feed(data[at : at + (piece or len(data))])
        while True:
            event = parser.next()
            if event is None:
                break
            found.append(event)
    return found


def code_of(data):
    """The close code with which some bytes are refused."""
    try:
        events(data)
    except frames.ProtocolError as error:
        return error.code
    return None


def test_masking_is_its_own_inverse():
    key = b"\x01\x80\xff\x00"
    for length in (0, 1, 3, 4, 5, 255, 256):
        data = bytes([(7 * at) & 255 for at in range(length)])
        masked = frames.mask(data, key)
        assert masked == bytes([data[at] ^ key[at % 4] for at in range(length)])
        assert frames.mask(masked, key) == data


def test_headers_have_the_shortest_form():
    key = b"abcd"
    assert frames.header(frames.TEXT, 5, key) == b"\x81\x85abcd"
    assert frames.header(frames.TEXT, 125, key) == b"\x81\xfdabcd"
    assert frames.header(frames.BINARY, 126, key) == b"\x82\xfe\x00\x7eabcd"
    assert frames.header(frames.TEXT, 65535, key) == b"\x81\xfe\xff\xffabcd"
    assert frames.header(frames.TEXT, 65536, key, False) == b"\x01\xff\0\0\0\0\0\x01\0\0abcd"


def test_messages_fragments_and_control_frames_between_them():
    data = (
        frame(frames.TEXT, b"Hello")
        + frame(frames.TEXT, "Gr\u00fc".encode()[:3], False)
        + frame(frames.PING, b"p")
        + frame(frames.CONTINUATION, "Gr\u00fc".encode()[3:], False)
        + frame(frames.PONG)
        + frame(frames.CONTINUATION, b"\xc3\x9fe")
        + frame(frames.BINARY, bytes(200))
        + frame(frames.CLOSE, b"\x03\xe8bye")
    )
    expected = [
        (frames.TEXT, "Hello"),
        (frames.PING, b"p"),
        (frames.PONG, b""),
        (frames.TEXT, "Gr\u00fc\u00dfe"),
        (frames.BINARY, bytes(200)),
        (frames.CLOSE, 1000, "bye"),
    ]
    for piece in (None, 1, 2, 7):
        assert events(data, piece) == expected


def test_what_breaks_the_protocol_and_with_which_code():
    for data, code in (
        (b"\xc1\x00", 1002),  # a reserved bit
        (b"\x83\x00", 1002),  # an unknown opcode
        (b"\x8b\x00", 1002),
        (b"\x81\x80abcd", 1002),  # masked by the server
        (b"\x09\x00", 1002),  # a fragmented ping
        (b"\x89\x7e\x00\x80", 1002),  # a long ping
        (b"\x80\x00", 1002),  # a continuation of nothing
        (frame(frames.TEXT, b"a", False) + frame(frames.TEXT, b"b"), 1002),
        (b"\x81\x7e\x00\x7d", 1002),  # a length not in its shortest form
        (b"\x81\x7f\0\0\0\0\0\0\xff\xff", 1002),
        (b"\x81\x7f\x80\0\0\0\0\0\0\0", 1002),
        (b"\x88\x01\x03", 1002),  # half a close code
        (frame(frames.CLOSE, b"\x03\xec"), 1002),  # 1004
        (frame(frames.CLOSE, b"\x03\xed"), 1002),  # 1005 is never sent
        (frame(frames.CLOSE, b"\x13\x88"), 1002),  # 5000
        (frame(frames.TEXT, b"\xff"), 1007),
        (frame(frames.TEXT, b"\xed\xa0\x80"), 1007),  # a surrogate
        (frame(frames.TEXT, b"\xc0\xaf"), 1007),  # an overlong form
        (frame(frames.TEXT, b"\xe0\x80\xaf"), 1007),
        (frame(frames.TEXT, b"\xf4\x90\x80\x80"), 1007),  # beyond Unicode
        (frame(frames.TEXT, b"ab\xe2\x82"), 1007),  # cut off
        (frame(frames.CLOSE, b"\x03\xe8\xff"), 1007),
        (b"\x81\x7e\x03\xe9", 1009),  # 1001 bytes are one too many
        (frame(frames.TEXT, bytes(600), False) + frame(frames.CONTINUATION, bytes(401)), 1009),
    ):
        assert code_of(data) == code, data[:20]
    assert code_of(frame(frames.TEXT, bytes(1000))) is None
    assert events(frame(frames.TEXT, b"\xf0\x9f\x98\x80")) == [(frames.TEXT, "\U0001f600")]
    assert events(b"\x88\x00") == [(frames.CLOSE, 1005, "")]


KEY = b"dGhlIHNhbXBsZSBub25jZQ=="  # the example of RFC 6455 §1.3
GOOD = (
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\nconnection: keep-alive, Upgrade\r\n"
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: ocpp1.6"
)


def refusal(head, protocols=("ocpp1.6",)):
    try:
        handshake.check_response(head.encode(), KEY, protocols)
    except HandshakeError as error:
        return error.status
    return None


def test_the_handshake_checks_everything():
    assert handshake.check_response(GOOD.encode(), KEY, ("x", "ocpp1.6")) == "ocpp1.6"
    assert handshake.accept(KEY) == b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
    no_protocol = GOOD[: GOOD.index("\r\nSec-WebSocket-Protocol")]
    assert handshake.check_response(no_protocol.encode(), KEY) is None
    for head, status in (
        ("HTTP/1.1 404 Not Found\r\n", 404),
        ("HTTP/1.1 401 Unauthorized", 401),
        ("HTTP/1.1 503 ", 503),
        ("HTTP/1.1 200 OK\r\nUpgrade: websocket", 200),
        ("SSH-2.0-OpenSSH", 0),
        ("", 0),
        (GOOD.replace("WebSocket\r", "h2c\r"), 101),
        (GOOD.replace("keep-alive, Upgrade", "keep-alive"), 101),
        (GOOD.replace("s3p", "S3P"), 101),
        (GOOD.replace("ocpp1.6", "ocpp2.0.1"), 101),
        (no_protocol, 101),
        (GOOD + "\r\nSec-WebSocket-Extensions: permessage-deflate", 101),
    ):
        assert refusal(head) == status, head
    assert refusal(GOOD, ()) == 101, "a subprotocol nobody offered"


def test_the_request():
    text = handshake.request(False, "::1", 9000, "/a?b", KEY, ("ocpp1.6",), (("X", "y"),)).decode()
    assert text.startswith("GET /a?b HTTP/1.1\r\nHost: [::1]:9000\r\n") and text.endswith("\r\n\r\n")
    assert "Sec-WebSocket-Protocol: ocpp1.6\r\nX: y\r\n" in text
    assert "\r\nHost: h\r\n" in handshake.request(True, "h", 443, "/", KEY).decode()
    try:
        handshake.request(False, "h", 80, "/", KEY, (), (("X", "a\r\nEvil: b"),))
    except ValueError:
        pass
    else:
        raise AssertionError("a header was smuggled in")


def test_urls():
    assert handshake.parse_url("ws://h") == (False, "h", 80, "/")
    assert handshake.parse_url("wss://h/a/b?c=d#e") == (True, "h", 443, "/a/b?c=d")
    assert handshake.parse_url("ws://[::1]:9/x") == (False, "::1", 9, "/x")
    assert handshake.parse_url("ws://h?q") == (False, "h", 80, "/?q")
    for url in ("http://h", "h", "ws://", "ws://:80/", "ws://h:x/", "ws://h:70000/", "ws://u:p@h/", "ws://[::1/"):
        try:
            handshake.parse_url(url)
        except ValueError as error:
            assert str(error).startswith("url: ")
        else:
            raise AssertionError(url)


def test_pauses_grow_with_chance_and_begin_again():
    for below in (lambda n: 0, lambda n: n - 1):
        backoff = Backoff(below, 1500, 60000)
        pauses = [backoff.next_ms() for _ in range(9)]
        assert all([1000 <= pause <= 60000 for pause in pauses])
        assert pauses == sorted(pauses) and pauses[-1] >= 40000
        backoff.reset()
        assert backoff.next_ms() == pauses[0]


def test_pauses_grow_slowly_after_an_orderly_end():
    backoff = Backoff(lambda n: n // 2, 1500, 60000)
    pauses = [backoff.next_ms(True) for _ in range(10)]
    assert pauses == sorted(pauses) and pauses[-1] < 5000, "ten times within half a minute"
    assert all([later <= pause * 5 // 4 for pause, later in zip(pauses, pauses[1:])])
    for _ in range(60):
        last = backoff.next_ms(True)
    assert last > 40000, "one that closes for ever is asked as seldom as one that is not there"


# The client against a server that follows a script.


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
                    await asyncio.wait_for(scenario("ws://127.0.0.1:%d/x" % _port[0]), 10)
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


# Want of memory, servers that do not read, and silence


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
        assert await asyncio.wait_for(hearing, 2) == 1006

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
            await asyncio.wait_for(hearing, 2)
        except ConnectionClosed:
            pass

    play(script, scenario)
