"""WebSocket frames, the handshake and the pauses between connections, without sockets."""

from fakes.scripted_server import frame
from uwebsockets import HandshakeError, frames, handshake
from uwebsockets.backoff import Backoff


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
