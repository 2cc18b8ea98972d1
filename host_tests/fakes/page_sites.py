"""Both pages as the sweep of their routes finds them: the live one while somebody charges, and the set-up page."""

import asyncio

from chargelet.base.log import ERROR
from chargelet.page import first_routes, routes
from chargelet.page.refused import Refused
from fakes.bench import Bench
from fakes.set_up_board import Board
from fakes.strangers import TOKEN
from fakes.visitor import Visitor

# A good value of each field, with which the others beside it are tried.
GOOD = {
    "amps": 10, "ca": "", "card": "ANNA", "connector": 1, "free": True, "identity": "CP1", "key": "correct horse",
    "name": "Anna", "network": "garage", "new": "another horse", "old": "correct house", "page": "my own page",
    "owner": "correct house", "password": "correct house", "place": 0, "profile": 1, "secret": "hush hush hush hush",
    "session": 1, "stay": False, "url": "ws://10.0.0.1/ocpp",
}  # fmt: skip


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
    routes = first_routes.ROUTES
    good = GOOD
    cookie = ""

    def __init__(self):
        self.board = Board()
        self.board.wrong = ["wifi_not_found", "x"]
        self.board.page.owner = self.owner
        self.said = []
        self.board.page._log = lambda line, level=1: self.said.append(line)

    async def owner(self, text):
        await asyncio.sleep(0)
        if text != GOOD["owner"]:
            raise Refused(403, "owner")

    def http(self):
        from chargelet.page import request  # as it is loaded now

        return request

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
