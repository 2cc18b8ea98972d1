"""A station on the bench in a house whose Wi-Fi comes and goes, and a phone that has joined its access point."""

import asyncio
import json
import os
import sys

import radio

from chargelet import on_network, without_wifi
from chargelet.base import randomness
from chargelet.hardware.access_point import AccessPoint
from chargelet.hardware.network_link import NetworkLink
from chargelet.page.server import Page
from fakes.bench import Bench
from fakes.visitor import Reader, Writer

PATH = "/tmp/chargelet-%s.json" % randomness.token()  # tests run beside each other
OLD = {"wifi": {"name": "garage", "password": "correct horse"}, "csms": {"url": "ws://10.0.0.1/x", "identity": "CP1"}}
ALONE = {"wifi": OLD["wifi"], "stand_alone": True}  # nobody to be asked whether it works
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
