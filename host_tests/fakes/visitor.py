"""A browser in front of the page of a station on the bench: what it sends, and what it is answered."""

import asyncio
import json

from chargelet.page import password
from chargelet.page.server import Page
from fakes.bench import Bench

SECRET = "correct horse"
HOST = "192.168.1.9"


class Reader:
    """What a browser sends, in pieces of some size; then nothing more."""

    def __init__(self, data, piece=256):
        self._data = data
        self._piece = piece

    async def read(self, most):
        size = min(most, self._piece)
        data, self._data = self._data[:size], self._data[size:]
        return data


class Writer:
    """What is answered; `ends_after`: so many writes, and the other side has gone."""

    def __init__(self, ends_after=None, each=None):
        self.said = b""
        self.closed = False
        self._left = ends_after
        self._each = each

    def write(self, data):
        self.said += bytes(data)

    async def drain(self):
        if self._each:
            self._each(self)
        if self._left is not None:
            self._left -= 1
            if self._left < 0:
                raise OSError(104)

    def close(self):
        self.closed = True

    async def wait_closed(self):
        pass


class Visitor:
    """A browser; it keeps the cookie that it was given."""

    def __init__(self, bench=None):
        self.bench = bench or Bench()
        self.bench.whole.link = None
        given = asyncio.run(password.made(SECRET, 2))
        self.page = Page(self.bench.whole, given, "Bench")
        self.cookie = None

    def raw(self, data, writer=None, piece=256):
        """(status, headers as text, body) of whatever is sent."""
        writer = writer or Writer()
        asyncio.run(self.page._client(Reader(data, piece), writer))
        assert writer.closed
        head, _, body = writer.said.partition(b"\r\n\r\n")
        return (int(head.split(b" ")[1]) if head else None), head.decode(), body.decode("utf-8", "replace")

    def request(self, method, path, body=None, origin="http://" + HOST, host=HOST, kind="application/json", more=""):
        text = "%s %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: %s\r\n%s" % (method, path, host, "x" * 700, more)
        if origin and method == "POST":
            text += "Origin: %s\r\n" % origin
        if self.cookie:
            text += "Cookie: other=1; %s\r\n" % self.cookie
        data = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        if method == "POST":
            text += "Content-Type: %s\r\nContent-Length: %d\r\n" % (kind, len(data))
        return text.encode() + b"\r\n" + data

    def get(self, path, **how):
        return self.raw(self.request("GET", path, **how))

    def post(self, path, body=None, **how):
        return self.raw(self.request("POST", path, {} if body is None else body, **how))

    def log_in(self, secret=SECRET):
        status, head, _body = self.post("/login", {"password": secret})
        if status == 200:
            self.cookie = head.split("Set-Cookie: ")[1].split(";")[0]
        return status


def visitor(**options):
    made = Visitor(Bench(**options))
    assert made.log_in() == 200
    return made


def live(page, events=1):
    """The first values that are told."""
    found = []

    def each(writer):
        page.bench.run(100)

    writer = Writer(events, each)
    page.raw(page.request("GET", "/events"), writer)
    for line in writer.said.decode().split("\n"):
        if line.startswith("data: "):
            found.append(json.loads(line[6:]))
    return found
