"""What the set-up page answers to which request, and which installation a person's words mean."""

import json

from ..base import loading
from . import request as http
from .refused import Refused

loading.seldom(__name__)

# Most of it is a root certificate.
_BODY_MAX = 7000

# All that is answered: method, path, whether one must have logged in, which fields a body may have, and its length.
ROUTES = (
    ("GET", "/", False, "", 0),
    ("GET", "/doing", False, "", 0),
    ("GET", "/networks", False, "", 0),
    ("POST", "/try", False, "network key url identity secret profile ca page free stay owner", _BODY_MAX),
)
_FLAGS = ("free", "stay")


async def serve(page, reader, writer):
    """Answer one request to a FirstPage. Raises OSError."""
    try:
        request = await http.read(reader, _BODY_MAX)
        if request:
            await _answer(page, request, writer)
    except Refused as error:
        await http.answer(writer, error.status, str(error), "", "text/plain; charset=utf-8")


async def _answer(page, request, writer):
    host = request.headers.get("host", "").split(":")[0]
    if request.method == "GET" and host != page.address:
        # A phone asks for something of its maker's, to see whether this network leads anywhere.
        return await http.answer(writer, 302, "", "Location: http://%s/\r\n" % page.address, "text/plain")
    _method, path, _closed, names, _most = http.route(ROUTES, request)
    if request.method == "POST":
        headers = request.headers
        if host != page.address or headers.get("origin") != "http://" + headers["host"]:
            raise Refused(403, "this comes from another page")
        if headers.get("content-type", "").split(";")[0] != "application/json":
            raise Refused(415, "application/json is allowed")
    if not path:
        raise Refused(404, "there is no such thing here")
    if request.method == "GET":
        return await _get(page, path, writer)
    fields = http.fields(request, names)
    request.body = None  # RAM is scarce
    _free(page)
    if page.owner:
        await page.owner(fields.pop("owner", None))
    table = await _table(page, fields)
    _free(page)  # a password takes long to look at
    wrong = page.problems(table)
    if wrong:
        raise Refused(400, "; ".join(["%s: %s; allowed: %s" % problem for problem in wrong[:3]]))
    page.begin(table)
    await http.answer(writer, 200, "{}")


def _free(page):
    if page.trying or page.done.is_set():
        raise Refused(409, "another try is on its way")


async def _get(page, path, writer):
    if path == "/":
        from . import first_content

        return await http.whole_page(writer, first_content)
    if path == "/doing":
        said = {"name": page.name, "doing": page.doing, "wifi": page.wifi}
        for name in ("old", "owner", "networks"):
            said[name] = getattr(page, name) is not None
        return await http.answer(writer, 200, json.dumps(said))
    if page.trying:
        raise Refused(409, "a try is on its way")
    await http.answer(writer, 200, json.dumps(page.networks() if page.networks else []))


async def _table(page, fields) -> dict:
    """The installation that the page's fields mean. Raises Refused."""
    for name, value in fields.items():
        if name == "profile":
            if type(value) is not int or not 0 <= value <= 2:
                raise Refused(400, "profile: 0, 1 or 2 is allowed; for 3 certificate and key come by cable")
        elif not isinstance(value, bool if name in _FLAGS else str):
            raise Refused(400, "%s: %s is allowed" % (name, "true or false" if name in _FLAGS else "a text"))
    table = _network(page, fields)
    if fields.get("stay"):
        return _staying(page, table, fields)
    if fields.get("url"):
        table["csms"] = {"url": fields["url"]}
        for name, given in (("identity", "identity"), ("password", "secret")):
            if fields.get(given):
                table["csms"][name] = fields[given]
        if "profile" in fields:
            table["csms"]["profile"] = fields["profile"]
        if fields.get("ca"):
            table["csms"]["ca"] = await _rooted(page, fields.pop("ca"))
    else:
        table["stand_alone"] = True
    if fields.get("free"):
        table["config"] = {"FreeVend": "true"}
    if fields.get("page"):
        from . import password

        wrong = password.wrong(fields["page"])
        if wrong:
            raise Refused(400, "page: " + wrong)
        table["page"] = await password.made(fields["page"])
    return table


def _network(page, fields) -> dict:
    """Which network it is to join. Raises Refused."""
    if not page.wifi:
        for name in ("network", "key", "stay"):
            if fields.get(name):
                raise Refused(400, "%s: a station that is on a cable takes none" % name)
        return {}
    wifi = {"name": fields.get("network", "")}
    if fields.get("key"):
        wifi["password"] = fields["key"]
    return {"wifi": wifi}


async def _rooted(page, text) -> str:
    try:
        return await page.root(text)
    except ValueError as error:
        raise Refused(400, "ca: %s; allowed: one certificate in PEM that is valid now" % error) from None
    except OSError as error:
        raise Refused(507, "flash says %s" % error) from None


def _staying(page, table, fields) -> dict:
    """The installation that there is, with another network. Raises Refused."""
    old = page.old and page.old()
    if not old:
        raise Refused(400, "stay: there is no installation that could stay")
    for name in fields:
        if name not in ("network", "key", "stay", "owner"):
            raise Refused(400, "%s: not together with stay" % name)
    return dict(old, wifi=table["wifi"])
