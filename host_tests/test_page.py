"""The page's server: who gets in, what is refused, what its commands do to the station; bounds at every route."""

import asyncio
import json

from chargelet.page import password
from chargelet.page.server import Page
from chargelet.station import security_events
from fakes.bench import Bench
from fakes.storage import PowerCut

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


def test_nothing_is_told_to_strangers():
    page = Visitor()
    for path in (
        "/events",
        "/sessions",
        "/sessions.csv",
        "/sums?by=month",
        "/cards",
        "/seen",
        "/config",
        "/keys",
        "/diagnostics.txt",
    ):
        status, _head, body = page.get(path)
        assert status == 401 and body == "log in", path
    for path in ("/start", "/stop", "/limit", "/name", "/config", "/install", "/password", "/logout", "/nothing"):
        assert page.post(path, {"connector": 1})[0] == 401, path
    page.cookie = "chargelet=" + "0" * 32
    assert page.get("/cards")[0] == 401
    assert page.log_in() == 200 and page.get("/cards")[0] == 200


def test_the_cookie_is_for_the_browser_alone():
    page = Visitor()
    _status, head, _body = page.post("/login", {"password": SECRET})
    assert "; HttpOnly; SameSite=Strict; Path=/" in head and "X-Frame-Options: DENY" in head
    assert SECRET not in head and page.post("/logout", {})[0] == 401


def test_wrong_passwords_make_everybody_wait():
    page = Visitor()
    for _ in range(4):
        assert page.log_in("wrong horse") == 403
    assert page.log_in("wrong horse") == 403
    waits = []
    for _ in range(12):
        status, head, _body = page.post("/login", {"password": SECRET})
        assert status == 429
        wait = int(head.split("Retry-After: ")[1].split("\r\n")[0])
        waits.append(wait)
        page.bench.clock.advance(wait * 1000)
        assert page.log_in("wrong horse") == 403
    assert waits == sorted(waits) and waits[0] <= 3 and 200 < waits[-1] <= 301
    page.bench.clock.advance(301000)
    assert page.log_in() == 200 and page.log_in("wrong horse") == 403 and page.log_in() == 200


def test_no_stranger_locks_out_a_browser_that_has_been_let_in():
    page = Visitor()
    _status, head, _body = page.post("/login", {"password": SECRET})
    badge = head.split("Set-Cookie: ")[2]
    assert badge.startswith("chargelet-met=") and "; Max-Age=31536000; HttpOnly; SameSite=Strict; Path=/" in badge
    badge = badge.split(";")[0]
    stranger = Visitor(page.bench)
    stranger.page = page.page
    for _ in range(5):
        assert stranger.log_in("wrong horse") == 403
    forged = badge[:-1] + ("0" if badge[-1] != "0" else "1")
    for cookie in (None, forged, "chargelet-met=", "chargelet-met=" + "0" * 48, "chargelet-met=" + "x" * 400):
        stranger.cookie = cookie
        assert stranger.log_in() == 429, cookie
    page.cookie = badge
    assert page.get("/cards")[0] == 401, "it is no session"
    page.cookie = badge
    assert page.log_in() == 200 and page.get("/cards")[0] == 200
    assert page.post("/password", {"old": SECRET, "new": "another horse"})[0] == 429, "this one has not brought it"
    page.cookie += "; " + badge
    assert page.post("/password", {"old": SECRET, "new": "another horse"})[0] == 200
    # Its own wrong ones make it wait too, and another password makes a stranger of it.
    page.bench.clock.advance(3000)
    page.cookie = badge
    assert page.log_in() == 403 and page.post("/login", {"password": "another horse"})[0] == 429
    page.bench.clock.advance(301000)
    page.cookie = None
    assert page.log_in("another horse") == 200
    own = Visitor(page.bench)
    own.page = page.page
    _status, head, _body = own.post("/login", {"password": "another horse"})
    own.cookie = badge = head.split("Set-Cookie: ")[2].split(";")[0]
    for _ in range(5):
        assert own.log_in("wrong horse") == 403
    assert own.log_in("another horse") == 429
    own.cookie = None
    assert own.log_in("another horse") == 200


def test_no_other_page_gets_in():
    page = visitor()
    for origin in (None, "http://evil.example", "null", "https://" + HOST, "http://" + HOST + ".evil.example"):
        assert page.post("/stop", {"connector": 1}, origin=origin)[0] == 403, origin
        assert page.post("/login", {"password": SECRET}, origin=origin)[0] == 403, origin
    assert page.post("/stop", {"connector": 1}, more="Sec-Fetch-Site: cross-site\r\n")[0] == 403
    assert page.post("/stop", {"connector": 1}, kind="text/plain")[0] == 415
    for host in ("evil.example", "evil.example:80", "192.168.1.9.evil.example", "", "x.locale"):
        assert page.get("/cards", host=host)[0] == 403, host
        assert page.post("/stop", {"connector": 1}, host=host, origin="http://" + host)[0] == 403, host
    good = "192.168.1.9:8080 chargelet.local chargelet.local:80 localhost:9000 [fe80::1] [::1]:80"
    for host in good.split():
        assert page.get("/cards", host=host)[0] == 200, host


def test_a_session_ends():
    page = visitor()
    page.bench.clock.advance(3500 * 1000)
    assert page.get("/cards")[0] == 200
    page.bench.clock.advance(3601 * 1000)
    assert page.get("/cards")[0] == 401
    assert page.log_in() == 200
    for _ in range(12 * 2):
        page.bench.clock.advance(1900 * 1000)
        known = page.get("/cards")[0]
    assert known == 401
    assert page.log_in() == 200 and page.post("/logout", {})[0] == 200 and page.get("/cards")[0] == 401
    assert page.log_in() == 200
    first = page.cookie
    for _ in range(4):
        page.bench.clock.advance(1000)
        page.log_in()
    second, page.cookie = page.cookie, first
    assert page.get("/cards")[0] == 401  # who has been away longest makes room
    page.cookie = second
    assert page.get("/cards")[0] == 200


def test_the_password_can_be_changed_by_who_knows_it():
    page = visitor()
    other = Visitor(page.bench)
    other.page = page.page
    assert other.log_in() == 200
    assert page.post("/password", {"old": "wrong horse", "new": "another horse"})[0] == 403
    for new in ("short", "x" * 65, 12345678, None):
        assert page.post("/password", {"old": SECRET, "new": new})[0] == 400, new
    assert page.get("/cards")[0] == 200
    status, head, _body = page.post("/password", {"old": SECRET, "new": "another horse"})
    assert status == 200 and other.get("/cards")[0] == 401 and page.get("/cards")[0] == 401
    page.cookie = head.split("Set-Cookie: ")[1].split(";")[0]
    assert page.get("/cards")[0] == 200
    assert other.log_in() == 403 and other.log_in("another horse") == 200
    kept = page.bench.storage.values["page"]
    assert b"another" not in kept and SECRET.encode() not in kept
    log = b"".join(security_events.lines(page.bench.storage))
    assert log.count(b"ReconfigurationOfSecurityParameters the password of the page") == 1 and b"another" not in log
    # The installation says another: that counts.
    page.page.given = asyncio.run(password.made("third horse", 2))
    assert page.log_in("another horse") == 403 and page.log_in("third horse") == 200


def test_a_full_flash_keeps_the_old_password():
    page = visitor()
    page.bench.storage.full = True
    assert page.post("/password", {"old": SECRET, "new": "another horse"})[0] == 507
    assert page.log_in("another horse") == 403 and page.log_in() == 200


def test_start_pause_lower_and_stop():
    page = visitor()
    bench = page.bench
    assert page.post("/stop", {"connector": 1})[0] == 409
    bench.plug()
    assert page.post("/start", {"connector": 1})[0] == 400
    assert page.post("/start", {"connector": 1, "card": "ANNA"})[0] == 200
    bench.run(1000)
    assert bench.status() == "Charging" and bench.central.all("StartTransaction")[0]["idTag"] == "ANNA"
    assert page.post("/start", {"connector": 1, "card": "BERT"})[0] == 409
    assert page.post("/limit", {"connector": 1, "amps": 10})[0] == 200
    bench.run(1000)
    assert bench.evse.offered_ma == 10000
    assert page.post("/limit", {"connector": 1, "amps": 0})[0] == 200
    bench.run(1000)
    assert bench.evse.offered_ma == 0 and bench.status() == "SuspendedEVSE"
    for amps in (5, 33, -1, 10.5, "10", True):
        assert page.post("/limit", {"connector": 1, "amps": amps})[0] == 400, amps
    assert page.post("/limit", {"connector": 1, "amps": None})[0] == 200
    bench.run(7000)
    assert bench.evse.offered_ma == 32000 and bench.status() == "Charging"
    assert page.post("/stop", {"connector": 1})[0] == 200
    bench.run(3000)
    assert bench.status() == "Finishing" and bench.central.all("StopTransaction")[0]["reason"] == "Local"


def test_it_closes_no_contactor_that_the_station_would_not():
    page = visitor()
    bench = page.bench
    bench.central.answers["Authorize"] = {"idTagInfo": {"status": "Blocked"}}
    bench.plug()
    assert page.post("/start", {"connector": 1, "card": "ANNA"})[0] == 200
    bench.run(3000)
    assert not bench.evse.contactor_closed and bench.central.all("StartTransaction") == []
    del bench.central.answers["Authorize"]
    bench.evse.set_fault("GroundFailure")
    bench.run(1000)
    assert page.post("/start", {"connector": 1, "card": "ANNA"})[0] == 409
    bench.evse.set_fault(None)
    bench.run(1000)
    assert bench.ask("ChangeAvailability", {"connectorId": 1, "type": "Inoperative"})["status"] == "Accepted"
    assert page.post("/start", {"connector": 1, "card": "ANNA"})[0] == 409
    assert page.post("/limit", {"connector": 1, "amps": 32})[0] == 409
    bench.run(3000)
    assert not bench.evse.contactor_closed


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


def test_live_values():
    page = visitor()
    (said,) = live(page)
    assert said["why"] == [] and said["connectors"][0]["why"] == ["free"] and said["online"] is None
    page.bench.charging("04A2B3C4D5E680")
    page.bench.evse.meter.wh += 700
    page.bench.evse.meter.w = 11000
    one = live(page)[0]["connectors"][0]
    assert (one["wh"], one["w"], one["why"], one["status"]) == (700, 11000, ["charging"], "Charging")
    assert one["card"] == "**E680" and abs(one["since"] - page.bench.clock.now()) < 10


def test_the_plot_of_a_session_has_few_points_and_all_of_its_time():
    page = visitor(connectors=2)
    bench = page.bench
    assert json.loads(page.get("/plot")[2]) == {}
    bench.charging("ANNA")
    seconds = 0
    for turn in range(20000):
        bench.evse.meter.w = 250 * (turn % 40)
        page.page._turn()
        seconds += 20
        if turn in (0, 1, 59, 60, 119, 120, 500, 3000, 19999):
            every, points = json.loads(page.get("/plot")[2])["1"]
            assert 0 < len(points) <= 60 and every * len(points) <= seconds, turn
            assert turn > 7000 or every * (len(points) + 1) > seconds - every, (turn, every, len(points))
            assert max(points) <= 250 * 39 and min(points) >= 0
    assert len(page.page.history[1]) <= 63
    bench.evse.meter.w = 10**6
    for _ in range(200):
        page.page._turn()
    assert json.loads(page.get("/plot")[2])["1"][1][-1] == 255 * 250
    bench.swipe("ANNA")
    bench.run(3000)
    assert json.loads(page.get("/plot")[2]) == {}, "of the next session nothing is known yet"
    page.page._turn()
    assert page.page.history == {}


def test_two_may_look_and_a_third_is_told_so():
    page = visitor()
    answers = []

    async def looks():
        writers = [Writer(), Writer()]
        data = page.request("GET", "/events")
        tasks = [asyncio.create_task(page.page._client(Reader(data), writer)) for writer in writers]
        while page.page._watching < 2:
            await asyncio.sleep(0)
        third = Writer()
        await page.page._client(Reader(data), third)
        answers.append(third.said)
        page.page.end_session(None)  # those who look are told nothing more
        page.bench.clock.advance(5000)
        for task in tasks:
            await asyncio.wait_for(task, 10)
        answers.append([writer.closed and b"data: " in writer.said for writer in writers])

    asyncio.run(looks())
    assert answers[0].startswith(b"HTTP/1.1 503") and answers[1] == [True, True]
    assert page.log_in() == 200 and len(live(page)) == 1


def test_few_may_be_connected():
    page = visitor()
    closed = []

    async def crowd():
        class Silent:
            async def read(self, most):
                await waits.wait()
                return b""

        waits = asyncio.Event()
        writers = [Writer() for _ in range(12)]
        tasks = [asyncio.create_task(page.page._client(Silent(), writer)) for writer in writers]
        for _ in range(500):
            await asyncio.sleep(0)
        closed.append(len([writer for writer in writers if writer.closed]))
        waits.set()
        for task in tasks:
            await task

    asyncio.run(crowd())
    assert closed == [6] and page.get("/cards")[0] == 200


def test_the_log_and_names_for_cards():
    page = visitor()
    bench = page.bench
    for number in range(23):
        bench.plug()
        bench.swipe("TAG%d" % (number % 2))
        bench.run(2000, 500)
        bench.evse.meter.wh += 100 + number
        bench.swipe("TAG%d" % (number % 2))
        bench.unplug()
        bench.run(3000, 500)
    told = bench.central.all("StopTransaction")
    first = json.loads(page.get("/sessions?skip=0")[2])
    rest = json.loads(page.get("/sessions?skip=20")[2])
    assert first["count"] == 23 and len(first["rows"]) == 20 and len(rest["rows"]) == 3
    rows = first["rows"] + rest["rows"]
    assert [row[6] for row in rows] == [stop["meterStop"] for stop in reversed(told)]
    assert json.loads(page.get("/sessions?skip=9999")[2])["rows"] == []
    csv = page.get("/sessions.csv")[2].split("\r\n")
    assert len(csv) == 25 and [line.split(",")[6] for line in csv[1:-1]] == [str(stop["meterStop"]) for stop in told]
    assert page.post("/name", {"session": rows[0][9], "connector": 1, "name": "Anna, =1"})[0] == 200
    assert json.loads(page.get("/sums?by=card")[2])[1][0] == "Anna, =1"
    east = "&east=" + ",".join(["60"] * 12)
    assert page.get("/sums?by=month" + east)[2] == page.get("/sums?by=month")[2] != "[]"
    odd = east + ",60", east.replace("60", "841"), east.replace("60", "x"), east + "x", east.replace("60", "-")
    for wrong in ("&east=", "&east=60", "&x=1") + odd:
        assert page.get("/sums?by=month" + wrong)[0] == 400, wrong
    assert page.get("/sums?by=card" + east)[0] == 400
    assert '"Anna, =1"' in page.get("/sessions.csv")[2] and json.loads(page.get("/cards")[2])["names"] == ["Anna, =1"]
    bench.plug()
    assert page.post("/start", {"connector": 1, "place": 0})[0] == 200
    bench.run(1000)
    assert bench.station.connectors[0].transaction.id_tag == "TAG0"
    assert live(page)[0]["connectors"][0]["card"] == "Anna, =1"
    assert page.post("/name", {"session": rows[0][9], "connector": 1, "name": ""})[0] == 200
    assert json.loads(page.get("/cards")[2])["names"] == []
    assert page.post("/name", {"session": 999999, "connector": 1, "name": "x"})[0] == 404


def seen(page):
    return json.loads(page.get("/seen")[2])


def test_cards_seen_last_and_why_they_were_not_accepted():
    page = visitor(connectors=2)
    bench = page.bench
    assert seen(page) == {"seen": [], "named": []}
    said = {"idTagInfo": {"status": "Accepted"}}
    bench.central.answers["Authorize"] = lambda payload: said
    for tag, word in (("AA01", "Accepted"), ("BB02", "Blocked"), ("CC03", "Expired"), ("DD04", "Invalid")):
        said["idTagInfo"]["status"] = word
        bench.swipe(tag)
        bench.run(500)
        tag_seen, name, when, outcome = seen(page)["seen"][0]
        assert (tag_seen, name, outcome) == (tag, None, word) and abs(when - bench.clock.now()) < 10
    said["idTagInfo"]["status"] = "Accepted"
    bench.swipe("EE05")
    bench.swipe("FF06")
    bench.run(500)
    bench.swipe("AB07")
    bench.run(500)
    found = seen(page)["seen"]
    assert len(found) == 6 and found[0][3] == "NoConnector", found
    assert [one[0] for one in found[:4]] == ["AB07", "FF06", "EE05", "DD04"]
    bench.swipe("ee05")  # the same card, which takes its claim back
    bench.run(500)
    assert [one[0] for one in seen(page)["seen"]][:3] == ["ee05", "AB07", "FF06"]
    bench.drop()
    bench.swipe("0107")
    assert seen(page)["seen"][0][3] == "Offline"
    for number in range(40):
        bench.swipe("X%019d" % number)
    assert len(bench.station.seen) < 6 * 50 and len(seen(page)["seen"]) == 6


def test_a_card_that_was_seen_gets_a_name_that_stays():
    page = visitor()
    bench = page.bench
    bench.swipe("04A2B3C4D5E680")
    assert page.post("/name", {"card": "04A2B3C4D5E680", "name": " Anna "})[0] == 200
    assert seen(page)["seen"][0][:2] == ["04A2B3C4D5E680", "Anna"] and seen(page)["named"] == [["Anna", "**E680"]]
    after = Visitor(bench.cut())
    assert after.log_in() == 200 and seen(after) == {"seen": [], "named": [["Anna", "**E680"]]}
    assert after.post("/name", {"place": 0, "name": "Bert"})[0] == 200
    assert json.loads(after.get("/cards")[2])["names"] == ["Bert"]
    assert after.post("/name", {"place": 1, "name": "x"})[0] == 400
    for bad in ("", "x" * 21, 7, "a\nb"):
        assert after.post("/name", {"card": bad, "name": "x"})[0] == 400, bad
    for bad in ("x" * 25, "a\x00", None, 7):
        assert after.post("/name", {"card": "A", "name": bad})[0] == 400, bad
    bench.storage.full = True
    assert after.post("/name", {"place": 0, "name": "Carl"})[0] == 507
    bench.storage.full = False
    assert seen(after)["named"] == [["Bert", "**E680"]]
    assert after.post("/name", {"place": 0, "name": ""})[0] == 200 and seen(after)["named"] == []


def test_a_power_cut_while_a_name_is_kept_leaves_the_old_names_or_the_new_ones():
    for change in range(4):
        page = visitor()
        assert page.post("/name", {"card": "AA01", "name": "Anna"})[0] == 200
        page.bench.storage.cut(change)
        try:
            page.post("/name", {"card": "BB02", "name": "Bert"})
        except PowerCut:
            pass
        page.bench.storage.cut(10**6)
        after = Visitor(page.bench.cut())
        assert after.log_in() == 200
        assert json.loads(after.get("/cards")[2])["names"] in (["Anna"], ["Anna", "Bert"]), change
        assert after.post("/name", {"card": "CC03", "name": "Carl"})[0] == 200


def test_names_are_given_within_bounds():
    page = visitor()
    answers = [page.post("/name", {"card": "TAG%d" % number, "name": "N"})[0] for number in range(60)]
    assert answers == [200] * 30 + [429] * 30  # flash bears a limited number of writes
    for number in range(30, 40):
        page.bench.clock.advance(3000)
        assert page.post("/name", {"card": "TAG%d" % number, "name": "N"})[0] == 200
    page.bench.clock.advance(3000)
    assert page.post("/name", {"card": "TAG40", "name": "N"})[0] == 409 and len(seen(page)["named"]) == 40


def test_without_a_page_no_card_is_remembered():
    bench = Bench()
    bench.swipe("AA01")
    assert bench.station.seen is None


def configured(page):
    """{key: (whether it is read-only, its text)} as the page says."""
    return {name: (fixed, text) for name, fixed, text in json.loads(page.get("/config")[2])[:-1]}


def test_configuration_keys_are_those_of_the_central_system():
    page = visitor()
    asked = page.bench.ask("GetConfiguration", {})["configurationKey"]
    found = configured(page)
    assert found.pop("ShowPage") == (True, "true")  # nobody at the page could switch it on again
    told = {row["key"]: (row["readonly"], row["value"]) for row in asked if row["key"] != "ShowPage"}
    assert told == found and len(found) > 40


def test_a_key_is_changed_with_the_checks_and_answers_of_changeconfiguration():
    page = visitor()
    for key, value, wanted in (
        ("HeartbeatInterval", "77", "Accepted"),
        ("heartbeatinterval", "78", "Accepted"),
        ("HeartbeatInterval", "0", "Rejected"),
        ("HeartbeatInterval", "", "Rejected"),
        ("NumberOfConnectors", "2", "Rejected"),
        ("NoSuchKey", "2", "NotSupported"),
        ("FreeVend", "yes", "Rejected"),
        ("CpoName", "x" * 500, "Rejected"),
        ("MeterValuesSampledData", "Nothing.That.Is", "Rejected"),
    ):
        status, _head, body = page.post("/config", {"key": key, "value": value})
        asked = page.bench.ask("ChangeConfiguration", {"key": key, "value": value})
        assert status == 200 and json.loads(body) == {"status": wanted} == asked, (key, body, asked)
    assert configured(page)["HeartbeatInterval"] == (False, "78")
    after = Visitor(page.bench.cut())
    assert after.log_in() == 200 and configured(after)["HeartbeatInterval"] == (False, "78")
    page.bench.storage.full = True
    assert json.loads(page.post("/config", {"key": "FreeVend", "value": "true"})[2]) == {"status": "Rejected"}
    assert configured(page)["FreeVend"] == (False, "false")


def test_the_authorization_key_is_written_and_never_shown():
    page = visitor()
    secret = "a-new-secret-of-the-station"
    assert json.loads(page.post("/config", {"key": "AuthorizationKey", "value": "short"})[2])["status"] == "Rejected"
    assert json.loads(page.post("/config", {"key": "AuthorizationKey", "value": secret})[2])["status"] == "Accepted"
    assert page.bench.station.config["AuthorizationKey"] == secret
    shown = page.get("/config")[2] + page.get("/diagnostics.txt")[2] + "".join(page.bench.lines)
    assert "AuthorizationKey" not in configured(page) and secret not in shown and "short" not in shown
    noted = b"".join(security_events.lines(page.bench.storage))
    assert b"ReconfigurationOfSecurityParameters" in noted and secret.encode() not in noted


def test_the_page_does_not_lower_the_security_profile():
    page = visitor()
    page.bench.station.config["SecurityProfile"] = 2
    for value in ("0", "1", "2", "3", "4", "-1"):  # for 3 it has no certificate
        assert json.loads(page.post("/config", {"key": "securityprofile", "value": value})[2])["status"] == "Rejected"
    assert page.bench.station.config["SecurityProfile"] == 2


def test_settings_have_bounds():
    page = visitor()
    for fields in (
        {}, {"key": "FreeVend"}, {"value": "true"}, {"key": "", "value": ""}, {"key": "x" * 51, "value": ""},
        {"key": "FreeVend", "value": "x" * 501}, {"key": "FreeVend", "value": True}, {"key": 7, "value": "7"},
        {"key": "CpoName", "value": "a\nb"}, {"key": "FreeVend", "value": "true", "more": 1}, {"key": [], "value": {}},
    ):  # fmt: skip
        assert page.post("/config", fields)[0] == 400, fields
    assert page.post("/config", b"x" * 1201)[0] == 413
    stranger = Visitor(page.bench)
    assert stranger.post("/config", b"x" * 513)[0] == 401 and stranger.post("/config", {})[0] == 401
    answers = [page.post("/config", {"key": "FreeVend", "value": "false"})[0] for _ in range(40)]
    assert answers == [200] * 30 + [429] * 10
    assert page.post("/config", {"key": "FreeVend", "value": "true"}, origin="http://evil.example")[0] == 403


def test_the_board_file_is_shown_as_it_lies_on_flash():
    page = visitor()
    for path in (None, "no-such-file-anywhere"):
        page.page.given["board"] = path
        assert page.get("/board.json")[0] == 404, path


def test_the_central_system_can_switch_it_off_and_on():
    page = visitor()
    said = {"key": "ShowPage", "value": "false"}
    assert json.loads(page.post("/config", said)[2]) == {"status": "Rejected"}
    assert page.bench.ask("ChangeConfiguration", said) == {"status": "Accepted"}
    for path in ("/", "/cards", "/events"):
        assert page.get(path) == (None, "", ""), path
    assert page.post("/login", {"password": SECRET})[0] is None
    assert page.bench.ask("ChangeConfiguration", dict(said, value="true")) == {"status": "Accepted"}
    assert page.get("/cards")[0] == 200 and page.log_in() == 200


def test_whoever_looks_sees_nothing_more_once_it_is_off():
    page = visitor()
    told = []

    def each(writer):
        told.append(1)
        page.bench.station.config["ShowPage"] = False
        page.bench.evse.meter.w += 100

    page.raw(page.request("GET", "/events"), Writer(50, each))
    assert len(told) <= 3


def test_nothing_secret_is_shown():
    page = visitor(config={"AllowOfflineTxForUnknownId": True})
    page.bench.storage.values["authorization-key"] = b"topsecret"
    page.bench.charging("04A2B3C4D5E680")
    page.bench.swipe("04A2B3C4D5E680")
    page.bench.unplug()
    page.bench.run(3000)
    paths = "/sessions /sessions.csv /sums?by=card /cards /config /diagnostics.txt"
    shown = "".join([page.get(path)[2] for path in paths.split()])
    shown += json.dumps(live(page))
    for secret in ("04A2B3C4D5", "topsecret", SECRET, page.page.given["hash"], page.page.given["salt"]):
        assert secret not in shown, secret


def test_bounds_of_every_route():
    page = visitor()
    before = dict(page.bench.storage.values)
    texts = ["", " ", "x" * 21, "x" * 400, "ä", "\x00", "a\nb", "'; drop"]
    values = texts + [0, -1, 1, 99, 2**31, 2**70, 1.5, 1e300, True, False, None, [], {}, [1], {"a": 1}, ["x"] * 40]
    paths = "/login /start /stop /limit /name /config /install /password /logout /nothing / /events"
    for path in paths.split():
        for field in "connector card place amps session name key value password old new".split():
            for value in values:
                if (path, field) == ("/logout", field) and field != "connector":
                    continue
                fields = {"connector": 1}
                fields[field] = value
                page.page._tries.clear()
                page.page.paid = -100000
                status, _head, body = page.post(path, fields)
                assert 200 <= status < 500, (path, field, value, status, body)
                if status == 401:
                    assert page.log_in() == 200
                page.bench.station.connectors[0].forget()
                page.bench.run(50)
    for query in ("skip=", "skip=x", "skip=-1", "skip=99999", "by=", "by=x", "x", "=", "&", "skip=1&skip=2", "%00"):
        for path in ("/sessions", "/sums"):
            assert page.get(path + "?" + query)[0] == 400, (path, query)
    changed = {name for name in page.bench.storage.values if page.bench.storage.values[name] != before.get(name)}
    assert changed <= {"cards"} and not page.bench.evse.contactor_closed


def test_what_is_no_request_is_refused_in_bounds():
    page = visitor()
    good = page.request("GET", "/cards")
    for data, status in (
        (b"", None),
        (b"\r\n", 400),
        (b"GET\r\n\r\n", 400),
        (b"GET / HTTP/2\r\n\r\n", 400),
        (b"GET cards HTTP/1.1\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\n\n", 400),
        (b"GET /" + b"x" * 2000 + b" HTTP/1.1\r\n\r\n", 431),
        (b"x" * 20000, 431),
        (good[:-2] + (b"A: " + b"x" * 90 + b"\r\n") * 200 + b"\r\n", 431),
        (good[:-2] + b"Host: other\r\n\r\n", 400),
        (good[:-1], 400),
        (good.replace(b"Host: ", b"Host: \xff"), 400),
        (page.request("PUT", "/cards"), 405),
        (page.request("GET", "/../state"), 404),
        (page.request("POST", "/stop", b"x" * 513), 413),
        (page.request("POST", "/stop", b"{"), 400),
        (page.request("POST", "/stop", b"[]"), 400),
        (page.request("POST", "/stop", b"\xff\xfe"), 400),
        (page.request("POST", "/stop", b"[" * 500), 400),
        (page.request("POST", "/stop", b'{"connector":1}').replace(b"Length: 15", b"Length: 99"), 400),
        (page.request("POST", "/stop", b'{"connector":1}').replace(b"Length: 15", b"Length: -1"), 400),
        (page.request("POST", "/stop", b'{"connector":1}').replace(b"Length: 15", b"Length: 9999999"), 400),
    ):
        for piece in (1, 7, 256):
            if piece > 1 or len(data) < 3000:
                assert page.raw(data, piece=piece)[0] == status, (data[:60], piece)
    for piece in (1, 3, 64, 256, 4096):
        assert page.raw(good, piece=piece)[0] == 200, piece
        assert page.raw(page.request("POST", "/limit", {"connector": 9}), piece=piece)[0] == 400


def test_whoever_goes_away_leaves_nothing_behind():
    page = visitor()
    for path in ("/cards", "/sessions", "/sessions.csv", "/sums?by=card", "/config", "/diagnostics.txt", "/events"):
        for writes in range(4):
            page.raw(page.request("GET", path), Writer(writes))
    assert page.page._connected == 0 and page.page._watching == 0
    assert page.get("/cards")[0] == 200


def test_the_password_is_pbkdf2():
    made = asyncio.run(password.made("x" * 64, 3))
    assert password.valid(made) and asyncio.run(password.right("x" * 64, made))
    assert not asyncio.run(password.right("x" * 63, made))
    key = asyncio.run(password.derived("password", b"salt", 2))
    assert key[:8] == bytes([0xAE, 0x4D, 0x0C, 0x95, 0xAF, 0x6B, 0x46, 0xD3])  # RFC 7914 §11's kind of vector
    for bad in (None, {}, {"salt": "x"}, dict(made, rounds=0), dict(made, hash="00"), dict(made, salt="zz" * 16)):
        assert not password.valid(bad), bad
