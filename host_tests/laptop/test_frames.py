"""The frame parser against the `websockets` library: random messages, fragments and splits."""

import asyncio
import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from websockets.asyncio.server import serve
from websockets.frames import Frame, Opcode
from websockets.streams import StreamReader

import interpreter
import rom
from uwebsockets import ConnectionClosed, connect, frames

texts = st.text(max_size=400)
controls = st.lists(st.tuples(st.sampled_from((frames.PING, frames.PONG)), st.binary(max_size=125)), max_size=2)


def served(opcode, payload, fin=True):
    """A server's frame, as `websockets` makes it."""
    return Frame(Opcode(opcode), payload, fin).serialize(mask=False)


@st.composite
def streams(draw):
    """(bytes of a server, events they stand for)."""
    data, events = b"", []
    for _ in range(draw(st.integers(1, 4))):
        text = draw(st.booleans())
        payload = draw(texts).encode() if text else draw(st.binary(max_size=400))
        opcode = frames.TEXT if text else frames.BINARY
        cuts = sorted(draw(st.lists(st.integers(0, len(payload)), max_size=3)))
        pieces = [payload[a:b] for a, b in zip([0, *cuts], [*cuts, len(payload)])]
        for number, piece in enumerate(pieces):
            last = number == len(pieces) - 1
            data += served(opcode if number == 0 else frames.CONTINUATION, piece, last)
            if not last:
                for control, content in draw(controls):
                    data += served(control, content)
                    events.append((control, content))
        events.append((opcode, payload.decode() if text else payload))
    return data, events


@given(streams(), st.lists(st.integers(1, 60), min_size=1, max_size=30))
@settings(max_examples=300, deadline=None)
def test_random_frames_in_random_splits(stream, sizes):
    data, expected = stream
    parser = frames.Parser(2000)
    found, at, turn = [], 0, 0
    while at < len(data):
        size = sizes[turn % len(sizes)]
        parser.feed(data[at : at + size])
        at += size
        turn += 1
        while (event := parser.next()) is not None:
            found.append(event)
    assert found == expected


@given(st.binary(max_size=200))
@settings(max_examples=500, deadline=None)
def test_random_bytes_raise_nothing_but_protocol_errors(data):
    parser = frames.Parser(150)
    parser.feed(data)
    try:
        while parser.next() is not None:
            pass
    except frames.ProtocolError as error:
        assert error.code in (1002, 1007, 1009)


@given(st.binary(max_size=150))
def test_text_is_what_python_takes_for_utf_8(data):
    try:
        expected = data.decode()
    except ValueError:
        expected = None
    try:
        assert frames.text_of(data) == expected
    except frames.ProtocolError as error:
        assert expected is None and error.code == 1007


@given(st.integers(0, 70000), st.binary(min_size=4, max_size=4), st.booleans())
@settings(max_examples=60, deadline=None)
def test_our_frames_are_read_by_others(length, key, fin):
    payload = os.urandom(length)
    data = frames.header(frames.BINARY, length, key, fin)
    for at in range(0, length, frames.PIECE):
        data += frames.mask(payload[at : at + frames.PIECE], key)
    reader = StreamReader()
    reader.feed_data(data)
    parsing = Frame.parse(reader.read_exact, mask=True)
    with pytest.raises(StopIteration) as end:
        next(parsing)
    assert end.value.value == Frame(Opcode.BINARY, payload, fin)


async def echo(connection):
    async for message in connection:
        if message == "fragments":
            await connection.send(["frag", "men", "ts"])
            await connection.ping(b"between")
        elif message == "large":
            await connection.send("x" * 20000)
        else:
            await connection.send(message)


CLIENT = """
import asyncio
from uwebsockets import ConnectionClosed, connect

async def main(url):
    socket = await connect(url, protocols=("ocpp1.6",), max_message=16384)
    assert socket.subprotocol == "ocpp1.6"
    for length in (0, 1, 125, 126, 127, 1000, 4000, 16000):
        text = "\\u00e4" * (length // 2)
        await socket.send(text)
        assert await socket.recv() == text, length
    await socket.send(bytes(5000))
    assert await socket.recv() == bytes(5000)
    await socket.send("fragments")
    assert await socket.recv() == "fragments"
    await socket.send("large")
    try:
        await socket.recv()
    except ConnectionClosed as error:
        assert error.code == 1009
    else:
        raise AssertionError("more than was allowed")
    socket = await connect(url, protocols=("ocpp1.6",))
    await socket.close(1000, "bye")
    print("all is well")
"""


def test_against_the_websockets_library_on_cpython():
    async def run():
        async with serve(echo, "127.0.0.1", 0, subprotocols=["ocpp1.6"]) as server:
            space = {}
            exec(CLIENT, space)
            await space["main"](f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/x")

    asyncio.run(run())


def test_against_the_websockets_library_in_micropython():
    if not interpreter.there():
        pytest.skip("no MicroPython here: tools/setup --print says why")
    files = {str(path.relative_to(rom.FIRMWARE)): path for path in (rom.FIRMWARE / "uwebsockets").glob("*.py")}
    main = (CLIENT + "\nimport sys\nasyncio.run(main(sys.argv[-1]))\n").encode()

    async def run():
        async with serve(echo, "127.0.0.1", 0, subprotocols=["ocpp1.6"]) as server:
            url = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/x"
            # The longest message is there several times.
            command = interpreter.beside(files, {"client.py": main}, "client", url, heap_size="120k")
            process = await asyncio.create_subprocess_exec(
                *command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
            )
            output, _ = await asyncio.wait_for(process.communicate(), 30)
            assert output.decode().strip() == "all is well", output.decode()

    asyncio.run(run())


def test_over_tls_with_a_certificate_that_is_checked(tmp_path):
    import datetime
    import ipaddress
    import ssl

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .sign(key, hashes.SHA256())
    )
    pem = Path(tmp_path / "server.pem")
    pem.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)

    async def run():
        async with serve(echo, "127.0.0.1", 0, ssl=context) as server:
            url = f"wss://127.0.0.1:{server.sockets[0].getsockname()[1]}/x"
            with pytest.raises(OSError):  # nobody vouches for this certificate
                await connect(url)
            socket = await connect(url, tls=ssl.create_default_context(cafile=pem))
            await socket.send("hello")
            assert await socket.recv() == "hello"
            await socket.close()
            with pytest.raises(ConnectionClosed):
                await socket.recv()

    asyncio.run(run())


def test_a_text_that_memory_cannot_hold_costs_that_text_only(monkeypatch):
    def short_of_memory(data):
        if len(data) > 1000:
            raise MemoryError
        return str(data, "utf-8")

    monkeypatch.setattr(frames, "text_of", short_of_memory)
    parser = frames.Parser(5000)
    for text in (b"\xc3\xa4" * 1000, b"b", b"a" * 2000):
        length = bytes([126]) + len(text).to_bytes(2, "big") if len(text) > 125 else bytes([len(text)])
        parser.feed(bytes([0x81]) + length + text)
    kind, lost = parser.next()
    assert (kind, type(lost), len(lost)) == (frames.TEXT, frames.Lost, 2000) and lost.head[:2] == b"\xc3\xa4"
    assert parser.next() == (frames.TEXT, "b")
    assert parser.next() == (frames.TEXT, bytearray(b"a" * 2000)), "what is ASCII can be read without a copy"
