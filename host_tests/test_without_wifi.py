"""A station that has not found its Wi-Fi for long opens its access point beside the search, and goes on charging."""

import asyncio
import json
import os
import sys

import radio

from chargelet import on_network, trial, without_wifi
from chargelet.hardware.access_point import AccessPoint
from chargelet.hardware.network_link import NetworkLink
from chargelet.page import password
from chargelet.page.server import Page
from fakes.bench import Bench
from fakes.visitor import SECRET, Reader, Writer

PATH = "without_wifi_installation.json"
OLD = {"wifi": {"name": "garage", "password": "correct horse"}, "csms": {"url": "ws://10.0.0.1/x", "identity": "CP1"}}
OWN = "127.0.0.1"
MINUTE = 60000


class House:
    """A charging station in a house whose Wi-Fi comes and goes."""

    def __init__(self, installation=OLD, lost_ms=MINUTE, page=None, **options):
        self.bench = bench = Bench(**options)
        self.station = bench.station
        self.told = []
        with open(PATH, "w") as file:
            json.dump(dict(installation, page=page) if page else installation, file)
        if page:
            bench.whole.page = Page(bench.whole, dict(page), "Bench")
        self.air = radio.Air({"garage": "correct horse", "garden": "another horse"})
        self.nic, self.own = radio.install(self.air)
        wifi = installation["wifi"]
        given = self.nic, (wifi["name"], wifi["password"]), bench.clock, bench.whole.log, self.changed, lost_ms
        self.link = NetworkLink(*given, self.lost)
        self.opened = []
        bench.clock.sleep = self._sleep

    async def _sleep(self, ms):
        until = self.bench.clock.uptime() + ms
        while self.bench.clock.uptime() < until:
            await asyncio.sleep(0)

    def changed(self, up):
        self.told.append(up)

    async def lost(self, link):
        self.opened.append(self.bench.clock.uptime())
        given = AccessPoint(self.bench.clock), link, self.bench.whole, b"\x01\xab\xcd\xef", PATH, 2, 0, 0
        if await without_wifi.run(*given):
            await on_network.restarted(self.station)

    async def pass_ms(self, ms):
        for _ in range(ms // 500):
            self.bench.run(500, 250)
            for _ in range(6):
                await asyncio.sleep(0)

    async def until(self, what, ms=5 * MINUTE):
        while not what():
            assert ms > 0, self.bench.lines
            await self.pass_ms(500)
            ms -= 500

    def play(self, story):
        async def all_of_it():
            link = asyncio.create_task(self.link.run())
            try:
                await story(self)
            finally:
                link.cancel()
                if self.link._beside:
                    self.link._beside.cancel()

        try:
            asyncio.run(all_of_it())
        finally:
            sys.modules.pop("network")
            os.remove(PATH)

    async def ask(self, page, method, path, body=None):
        """(status, body) of a phone that has joined."""
        text = "%s %s HTTP/1.1\r\nHost: %s\r\n" % (method, path, OWN)
        data = b"" if body is None else json.dumps(body).encode()
        if body is not None:
            text += "Origin: http://%s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n" % (OWN, len(data))
        writer = Writer()
        client = asyncio.create_task(page(Reader(text.encode() + b"\r\n" + data), writer))
        while not client.done():
            await asyncio.sleep(0)
        head, _, said = writer.said.partition(b"\r\n\r\n")
        return int(head.split(b" ")[1]), said.decode()

    async def became(self, page):
        """What the page says became of a try."""
        doing = ["joining"]
        while doing[0] not in ("failed", "works"):
            await self.pass_ms(1000)
            doing = json.loads((await self.ask(page, "GET", "/doing"))[1])["doing"]
        return doing

    def installation(self):
        with open(PATH) as file:
            return json.load(file)


def served(house, monkey):
    """The function that answers a phone: that of the page which is about to be opened."""
    whole = without_wifi.first_page.FirstPage

    class Seen(whole):
        async def serve(self, port=80):
            monkey.append(self.client)
            return self

        def close(self):
            monkey.append(None)

    without_wifi.first_page.FirstPage = Seen
    return lambda: setattr(without_wifi.first_page, "FirstPage", whole)


def told(house, story, seen=None):
    back = served(house, [] if seen is None else seen)
    try:
        house.play(story)
    finally:
        back()


def test_it_opens_beside_the_search_and_closes_when_the_wifi_is_found():
    house = House()

    async def story(house):
        await house.until(lambda: house.link.connected)
        await house.pass_ms(3 * MINUTE)
        assert house.opened == [], "there is a Wi-Fi"
        del house.air.networks["garage"]
        await house.until(lambda: not house.link.connected)
        gone = house.bench.clock.uptime()
        await house.pass_ms(MINUTE - 5000)
        assert house.opened == [] and house.air.own is None and not house.nic.reconnects == 0
        await house.until(lambda: house.opened)
        assert MINUTE - 2000 <= house.opened[0] - gone <= MINUTE + 2000
        name, key = house.air.own
        assert name == "Chargelet-ABCDEF" and len(key) == 10 and house.nic.reconnects == 0
        tries = len(house.nic.tries)
        await house.pass_ms(90000)
        assert len(house.nic.tries) - tries in (1, 2), "one search a minute: whoever has joined is on its channel"
        assert house.nic.on and house.air.scans == 0, "a scan takes seconds in one piece"
        house.air.networks["garage"] = "correct horse"
        await house.until(lambda: house.link.connected)
        await house.pass_ms(3000)
        assert house.air.own is None and house.nic.reconnects == -1 and house.told == [True, False, True]

    told(house, story)
    assert "the Wi-Fi is found" in " ".join(house.bench.lines) and house.bench.resets == 0


def test_never_is_never():
    house = House(lost_ms=0)
    del house.air.networks["garage"]

    async def story(house):
        await house.pass_ms(10 * MINUTE)
        assert house.opened == [] and house.air.own is None

    told(house, story)


def test_nobody_comes_and_each_pause_is_twice_as_long():
    house = House()
    house.air.networks.clear()

    async def story(house):
        await house.until(lambda: len(house.opened) == 3, 20 * MINUTE)
        first, second, third = house.opened
        # Two minutes open, then two and four minutes of searching.
        assert abs(second - first - 4 * MINUTE) < 6000 and abs(third - second - 6 * MINUTE) < 6000, house.opened

    told(house, story)
    assert house.bench.resets == 0


def test_a_session_goes_on_and_the_start_waits_until_it_is_over():
    house = House()
    seen = []

    async def story(house):
        await house.until(lambda: house.link.connected)
        house.bench.charging("CARD")
        house.bench.endpoint.closed()
        del house.air.networks["garage"]
        await house.until(lambda: seen)
        assert house.bench.evse.contactor_closed and house.station.connectors[0].transaction
        phone = seen[0]
        about = json.loads((await house.ask(phone, "GET", "/doing"))[1])
        assert about["old"] is True and about["owner"] is False and about["doing"] == ["waiting"]
        assert json.loads((await house.ask(phone, "GET", "/networks"))[1]) == [] and house.air.scans == 0
        fields = {"network": "garden", "key": "wrong horse", "stay": True}
        sys.modules["chargelet.trial"] = trial  # as it was loaded here
        trial._asked = nobody
        assert (await house.ask(phone, "POST", "/try", fields))[0] == 200
        assert await house.became(phone) == ["failed", "wifi_password", "garden"] and house.installation() == OLD
        await house.pass_ms(2000)
        assert house.nic.tries[-1] == ("garage", "correct horse"), "the search goes on at once"
        assert (await house.ask(phone, "POST", "/try", dict(fields, url="ws://x")))[0] == 400
        assert (await house.ask(phone, "POST", "/try", dict(fields, key="another horse")))[0] == 200
        await house.until(lambda: house.link.connected)
        assert house.installation() == dict(OLD, wifi={"name": "garden", "password": "another horse"})
        await house.pass_ms(MINUTE)
        assert house.air.own is None and house.bench.evse.contactor_closed and house.bench.resets == 0
        house.bench.swipe("CARD")
        house.bench.unplug()
        await house.until(lambda: house.bench.resets)

    async def nobody(*given):
        return None

    asked = trial._asked
    try:
        told(house, story, seen)
    finally:
        trial._asked = asked
    assert len(house.station.outbox), "what is billed waits for the central system"


def test_whoever_asks_must_know_the_pages_password():
    page = asyncio.run(password.made(SECRET, 2))
    house = House(page=page)
    house.air.networks.clear()

    async def story(house):
        live = house.bench.whole.page
        live.given["port"] = 0
        await house.until(lambda: live.instead)
        phone = live._client
        assert json.loads((await house.ask(phone, "GET", "/doing"))[1])["owner"] is True
        fields = {"network": "garden", "stay": True}
        for wrong in (None, "", "wrong", 7, ["x"]):
            status, said = await house.ask(phone, "POST", "/try", dict(fields, owner=wrong))
            assert status == 403 and "owner" in said
            assert live.instead.trying is False and house.nic.tries[-1][0] == "garage"
        assert (await house.ask(phone, "POST", "/try", dict(fields, owner=SECRET)))[0] == 429
        await house.until(lambda: live.instead is None)
        assert house.air.own is None
        await house.until(lambda: live.instead)
        assert (await house.ask(phone, "POST", "/try", dict(fields, owner=SECRET)))[0] == 200
        assert await house.became(phone) == ["failed", "wifi_not_found", "garden"]

    told(house, story)
    assert not [line for line in house.bench.lines if SECRET in line]


def test_a_board_without_the_radio_or_the_memory_goes_on():
    house = House()
    house.air.networks.clear()

    def none(on):
        raise OSError("Wifi Out of Memory")

    house.own.active = none

    async def story(house):
        house.bench.charging("CARD")
        await house.until(lambda: len(house.opened) == 2, 10 * MINUTE)
        assert house.bench.evse.contactor_closed and house.link._tries > 3

    told(house, story)
    assert "Out of Memory" in " ".join(house.bench.lines)
