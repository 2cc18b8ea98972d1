"""The page: the log of charges, cards seen last, and names for them."""

import json

from fakes.bench import Bench
from fakes.storage import PowerCut
from fakes.visitor import Visitor, live, visitor


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
    other = page.get("/sessions.csv?semicolon")[2].split("\r\n")
    assert [line.split(";") for line in other[1:]] == [line.split(",") for line in csv[1:]]
    assert page.get("/sessions.csv?x")[0] == 400
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
