"""The page: who gets in, how often somebody may try, when a session ends, and what a password is."""

import asyncio

from chargelet.page import password
from chargelet.station import security_events
from fakes.visitor import HOST, SECRET, Visitor, visitor


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


def test_the_password_is_pbkdf2():
    made = asyncio.run(password.made("x" * 64, 3))
    assert password.valid(made) and asyncio.run(password.right("x" * 64, made))
    assert not asyncio.run(password.right("x" * 63, made))
    key = asyncio.run(password.derived("password", b"salt", 2))
    assert key[:8] == bytes([0xAE, 0x4D, 0x0C, 0x95, 0xAF, 0x6B, 0x46, 0xD3])  # RFC 7914 §11's kind of vector
    for bad in (None, {}, {"salt": "x"}, dict(made, rounds=0), dict(made, hash="00"), dict(made, salt="zz" * 16)):
        assert not password.valid(bad), bad
