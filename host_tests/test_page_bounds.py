"""Every route of both pages with whatever strangers can send: made from the tables of routes, so that none is missing.

A field that is new in a table needs a good value in GOOD, or this fails and says so. All else follows by itself.
"""

import asyncio
import gc
import json
import sys

from test_first_page import Board
from test_page import Reader, Visitor, Writer

from chargelet.base.log import ERROR
from chargelet.page import first_page, routes
from chargelet.page.refused import Refused
from fakes.bench import Bench


class Content:
    """The compressed page, which is made when the firmware is built: not on CPython."""

    PAGE, POLICY = b"x" * 1100, "default-src 'none'"
    TABLE = PAGE


for name in ("content", "first_content", "keys_content"):
    try:
        __import__("chargelet.page." + name)
    except ImportError:
        sys.modules["chargelet.page." + name] = Content
        setattr(sys.modules["chargelet.page"], name, Content)

OWN = {"live": "192.168.1.9", "first": "192.168.4.1"}
# A good value of each field, with which the others beside it are tried.
GOOD = {
    "amps": 10, "ca": "", "card": "ANNA", "connector": 1, "free": True, "identity": "CP1", "key": "correct horse",
    "name": "Anna", "network": "garage", "new": "another horse", "old": "correct house", "page": "my own page",
    "owner": "correct house", "password": "correct house", "place": 0, "profile": 1, "secret": "hush hush hush hush",
    "session": 1, "stay": False, "url": "ws://10.0.0.1/ocpp",
}  # fmt: skip
TOKEN = "1" * 32
HUGE = 10**18
CRLF = "a\r\nX: y"
# Fields that mean something with these too; with all other bad values each field is refused.
ODD = "äß€𝄞"
TAKEN = [("amps", None)] + [(name, ODD) for name in ("name", "network", "identity", "secret", "url", "key", "page")]
TAKEN += [(name, "") for name in ("name", "identity", "secret", "url", "key", "page", "value")]
TAKEN += [("ca", ""), ("card", ODD), ("value", ODD), ("value", "x" * 300)]
# Of these a route looks at one.
EITHER = ("card", "place", "session")
# Understood, and not possible now: nothing has happened then either.
NOT_DONE = (400, 403, 404, 409, 413)


class Live:
    """The live page of a station that charges, with a stranger and somebody who has logged in."""

    name = "live"
    cookie = "chargelet=" + TOKEN
    routes = routes.ROUTES
    good = dict(GOOD, key="LocalPreAuthorize", value="false")

    def __init__(self):
        self.visitor = Visitor(Bench(2, config={"MeterValueSampleInterval": 0}))
        self.bench = self.visitor.bench
        self.bench.ask("ChangeAvailability", {"connectorId": 2, "type": "Inoperative"})
        self.bench.central.clock = self.bench.clock
        self.bench.charging("CARD")
        self.bench.evse.meter.wh += 500
        self.bench.swipe("CARD")
        self.bench.run(2000)
        self.bench.unplug()
        self.bench.run(2000)
        self.bench.charging("CARD")
        self.said = []
        self.visitor.page.log = self.note
        self.bench.ask("ChangeConfiguration", {"key": "LocalPreAuthorize", "value": "false"})

    def http(self):
        from chargelet.page import request  # as it is loaded now

        return request

    def note(self, line, level=1):
        if level == ERROR:
            self.said.append(line)

    def forget(self):
        """What the bench notes of time that has passed."""
        del self.bench.central.sent[:], self.bench.lines[:]

    def before(self):
        """Nobody has to wait because of those before, and who has logged in still is."""
        page, now = self.visitor.page, self.bench.clock.uptime()
        page.paid = 0
        page._tries.clear()
        page._sessions = [(now, now, TOKEN)]

    def state(self):
        bench, connector = self.bench, self.bench.station.connectors[0]
        return connector.transaction.number, bench.evse.contactor_closed, bench.resets, bench.central.transactions

    def kept(self):
        """What is on flash, but for names of cards, and what is written as time passes."""
        values = self.bench.storage.values
        return {name: values[name] for name in values if name not in ("cards", "registers")}

    def serve(self, reader, writer):
        page = self.visitor.page

        async def all_of_it():
            client = asyncio.create_task(page._client(reader, writer))
            for _ in range(4000):
                if client.done():
                    break
                if page._watching and writer.said.endswith(b"\n\n"):
                    page.end_session(None)  # whoever looks at live values looks for ever
                    self.bench.clock.advance(5000)
                await asyncio.sleep(0)
            await client

        asyncio.run(all_of_it())
        assert page._connected == 0 and page._watching == 0 and not page.checking
        assert self.said == [], self.said
        self.bench.run(50)


class First:
    """The page of a board that is being set up; what is tried does not work."""

    name = "first"
    routes = first_page.ROUTES
    good = GOOD
    cookie = ""

    def __init__(self):
        self.board = Board()
        self.board.wrong = ["wifi_not_found", "x"]
        self.board.page._owner = self.owner
        self.said = []
        self.board.page._log = lambda line, level=1: self.said.append(line)

    async def owner(self, text):
        await asyncio.sleep(0)
        if text != GOOD["owner"]:
            raise Refused(403, "owner")

    def http(self):
        return first_page.http

    def before(self):
        pass

    forget = before

    def state(self):
        return self.board.kept, self.board.page.done.is_set()

    def kept(self):
        return self.board.kept

    def serve(self, reader, writer):
        page = self.board.page

        async def all_of_it():
            await page.client(reader, writer)
            while page._task:
                await asyncio.sleep(0)

        asyncio.run(all_of_it())
        assert page._connected == 0 and self.said == [], self.said
        del self.board.tried[:]


class Silent(Reader):
    """Says so much, and then nothing for ever."""

    async def read(self, most):
        if not self._data:
            await asyncio.Event().wait()
        return await Reader.read(self, most)


def text(site, method, path, body=b"", cookie=None, origin=None, version="1.1", more="", length=None, kind="json"):
    """A request as bytes; `length` in place of the body's own, "" for none."""
    host = OWN[site.name]
    said = "%s %s HTTP/%s\r\nHost: %s\r\n%s" % (method, path, version, host, more)
    if site.cookie if cookie is None else cookie:
        said += "Cookie: %s\r\n" % (site.cookie if cookie is None else cookie)
    if method == "POST":
        said += "Origin: %s\r\nContent-Type: application/%s\r\n" % (origin or "http://" + host, kind)
        length = len(body) if length is None else length
        if length != "":
            said += "Content-Length: %s\r\n" % length
    return said.encode() + b"\r\n" + body


def shapes(site, row):
    """(what, request, reader's class, the statuses that are right; () for what a good request gets)."""
    method, path, closed, names, _most = row
    post = method == "POST"
    raw = names is None
    kind, good = "octet-stream" if raw else "json", {name: site.good[name] for name in (names or "").split()}
    if "connector" in good:
        good["connector"] = 2  # where nothing can begin: a good request is understood, and moves nothing
    good = json.dumps(good).encode() if post else b""
    bad = () if raw or not post else (400,)
    none = (200,) + NOT_DONE  # no field at all: refused where one is needed

    def made(body=good, **how):
        return text(site, method, path + ("?at=0" if raw else ""), body, kind=kind, **how)

    whole = made()
    yield "no session", made(cookie="x=1"), Reader, (401,) if closed else ()
    yield "a session of nobody", made(cookie="chargelet=" + "0" * 32), Reader, (401,) if closed else ()
    yield "wrong origin", made(origin="http://evil.example"), Reader, (403,) if post else ()
    yield "no body", made(b"", length=""), Reader, none
    yield "empty", made(b""), Reader, none
    yield "{}", made(b"{}" if post else b""), Reader, none
    yield "10 kB", made(b"x" * 10000), Reader, (413,) if post else ()
    yield "10 kB, said to be 10", made(b"[" * 10000, length=10), Reader, bad
    yield "less than said", made(length=len(good) + 9), Reader, (400,) if post and not raw else ()
    for length in ("-1", "x", "9" * 30, "1e3"):
        yield "length " + length, made(length=length), Reader, (400,) if post else ()
    for what, body in (
        ("nested lists", b"[" * 450), ("nested objects", b'{"a":' * 90), ("closed nesting", b"[" * 200 + b"]" * 200),
        ("null", b"null"), ("a number", b"1e999"), ("half a text", b'"\\ud8'), ("no UTF-8", b'{"\xff":1}'),
        ("a list", b"[1]"), ("cut", good[:-1] or b"{"),
    ):  # fmt: skip
        yield what, made(body if post else b""), Reader, bad
    yield "a field of no route", made(b'{"\xc3\xa4\\r\\n\\ud800nowhere": 1}' if post else b""), Reader, bad
    yield "half, then silence", whole[: len(whole) // 2], Silent, (408,)
    yield "all but a byte, then silence", whole[:-1], Silent, (408, 409) if raw else (408,)
    yield "half, then gone", whole[: len(whole) // 2], Reader, (400,)
    yield "many headers", made(more="A: b\r\n" * 200), Reader, ()
    yield "too many headers", made(more="Accept: text/html\r\n" * 900), Reader, (431,)
    yield "a long header", made(more="A: %s\r\n" % ("x" * 3000)), Reader, ()
    yield "a header twice", made(more="Host: x\r\n"), Reader, (400,)
    yield "a long path", text(site, method, path + "x" * 2000, good), Reader, (431,)
    yield "another path", text(site, method, path + "/x", good), Reader, (404,)
    yield "a query", text(site, method, path + "?x=1&y", good, kind=kind), Reader, (200,) + NOT_DONE
    yield "HTTP/1.0", made(version="1.0"), Reader, ()
    yield "HTTP/2", made(version="2"), Reader, (400,)
    yield "two in one piece", whole + whole, Reader, ()
    for other in ("HEAD", "PUT", "DELETE", "OPTIONS", "CONNECT"):
        yield other, text(site, other, path, b""), Reader, (405,)


def values(good):
    """What a field may not be, where its good value is this one."""
    common = [HUGE, -HUGE, -1, 1.5, None, [], {}, [[[[1]]]], {"a": {"b": None}}, CRLF, "\x00", "\ud800", "x" * 300]
    if isinstance(good, str):
        return common + [0, 7, True, False, "", ODD]
    if isinstance(good, bool):
        return common + ["7", "", "true", ODD, 2**31, 2**63, 0, 1] + ([] if good else [True])
    return common + ["7", "", "true", ODD, 2**31, 2**63, True, False, 99]


def beside(names, tried):
    """The fields with which one is tried: not those of which only one is looked at."""
    if tried in EITHER or (tried == "connector" and "session" in names):
        return [name for name in names if name not in EITHER or (name == "session" and tried == "connector")]
    return names


def of_fields(site, names):
    """(field, value, body) of each field with each value, beside good ones."""
    for name in names:
        for value in values(site.good[name]):
            fields = {other: site.good[other] for other in beside(names, name)}
            fields[name] = value
            yield name, value, json.dumps(fields)


def asked(site, data, reader=Reader, piece=256):
    """The status of the one answer."""
    # Who says nothing more has said nothing more at once.
    site.http().PATIENCE_S = 0.05 if reader is Silent else 10
    site.before()
    writer = Writer()
    site.serve(reader(data, piece), writer)
    assert writer.closed and writer.said.count(b"\r\nContent-Type: ") == 1, (data[:80], writer.said[:80])
    head, found, _body = writer.said.partition(b"\r\n\r\n")
    assert found and head.startswith(b"HTTP/1.1 ") and b"no-store" in head, head
    return int(head.split(b" ")[1])


def sweep(site):
    """Every route in every way; how many cases there were."""
    count = 0
    state, kept = site.state(), site.kept()
    for row in site.routes:
        method, path, _closed, names, most = row
        missing = [name for name in (names or "").split() if name not in site.good]
        assert not missing, "%s %s is new: give a good value of %s in GOOD" % (method, path, ", ".join(missing))
        usual = [asked(site, text(site, method, path, b"{}"))] + [200]
        usual += list(NOT_DONE) if method == "POST" else [400]
        for what, data, reader, right in shapes(site, row):
            status = asked(site, data, reader)
            case = (site.name, method, path, what, status)
            assert status in (right or usual), case + (right or usual,)
            assert site.state() == state and site.kept() == kept, case
            count += 1
        for name, value, body in of_fields(site, (names or "").split()):
            # What is not to succeed is refused; /stop and the like have nothing but good fields then.
            status = asked(site, text(site, method, path, body.encode()))
            case = (site.name, method, path, body[:90], status)
            if len(body) > most:
                assert status == 413, case
            elif (name, value) in TAKEN and not isinstance(value, bool):
                assert status == 200 or status in NOT_DONE, case
            else:
                assert status in NOT_DONE, case
            assert site.state() == state and site.kept() == kept, case
            count += 1
    return count


def used(site):
    site.forget()
    gc.collect()
    return gc.mem_alloc() if hasattr(gc, "mem_alloc") else 0


def swept(site):
    sweep(site)
    before = used(site)
    count = sweep(site)
    after = used(site)
    print("%s page: %d cases, %d bytes of RAM are not back" % (site.name, count, after - before))
    assert after - before < 700, after - before
    return count


def test_no_request_to_the_live_page_does_harm():
    assert swept(Live()) > 800


def test_no_request_to_the_set_up_page_does_harm():
    assert swept(First()) > 250


def test_a_route_that_is_not_in_the_table_is_not_there():
    site = Live()
    for method, path in (("GET", "/nothing"), ("POST", "/nothing"), ("POST", "/cards"), ("GET", "/stop")):
        assert asked(site, text(site, method, path, b"{}")) == 404, path
        assert asked(site, text(site, method, path, b"{}", cookie="x=1")) == 401, path
