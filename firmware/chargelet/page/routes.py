"""What the page's server answers to which request, and to whom.

Whoever sends anything must come from the page itself: its Origin is the Host that was asked, and that is an address or
a name of this network, so that no page in another tab, and none with a name of its own for our address, gets in.
"""

import asyncio
import json

from uwebsockets.dial import numeric

from ..base import loading
from . import request as http
from .refused import Refused

loading.seldom(__name__)

_COOKIE = "chargelet="
# Of a browser that has logged in before (password.py). A year.
_BADGE = "chargelet-met="
_BADGE_S = 31536000
_JSON = "application/json"
_BYTES = "application/octet-stream"
# Bodies of requests (bytes): a configuration key's value has up to 500 characters.
_SHORT = 512
_LONG = 1200

# All that is answered: method, path, whether one must have logged in, which fields a body may have, and its length.
# (None: bytes, read as they come.) What is not here is refused before anybody looks at it: so the tests of bounds,
# which read this, miss nothing.
ROUTES = (
    ("GET", "/", False, "", 0),
    ("GET", "/board.json", True, "", 0),
    ("GET", "/cards", True, "", 0),
    ("GET", "/config", True, "", 0),
    ("GET", "/diagnostics.txt", True, "", 0),
    ("GET", "/events", True, "", 0),
    ("GET", "/firmware", True, "", 0),
    ("GET", "/keys", True, "", 0),
    ("GET", "/plot", True, "", 0),
    ("GET", "/seen", True, "", 0),
    ("GET", "/sessions", True, "", 0),
    ("GET", "/sessions.csv", True, "", 0),
    ("GET", "/sums", True, "", 0),
    ("POST", "/config", True, "key value", _LONG),
    ("POST", "/firmware", True, None, 0),
    ("POST", "/install", True, "", _SHORT),
    ("POST", "/limit", True, "connector amps", _SHORT),
    ("POST", "/login", False, "password", _SHORT),
    ("POST", "/logout", True, "", _SHORT),
    ("POST", "/name", True, "name card place session connector", _SHORT),
    ("POST", "/password", True, "old new", _SHORT),
    ("POST", "/start", True, "connector card place", _SHORT),
    ("POST", "/stop", True, "connector", _SHORT),
)


async def answer(page, request, writer) -> "str | None":
    """Answer one request; the token of a session whose live values are to follow. Raises Refused."""
    _judge_host(request)
    if request.method == "POST":
        _judge_origin(request)
    token = _cookie(request, _COOKIE)
    _method, path, closed, names, most = http.route(ROUTES, request)
    if closed:
        _must_know(page, token)
        page.heard()
    if not path:
        raise Refused(404, "there is no such thing here")
    if request.method == "GET":
        if path == "/":
            from . import content

            return await http.whole_page(writer, content)
        return await _get(page, request, writer, token)
    kind = _BYTES if names is None else _JSON
    if request.headers.get("content-type", "").split(";")[0] != kind:
        raise Refused(415, kind + " is allowed")
    if names is None:
        from . import upload

        return await http.answer(writer, 200, json.dumps(await upload.block(page, request)))
    await http.take_body(request, most)
    fields = http.fields(request, names)
    page.heard()
    if path == "/login":
        return await _login(page, request, fields, writer)
    if path == "/logout":
        page.end_session(token)
        return await http.answer(writer, 200, "{}", "Set-Cookie: chargelet=; Max-Age=0; Path=/\r\n")
    if path == "/password":
        return await _password(page, request, fields, writer)
    answered = await _command(path, page, fields)
    await http.answer(writer, 200, json.dumps(answered or {}))


def _judge_host(request):
    """A name that somebody else has made for our address is none of ours (DNS rebinding)."""
    host = request.headers.get("host", "")
    name = host[: host.rfind(":")] if ":" in host and host[-1] != "]" else host
    if not (numeric(name.strip("[]")) or name == "localhost" or name[-6:].lower() == ".local"):
        raise Refused(403, "ask for the station by its address, or its name that ends with .local")


def _judge_origin(request):
    headers = request.headers
    if headers.get("origin") != "http://" + headers["host"]:
        raise Refused(403, "this comes from another page")
    if headers.get("sec-fetch-site", "same-origin") != "same-origin":
        raise Refused(403, "this comes from another page")


def _cookie(request, name: str) -> "str | None":
    for part in request.headers.get("cookie", "").split(";"):
        part = part.strip()
        if part[: len(name)] == name:
            return part[len(name) :]
    return None


def _must_know(page, token):
    if not page.known(token):
        raise Refused(401, "log in")


async def _get(page, request, writer, token):
    if request.path == "/events":
        if page.watchers_full:
            raise Refused(503, "two others are looking")
        await http.head(writer, 200, "text/event-stream")
        return token
    if request.path == "/firmware":
        from . import upload

        await asyncio.sleep(0)
        return await http.answer(writer, 200, json.dumps(upload.state(page)))
    if request.path in ("/config", "/keys"):
        from . import commands  # noqa: F401 - which settings.py needs: a piece of work of its own

        await asyncio.sleep(0)
        from . import settings

        await asyncio.sleep(0)
        return await settings.answer(page, request, writer)
    from ..station import charge_sums  # noqa: F401 - which listings.py needs: a piece of work of its own

    await asyncio.sleep(0)
    from . import listings

    await asyncio.sleep(0)
    await listings.answer(page, request, writer)


async def _right(page, request, kept, text) -> bool:
    """Whether this is the password. Raises Refused while nobody may try."""
    from . import password

    met = password.met(_cookie(request, _BADGE), kept)
    if page.checking or page.wait_ms(met):
        raise Refused(429, "too many tries: wait", page.wait_ms(met))
    page.checking = True
    try:
        right = await password.right(text, kept)
    finally:
        page.checking = False
    page.judged(right, met)
    return right


async def _let_in(page, kept, writer):
    from . import password

    always = "; HttpOnly; SameSite=Strict; Path=/"
    cookies = "Set-Cookie: %s%s%s\r\n" % (_COOKIE, page.begin_session(), always)
    cookies += "Set-Cookie: %s%s; Max-Age=%d%s\r\n" % (_BADGE, password.badge(kept), _BADGE_S, always)
    await http.answer(writer, 200, "{}", cookies)


async def _login(page, request, fields, writer):
    from . import password

    kept = password.kept(page.station.storage, page.given)
    if not await _right(page, request, kept, fields.get("password")):
        raise Refused(403, "wrong")
    await _let_in(page, kept, writer)


async def _password(page, request, fields, writer):
    """Another password: whoever is logged in must say the old one again; all sessions end."""
    from . import password

    storage = page.station.storage
    if not await _right(page, request, password.kept(storage, page.given), fields.get("old")):
        raise Refused(403, "old: wrong")
    wrong = password.wrong(fields.get("new"))
    if wrong:
        raise Refused(400, "new: " + wrong)
    page.checking = True
    try:
        made = await password.made(fields["new"])
    finally:
        page.checking = False
    try:
        password.keep(storage, page.given, made)
    except OSError as error:
        raise Refused(507, "flash says %s" % error) from None
    page.end_session(None)
    page.station.security.note("ReconfigurationOfSecurityParameters", "the password of the page")
    await _let_in(page, made, writer)


async def _command(path, page, fields):
    if path == "/config":
        from . import commands

        await asyncio.sleep(0)
        from . import settings

        await asyncio.sleep(0)
        return await settings.change(page, fields)
    if path == "/install":
        from . import upload

        return await upload.install(page)
    from . import commands

    await asyncio.sleep(0)
    return await commands.execute(path, page, fields)
