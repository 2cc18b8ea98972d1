"""Fetches and sends files with HTTP/1.1 (RFC 9112)."""

import gc
from binascii import b2a_base64

from uwebsockets.sockets import close_stream, within

from ..base import loading
from ..station.maintenance import is_url
from .lines import PATIENCE_MS, Lines
from .location import in_folder, parse, public

loading.seldom(__name__)

_PIECE = 512
_LINE_MAX = 1024
_HEADERS_MAX = 64
_REDIRECTS_MAX = 4
_SIZE_MAX = 1 << 30
# Of the headers that a server sends; the rest is ignored.
_HEADERS = (b"location", b"content-length", b"transfer-encoding", b"etag", b"last-modified")


class HttpError(ValueError):
    """The server does not do what was asked; `status` is the HTTP status, or 0 when what came was not HTTP."""

    def __init__(self, status: int, text: str):
        super().__init__(status, text)
        self.status = status


async def _dialled(secure, host, port):
    from uwebsockets.dial import default_tls, open_stream

    tls = default_tls() if secure else None
    gc.collect()  # of making the context much is left over, and what is opened stays
    return await within(open_stream(host, port, tls), PATIENCE_MS)


class _Exchange:
    """One request and its answer."""

    async def open(self, method, url, headers=()):
        secure, host, port, path, user, password = parse(url, {"http": 80, "https": 443})
        reader, self._writer = await _dialled(secure, host, port)
        loading.sweep()  # what has dialled leaves RAM
        self._lines = Lines(reader)
        name = "[%s]" % host if ":" in host else host
        lines = ["%s %s HTTP/1.1" % (method, path), "Host: %s:%d" % (name, port), "Connection: close"]
        lines += ["User-Agent: Chargelet"] + list(headers)
        if user:
            lines.append("Authorization: Basic " + b2a_base64((user + ":" + password).encode()).decode().strip())
        self._writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        await within(self._writer.drain(), PATIENCE_MS)

    async def send(self, parts):
        for part in parts:
            self._writer.write(part)
            await within(self._writer.drain(), PATIENCE_MS)

    async def _line(self) -> bytes:
        line = await self._lines.line(_LINE_MAX)
        if line is None:
            raise HttpError(0, "the answer is cut off, or a line of it is too long")
        return line.strip()

    async def head(self) -> tuple:
        """(status, those of _HEADERS that there are)."""
        version, status = ((await self._line()).split(b" ") + [b""])[:2]
        if not version.startswith(b"HTTP/1.") or not status.isdigit():
            raise HttpError(0, "the answer is not HTTP")
        headers = {}
        for _ in range(_HEADERS_MAX):
            line = await self._line()
            if not line:
                return int(status[:4]), headers
            name, _, value = line.partition(b":")
            name = name.lower()
            if name in _HEADERS:
                headers[name.decode()] = value.strip().decode()
        raise HttpError(0, "the answer has too many headers")

    async def body(self, headers, sink):
        """Give the body to a function, piece by piece. Raises HttpError when it is cut off."""
        if headers.get("transfer-encoding", "").lower() == "chunked":
            while True:
                size = _number((await self._line()).split(b";")[0].strip().decode(), 16)
                await self._pieces(size, sink)
                await self._line()
                if not size:
                    return
        size = headers.get("content-length")
        await self._pieces(_number(size, 10) if size else None, sink)

    async def _pieces(self, left, sink):
        while left is None or left:
            most = _PIECE if left is None else min(_PIECE, left)
            data = await self._lines.read(most)
            if not data:
                if left is None:
                    return
                raise HttpError(0, "%d bytes are missing" % left)
            await sink(data)
            left = None if left is None else left - len(data)

    async def close(self):
        if hasattr(self, "_writer"):
            await close_stream(self._writer)


def _number(text: str, base: int) -> int:
    """A size. Raises HttpError for anything else: int() alone would take -5, 1_000 and 10^18."""
    for digit in text:
        if digit not in "0123456789abcdefABCDEF":
            text = ""
    if not 0 < len(text) <= 10:
        raise HttpError(0, "a size that is none")
    try:
        number = int(text, base)
    except ValueError:
        number = _SIZE_MAX + 1
    if number > _SIZE_MAX:
        raise HttpError(0, "a size that is none")
    return number


def _version(headers) -> "str | None":
    """What the server calls this state of the file, good enough for If-Range (RFC 9110 §13.1.5)."""
    tag = headers.get("etag")
    version = tag if tag and tag[:2] != "W/" else headers.get("last-modified")
    return version if version and is_url(version.replace(" ", "")) else None


async def get(url: str, start: int, version: "str | None", begin, sink):
    """Fetch a file from byte `start` of a version on, or the whole of another one.

    `begin(offset, version)` says where what comes begins, `await sink(piece)` takes it. Raises OSError,
    asyncio.TimeoutError, or ValueError: HttpError, the URL, or whatever the sink objects to.
    """
    headers = ("Range: bytes=%d-" % start,) if start else ()
    if start and version:
        headers += ("If-Range: " + version,)
    for _ in range(_REDIRECTS_MAX):
        exchange = _Exchange()
        try:
            await exchange.open("GET", url, headers)
            status, found = await exchange.head()
            if status in (301, 302, 303, 307, 308) and "location" in found:
                url = _elsewhere(url, found["location"])
                continue
            if status == 416 and start:
                begin(start, version)  # there is no more than what we have
                return
            if status not in (200, 206):
                raise HttpError(status, "HTTP status %d" % status)
            begin(start if status == 206 else 0, _version(found))
            await exchange.body(found, sink)
            return
        finally:
            await exchange.close()
    raise HttpError(0, "too many redirections")


def _elsewhere(url: str, location: str) -> str:
    """The URL that a redirection means; what was asked for securely is not fetched insecurely. Raises HttpError."""
    if location[:1] == "/":
        scheme, _, rest = url.partition("://")
        return (scheme + ":" if location[:2] == "//" else scheme + "://" + rest.split("/")[0]) + location
    if url[:6].lower() == "https:" and location[:6].lower() != "https:":
        raise HttpError(0, "a redirection from https to %s" % public(location))
    return location


async def put(url: str, name: str, length: int, parts):
    """Send a file of so many bytes; `parts()` gives its pieces. The URL is the file's, or that of a folder for a file
    of this name. Where PUT is not known, POST. Raises as get() does."""
    url = in_folder(url, name)
    for method in ("PUT", "POST"):
        exchange = _Exchange()
        try:
            headers = "Content-Type: text/plain; charset=utf-8", "Content-Length: %d" % length
            await exchange.open(method, url, headers)
            await exchange.send(parts())
            status, _headers = await exchange.head()
        finally:
            await exchange.close()
        if 200 <= status < 300:
            return
        if status not in (404, 405, 501):
            break
    raise HttpError(status, "HTTP status %d" % status)
