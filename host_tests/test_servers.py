"""What servers of files may do: lines and headers without an end, sizes that are none, silence; all within bounds."""

import asyncio

from chargelet.base import loading
from chargelet.transport import http
from chargelet.transport.lines import Lines


class Stream:
    """A server's end: pieces, then for ever the last one, or the end."""

    def __init__(self, pieces, endless=False):
        self.pieces = list(pieces)
        self.endless = endless
        self.given = 0

    async def read(self, most):
        if not self.pieces:
            return b""
        piece = self.pieces[0][:most]
        if len(self.pieces[0]) > most:
            self.pieces[0] = self.pieces[0][most:]
        elif len(self.pieces) > 1 or not self.endless:
            self.pieces.pop(0)
        self.given += len(piece)
        return piece

    def write(self, data):
        pass

    async def drain(self):
        pass


def lines(*pieces, endless=False):
    return Lines(Stream(pieces, endless))


def run(coroutine):
    return asyncio.run(coroutine)


def test_lines_are_what_they_are_however_they_come():
    text = b"one\r\n\ntwo two\nrest of it"
    for size in range(1, len(text) + 1):
        made = lines(*[text[at : at + size] for at in range(0, len(text), size)])
        assert [run(made.line(20)) for _ in range(3)] == [b"one\r\n", b"\n", b"two two\n"]
        found = b""
        while True:
            piece = run(made.read(4))
            assert len(piece) <= 4
            if not piece:
                break
            found += piece
        assert found == b"rest of it"
    assert run(lines(b"cut off").line(20)) is None and run(lines().line(20)) is None
    assert run(lines(b"x" * 20 + b"\n").line(20)) is None and run(lines(b"x" * 19 + b"\n").line(20)) is not None


def test_a_line_without_an_end_takes_no_more_than_its_bound():
    made = lines(b"x" * 100, endless=True)
    assert run(made.line(1024)) is None and made._reader.given <= 1024 + 256


def fetched(answer, endless=False):
    """The body that http.get() finds in an answer, or what it raises; and how much it took for it."""
    stream = Stream([answer] if isinstance(answer, bytes) else answer, endless)
    got = bytearray()

    async def open_stream(host, port, tls=None):
        return stream, stream

    async def close_stream(writer):
        pass

    async def sink(piece):
        got.extend(piece)
        if len(got) > 5000:
            raise ValueError("more than the manifest says")

    from uwebsockets import dial

    # http.py loads it anew for each connection, but for here.
    real = dial.open_stream, http.close_stream, loading.sweep
    dial.open_stream, http.close_stream, loading.sweep = open_stream, close_stream, lambda: None
    try:
        run(http.get("http://h/x", 0, None, lambda offset, version: None, sink))
        return bytes(got), stream.given
    except ValueError as error:
        return error, stream.given
    finally:
        dial.open_stream, http.close_stream, loading.sweep = real


OK = b"HTTP/1.1 200 OK\r\n"


def test_bodies():
    for answer, body in (
        (OK + b"\r\nall of it", b"all of it"),
        (OK + b"Content-Length: 3\r\n\r\nall of it", b"all"),
        (OK + b"X: \xff\xfe\r\ncontent-LENGTH:3\r\n\r\nall", b"all"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n3\r\nall\r\n6;x=y\r\n of it\r\n0\r\n\r\n", b"all of it"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n0000a\r\n0123456789\r\n0\r\n\r\n", b"0123456789"),
    ):
        for size in (1, 7, 1000):
            pieces = [answer[at : at + size] for at in range(0, len(answer), size)]
            assert fetched(pieces)[0] == body, answer


def test_servers_that_talk_nonsense_or_without_an_end_are_left_soon():
    chunked = OK + b"Transfer-Encoding: chunked\r\n\r\n"
    for answer, endless in (
        (b"", False),
        (b"rubbish\r\n\r\n", False),
        (b"x", True),
        (b"HTTP/1.1 ", True),
        ([OK, b"A: b\r\n"], True),
        ([OK, b"x" * 100], True),
        (OK + b"Content-Length: 10\r\n\r\nshort", False),
        (OK + b"Content-Length: -1\r\n\r\nx", False),
        (OK + b"Content-Length: 1_0\r\n\r\n0123456789", False),
        (OK + b"Content-Length: 0x10\r\n\r\n0123456789", False),
        (OK + b"Content-Length: " + b"9" * 500 + b"\r\n\r\nx", False),
        (OK + b"Content-Length: 99999999999\r\n\r\nx", False),
        ([OK + b"\r\n", b"x" * 100], True),
        (chunked + b"-5\r\nx", False),
        (chunked + b"\r\nx", False),
        (chunked + b"fffffffff\r\nx", False),
        (chunked + b"zz\r\nx", False),
        ([chunked, b"1\r\nx\r\n"], True),
        (chunked + b"5\r\nabc", False),
        (b"HTTP/1.1 302 Found\r\nLocation: http://h/x\r\n\r\n", True),
        (b"HTTP/1.1 302 Found\r\nLocation: http://h/ x\r\n\r\n", False),
        (b"HTTP/1.1 302 Found\r\nLocation: ftp://u:secret@h\r\n\r\n", False),
        (b"HTTP/1.1 404 No\r\n\r\n", False),
    ):
        error, given = fetched(answer, endless)
        assert isinstance(error, ValueError), (answer, error)
        assert given < 70000 and "secret" not in str(error), (answer, given)


def test_what_a_server_calls_a_version_is_no_header_of_ours():
    for text, version in (
        (b'"abc"', '"abc"'),
        (b"Fri, 20 Nov 2026 12:00:00 GMT", "Fri, 20 Nov 2026 12:00:00 GMT"),
        (b'"a\rX-Evil: 1"', None),
        (b'"\xc3\xa9"', None),
    ):
        assert http._version({"etag": text.decode()}) == version
    assert http._version({"etag": 'W/"x"', "last-modified": "then"}) == "then" and http._version({}) is None
