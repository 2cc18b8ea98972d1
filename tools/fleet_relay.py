"""Stands between many stations and one central system: passes every message on, and keeps a ledger of them.

What it counts is true of any central system, for it sees what both sides say.
"""

import asyncio
import json
import time
from urllib.parse import unquote

from websockets.asyncio.client import connect
from websockets.asyncio.server import serve
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

_MESSAGE_MAX = 2**22


class Ledger:
    """What one station and the central system have said to each other."""

    def __init__(self):
        self.online = False
        self.refused = ""  # why the last connection could not be made
        self.messages = 0
        self.errors = 0  # CALLERRORs of either side
        self.answers = 0  # of the central system, and how long they took in all (s)
        self.answered_in = 0.0
        self.status = {}  # connector → the status told last
        self.starts = {}  # (connector, timestamp, idTag) → transactionId
        self.stops = {}  # transactionId → (meterStop - meterStart), once answered
        self._begun = {}  # transactionId → meterStart
        self._waiting = {}  # unique id → (action, payload, when), of the station's calls
        self.news = asyncio.Event()

    def said(self, text, by_station: bool):
        """A message goes by."""
        self.messages += 1
        try:
            kind, unique, *rest = json.loads(text)
            if kind in (2, 3) and len(rest) != 4 - kind:
                raise ValueError
        except (ValueError, TypeError):
            self.errors += 1
            return
        if kind == 4:
            self.errors += 1
        if kind == 2 and by_station:
            self._called(unique, *rest)
        elif kind in (3, 4) and not by_station:
            action, payload, since = self._waiting.pop(unique, (None, None, 0))
            if action:
                self.answers += 1
                self.answered_in += time.monotonic() - since
                if kind == 3:
                    self._answered(action, payload, *rest)
        self.news.set()

    def _called(self, unique, action, payload):
        self._waiting[unique] = action, payload, time.monotonic()
        if action == "StatusNotification":
            self.status[payload["connectorId"]] = payload["status"]

    def _answered(self, action, payload, answer):
        if action == "StartTransaction":
            number = answer["transactionId"]
            self.starts[payload["connectorId"], payload["timestamp"], payload["idTag"]] = number
            self._begun[number] = payload["meterStart"]
        elif action == "StopTransaction":
            number = payload["transactionId"]
            self.stops[number] = payload["meterStop"] - self._begun.get(number, payload["meterStop"])

    def closed(self):
        """The connection has ended: what was not answered on it is asked again."""
        self.online = False
        self._waiting.clear()
        self.news.set()

    @property
    def open(self) -> int:
        """How many transactions have begun and not ended, as far as the central system has confirmed."""
        return len([number for number in self.starts.values() if number not in self.stops])


class Relay:
    """`async with Relay(url) as relay:` stations connect to relay.url, and reach the central system at `url`."""

    def __init__(self, url: str):
        self._upstream = url.rstrip("/")
        self.ledgers = {}  # identity → Ledger

    def ledger(self, identity: str) -> Ledger:
        return self.ledgers.setdefault(identity, Ledger())

    async def __aenter__(self):
        self._server = await serve(
            self._serve, "127.0.0.1", 0, subprotocols=["ocpp1.6"], ping_interval=None, max_size=_MESSAGE_MAX,
            close_timeout=1,
        )  # fmt: skip
        self.url = f"ws://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *exception):
        self._server.close()
        await self._server.wait_closed()

    async def _serve(self, station):
        path = station.request.path
        ledger = self.ledger(unquote(path.rsplit("/", 1)[-1]))
        password = station.request.headers.get("Authorization")
        given = {"Authorization": password} if password else {}
        try:
            central = await connect(
                self._upstream + path, subprotocols=["ocpp1.6"], additional_headers=given, ping_interval=None,
                max_size=_MESSAGE_MAX, close_timeout=1, open_timeout=10,
            )  # fmt: skip
        except InvalidStatus as error:
            ledger.refused = f"HTTP {error.response.status_code}"
            await station.close(1011, "the central system refuses")
            return
        except (OSError, InvalidHandshake, TimeoutError) as error:
            ledger.refused = str(error) or type(error).__name__
            await station.close(1011, "no central system")
            return
        ledger.online = True
        ledger.refused = ""
        ways = [
            asyncio.create_task(_pass_on(station, central, ledger, True)),
            asyncio.create_task(_pass_on(central, station, ledger, False)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            ledger.closed()
            await asyncio.gather(station.close(), central.close(), return_exceptions=True)
            await asyncio.gather(*ways, return_exceptions=True)


async def _pass_on(source, target, ledger, by_station):
    try:
        async for text in source:
            ledger.said(text, by_station)
            await target.send(text)
    except ConnectionClosed:
        pass
