"""The page: what a driver does there, what is seen of it while it happens, and by how many."""

import asyncio
import json

from fakes.visitor import Reader, Writer, live, visitor


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
            await asyncio.wait_for(task, 600)
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
    assert closed == [8] and page.get("/cards")[0] == 200


def test_whoever_says_nothing_makes_room_and_whoever_may_ask_does_not():
    page = visitor()
    # What is looked at for long is not kept: it would be more than there is memory for.
    owner, looks = Writer(), Writer(each=lambda writer: setattr(writer, "said", writer.said[-400:]))

    async def crowd():
        class Slow(Reader):
            async def read(self, most):
                if not self._data:
                    await asyncio.Event().wait()
                return await Reader.read(self, most)

        def begin(data, writer):
            return asyncio.create_task(page.page._client(Slow(data), writer))

        async def turns():
            for _ in range(100):
                await asyncio.sleep(0)

        from chargelet.page import request  # as it is loaded now, and stays while somebody is served

        request.PATIENCE_S = 600  # a slow machine takes longer than ten seconds for all of this
        looking = begin(page.request("GET", "/events"), looks)
        await turns()
        # Half a head, and a head whose body never comes: of a login, and of what nobody there may ask for.
        cookie, page.cookie = page.cookie, None
        login, stop = [page.request("POST", path, {}).replace(b"x" * 690, b"") for path in ("/login", "/stop")]
        tasks = []
        for data in (login[:40], login[:-1], stop[:-1]) * 4:
            tasks.append(begin(data, Writer()))
            await turns()
        assert page.page._connected == 5 and not looks.closed, (page.page._connected, looks.closed)
        page.cookie = cookie
        await asyncio.wait_for(begin(page.request("GET", "/cards"), owner), 600)
        assert not looks.closed and page.page._connected == 4
        request.PATIENCE_S = 10
        page.page.end_session(None)
        page.bench.clock.advance(5000)
        for task in tasks:
            task.cancel()
        await asyncio.wait_for(looking, 600)
        await turns()

    asyncio.run(crowd())
    assert owner.said.startswith(b"HTTP/1.1 200") and looks.said.count(b"data: ") >= 1
    assert page.page._connected == 0 and page.page._strangers == []
    assert page.log_in() == 200 and page.get("/cards")[0] == 200


def test_whoever_looks_and_never_reads_is_left():
    page = visitor()

    class Deaf(Writer):
        async def drain(self):
            if self.said.count(b"data: ") > 1:
                await asyncio.Event().wait()

    deaf = [Deaf(), Deaf()]

    async def looks():
        from chargelet.page import request  # as it is loaded now

        request.PATIENCE_S = 0.05
        data = page.request("GET", "/events")
        tasks = [asyncio.create_task(page.page._client(Reader(data), writer)) for writer in deaf]
        for task in tasks:
            await asyncio.wait_for(task, 600)
        request.PATIENCE_S = 10

    asyncio.run(looks())
    assert page.page._watching == page.page._connected == 0
    assert [writer.said.count(b"data: ") for writer in deaf] == [2, 2], "nothing piles up for them"
    assert len(live(page)) == 1
