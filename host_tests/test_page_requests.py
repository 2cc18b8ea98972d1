"""The page: nothing secret is shown, what is no request is refused, and whoever goes away leaves nothing."""

import json

from fakes.visitor import SECRET, Writer, live, visitor


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


def test_no_answer_is_kept_framed_or_guessed_at():
    page = visitor()
    paths = "/board.json /cards /config /diagnostics.txt /plot /seen /sessions /sessions.csv /sums?by=card /nothing"
    for path in paths.split():
        _status, head, _body = page.get(path)
        for line in ("Cache-Control: no-store", "X-Frame-Options: DENY", "X-Content-Type-Options: nosniff"):
            assert line in head, (path, line)
        assert "Referrer-Policy: no-referrer" in head and "Access-Control" not in head, path


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
