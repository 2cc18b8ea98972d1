"""Reads one HTTP request of a browser, within bounds, and writes answers. Says nothing of what they are about."""

import asyncio
import json

from ..base import loading
from .refused import Refused

loading.seldom(__name__)

# A browser's headers have some 700 bytes; a line that is longer than this is none that we want.
_HEAD_MAX = 8192
_LINE_MAX = 600
_BODY_MAX = 512
_PIECE = 256
_SPILL_MAX = 16384
# Whoever is slower than this is gone (s).
PATIENCE_S = 10

_WANTED = ("host", "origin", "cookie", "content-type", "content-length", "sec-fetch-site")

_STATUS = {
    200: "OK",
    302: "Found",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    408: "Request Timeout",
    409: "Conflict",
    413: "Content Too Large",
    415: "Unsupported Media Type",
    429: "Too Many Requests",
    431: "Request Header Fields Too Large",
    500: "Internal Server Error",
    503: "Service Unavailable",
    507: "Insufficient Storage",
}


class Request:
    """What was asked: `method`, `path`, `query` (text), `headers` (those that count, in small letters), `body` once it
    has been taken."""

    def __init__(self, method, path, query):
        self.method, self.path, self.query = method, path, query
        self.headers = {}
        self.body = b""
        self.reader = None
        self.left = 0  # bytes of the body that are still to be read

    async def piece(self, most: int) -> bytes:
        """The next bytes of the body, none after its end. Raises Refused when it ends too early."""
        found, self.body = self.body[:most], self.body[most:]
        if not found and self.left:
            found = await _within(self.reader.read(min(most, self.left)))
            if not found:
                raise Refused(400, "the request ends in its middle")
            self.left -= len(found)
        return found


async def read(reader, body_most: int = _BODY_MAX) -> "Request | None":
    """The next request, None when the connection ends. Raises Refused, OSError."""
    request = await begin(reader)
    if request:
        await take_body(request, body_most)
    return request


async def begin(reader) -> "Request | None":
    """The same without its body: that is for take_body(), or for piece() where there is much of it."""
    return await _within(_begin(reader))


async def _within(work):
    try:
        return await asyncio.wait_for(work, PATIENCE_S)
    except asyncio.TimeoutError:
        raise Refused(408, "a request has to be whole within %d s" % PATIENCE_S) from None


async def _begin(reader):
    request, buffer, seen, skipping = None, b"", 0, False
    while True:
        end = buffer.find(b"\n")
        if end < 0:
            if len(buffer) > _LINE_MAX:
                # Not ours, and nobody may have us keep it.
                if request is None:
                    raise Refused(431, "a request line has %d characters at most" % _LINE_MAX)
                skipping, buffer = True, b""
            piece = await reader.read(_PIECE)
            if not piece:
                if request is None and not buffer:
                    return None
                raise Refused(400, "the request ends in its middle")
            seen += len(piece)
            if seen > _HEAD_MAX:
                raise Refused(431, "a request has %d bytes at most" % _HEAD_MAX)
            buffer += piece
            continue
        line, buffer = buffer[:end].rstrip(b"\r"), buffer[end + 1 :]
        if skipping:
            skipping = False
        elif request is None:
            request = _first(line)
        elif not line:
            break
        else:
            _header(request, line)
    length = request.headers.get("content-length", "0")
    if not length.isdigit() or len(length) > 6:
        raise Refused(400, "content-length is no number")
    request.reader = reader
    request.body = buffer[: int(length)]
    request.left = int(length) - len(request.body)
    return request


def _text(line) -> str:
    for byte in line:
        if not 32 <= byte < 127:
            raise Refused(400, "letters of ASCII are allowed")
    return line.decode()


def _first(line) -> Request:
    parts = _text(line).split(" ")
    method, target, version = parts if len(parts) == 3 else ("", "", "")
    if version[:7] != "HTTP/1." or target[:1] != "/":
        raise Refused(400, "this is no HTTP/1.1 request")
    path, _, query = target.partition("?")
    return Request(method, path, query)


def _header(request, line):
    name, colon, value = line.partition(b":")
    try:
        name = name.decode().lower()
    except UnicodeError:
        name = ""
    if colon and name in _WANTED:
        if name in request.headers:
            raise Refused(400, "%s is there twice" % name)
        request.headers[name] = _text(value.strip())


async def take_body(request, most: int = _BODY_MAX):
    """The whole body. Raises Refused when it is longer than that."""
    if len(request.body) + request.left > most:
        raise Refused(413, "%d bytes at most are allowed" % most)
    await _within(_take(request))


async def _take(request):
    body = b""
    piece = await request.piece(_PIECE)
    while piece:
        body += piece
        piece = await request.piece(_PIECE)
    request.body = body


async def spill(request):
    """Read the rest of a request, up to a bound: a browser that still sends does not read the answer."""
    try:
        request.left = min(request.left, _SPILL_MAX)
        await _within(_spill(request))
    except (Refused, OSError):
        pass


async def _spill(request):
    while await request.piece(_PIECE):
        pass


def route(routes, request) -> tuple:
    """The row of a table that begins with this request's method and path; one without a path when there is none. Raises
    Refused for a method that no row has."""
    known = False
    for row in routes:
        method, path, _closed, _names, _most = row
        if method == request.method:
            if path == request.path:
                return row
            known = True
    if not known:
        raise Refused(405, "GET and POST are allowed")
    return request.method, "", True, "", 0


def fields(request, names: str) -> dict:
    """The object that the body is; `names` says which fields it may have. Raises Refused."""
    try:
        text = request.body.decode().strip() or "{}"
        found = json.loads(text) if text[-1] == "}" else None  # MicroPython's takes one that is cut off
    except (ValueError, RuntimeError):
        found = None
    if not isinstance(found, dict):
        raise Refused(400, "a JSON object is allowed")
    for name in found:
        if name not in names.split():
            shown = "".join([letter if " " <= letter < "\x7f" else "?" for letter in name[:20]])
            raise Refused(400, "%s: not one of the fields; allowed: %s" % (shown, names or "none"))
    return found


# Nothing is loaded from elsewhere, nobody may frame the page, and no answer is kept by a browser.
_ALWAYS = (
    "Cache-Control: no-store\r\nConnection: close\r\nX-Content-Type-Options: nosniff\r\n"
    "X-Frame-Options: DENY\r\nReferrer-Policy: no-referrer\r\n"
)


async def write(writer, data):
    """Some bytes; given up when the other side takes none of them for long."""
    writer.write(data)
    await asyncio.wait_for(writer.drain(), PATIENCE_S)


async def head(writer, status: int, kind: str, more: str = ""):
    """The beginning of an answer; what follows ends with the connection, unless `more` says how long it is."""
    text = "HTTP/1.1 %d %s\r\nContent-Type: %s\r\n%s%s\r\n" % (status, _STATUS[status], kind, _ALWAYS, more)
    await write(writer, text.encode())


async def answer(writer, status: int, text: str, more: str = "", kind: str = "application/json"):
    """A whole answer."""
    body = text.encode()
    await head(writer, status, kind, "%sContent-Length: %d\r\n" % (more, len(body)))
    await write(writer, body)


async def whole_page(writer, content):
    """A page that was compressed when the firmware was built: a module with PAGE and POLICY."""
    size = len(content.PAGE)
    more = "Content-Encoding: gzip\r\nContent-Length: %d\r\n" % size
    await head(writer, 200, "text/html; charset=utf-8", "Content-Security-Policy: %s\r\n%s" % (content.POLICY, more))
    await in_pieces(writer, content.PAGE)


async def in_pieces(writer, data: bytes):
    """Write what may be long."""
    whole = memoryview(data)
    for at in range(0, len(data), 512):
        await write(writer, whole[at : at + 512])
