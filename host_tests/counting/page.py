"""What the page costs: each of its routes while both connectors charge, and a second of somebody who looks, in rounds;
and the set-up page's, which may be open beside a station that charges.

A line of JSON for each; `piece` is the longest work between two turns of the others.
"""

import asyncio
import json

from chargelet.base import loading
from chargelet.page.server import Page
from fakes import authority
from fakes.storage import FakeStorage

from . import rig as rigs
from .reference import round_ns
from .rig import real_gc as gc

RUNS = 5
SECONDS = 10
TOKEN = "1" * 32
GIVEN = {"salt": "00" * 16, "hash": "00" * 32, "rounds": 500, "port": 80}
# What is sent where it is to be more than refused.
BODIES = {
    "/login": {"password": "wrong horse"}, "/password": {"old": "wrong horse", "new": "right horse"},
    "/limit": {"connector": 1, "amps": 16}, "/config": {"key": "LocalPreAuthorize", "value": "false"},
}  # fmt: skip
QUERIES = {"/sums": "?by=month"}


class Wire:
    """A browser's connection, which costs nothing."""

    def __init__(self, data):
        self._data = data
        self.status = None  # of the answer, as text

    async def read(self, most):
        found, self._data = self._data[:most], self._data[most:]
        return found

    def write(self, data):
        if self.status is None:
            self.status = bytes(data[9:12])

    async def drain(self):
        pass

    def close(self):
        pass

    wait_closed = drain


def request(method, path):
    body = json.dumps(BODIES.get(path, {})) if method == "POST" else ""
    kind = "octet-stream" if path == "/firmware" else "json"
    return (
        "%s %s HTTP/1.1\r\nHost: 192.168.1.9\r\nOrigin: http://192.168.1.9\r\nUser-Agent: %s\r\n"
        "Cookie: chargelet=%s\r\nContent-Type: application/%s\r\nContent-Length: %d\r\n\r\n%s"
        % (method, path + QUERIES.get(path, ""), "x" * 300, TOKEN, kind, len(body), body)
    ).encode()


def usual(made):
    """The names of the tasks that run without a page."""
    names = []
    made.loop.note = lambda task, us: names.append(made.name_of(task))
    made.loop.run(3000)
    made.loop.note = lambda task, us: None
    return set(names)


def steps(made, names, page, data, ms):
    """[us] of what the page's own tasks do in so much time; the connection is cut then."""
    taken = []

    def note(task, us):
        if made.name_of(task) not in names:
            taken.append(us)

    now = made.clock.uptime()
    page._sessions = [(now, now, TOKEN)]
    page._tries = {}
    page.paid = 0
    wire = Wire(data)
    gc.collect()
    gc.disable()
    made.loop.note = note
    task = asyncio.create_task(page._client(wire, wire))
    made.loop.run(ms)
    made.loop.note = lambda task, us: None
    gc.enable()
    page.end_session(None)
    made.loop.run(2000)
    assert task.done() and wire.status and wire.status[:1] != b"5", (data[:40], wire.status)
    assert (b"wrong horse" in data) == (wire.status == b"403"), (data[:40], wire.status)
    loading.sweep()
    return taken


def row(what, made, names, page, data, ms, seconds):
    """The quickest of several times."""
    rounds, pieces = [], []
    for _ in range(RUNS):
        ns = round_ns()
        taken = steps(made, names, page, data, ms)
        ns = min(ns, round_ns())
        rounds.append(sum(taken) * 1000 // ns // seconds)
        pieces.append(max(taken) * 1000 // ns)
    return {"what": what, "rounds": min(rounds), "piece": min(pieces)}


def set_up(page):
    """What a phone may ask of the set-up page: (what, request)."""
    from chargelet import given_root, without_wifi
    from chargelet.base.pieces import in_turn
    from chargelet.page import first_routes

    async def tried(table, says):
        return ["wifi_not_found", "garage"]

    async def root(text):
        await in_turn(given_root.judged(text, page.station.clock.now()), page.station.clock)
        return "ab" * 32

    def kept(table):
        raise OSError(28)

    old = {"wifi": {"name": "garage"}, "csms": {"url": "ws://10.0.0.1:9000/ocpp", "identity": "CP1"}}
    owner = without_wifi._Owner(FakeStorage(), GIVEN)
    given = lambda table: [], tried, kept, lambda: [["garage", -40, True]], root, lambda: old

    def opened(judge):
        page.instead = without_wifi.first_page.FirstPage("192.168.1.9", "Chargelet-X", print, *given, judge)

    opened(None)
    for method, path, _closed, _names, _most in first_routes.ROUTES:
        BODIES["/try"] = {"network": "garden", "key": "another horse", "stay": True}
        yield "%s %s" % (method, path), request(method, path)
    new = {"network": "garden", "key": "another horse", "url": "wss://csms.example/ocpp", "profile": 2}
    BODIES["/try"] = dict(new, secret="hush hush hush hush", ca=authority.pem(authority.root(1)))
    yield "POST /try, with a root", request("POST", "/try")
    BODIES["/try"] = dict(new, page="my own page")
    yield "POST /try, with a password for the page", request("POST", "/try")
    opened(owner.judge)
    owner.wrong = -1000
    BODIES["/try"] = {"network": "garden", "stay": True, "owner": "wrong horse"}
    yield "POST /try, a wrong password", request("POST", "/try")


def main():
    made = rigs.Rig(2, {"MeterValueSampleInterval": 60}).registered()
    made.charge()
    made.hold()
    names = usual(made)
    page = Page(made, GIVEN, "Speed")
    from chargelet.page import routes

    table = [(method, path) for method, path, _closed, _names, _most in routes.ROUTES]
    for method, path in table:
        if path != "/events":
            print(json.dumps(row("%s %s" % (method, path), made, names, page, request(method, path), 5000, 1)))
    looks = request("GET", "/events")
    print(json.dumps(row("a second of live values", made, names, page, looks, SECONDS * 1000, SECONDS)))
    for what, data in set_up(page):
        print(json.dumps(row("set-up: " + what, made, names, page, data, 20000, 1)))


main()
