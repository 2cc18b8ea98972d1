"""A central system for tests and for `make sim`: OCPP 1.6J on the `websockets` and `ocpp` packages.

Validates every message both ways by schema, keeps a ledger of transactions, and misbehaves when told to.
"""

import asyncio
import itertools
import json
import time
from datetime import UTC, datetime

from ocpp.exceptions import OCPPError
from ocpp.messages import Call, CallResult, validate_payload
from websockets.exceptions import ConnectionClosed

from csms_ports import Ports

# As an answer in `answers`: say nothing.
SILENCE = object()


class CallFailed(Exception):
    """The station answered a call with a CALLERROR."""

    def __init__(self, code, text):
        super().__init__(f"{code}: {text}")
        self.code = code


class Transaction:
    """What the central system knows of one transaction."""

    def __init__(self, start):
        self.start = start
        self.values = []
        self.stop = None


class CentralSystem(Ports):
    """`async with CentralSystem() as csms:` listens on a free port of the loopback interface.

    `answers[action]` replaces the normal answer: a payload, an error code (str), SILENCE, or a function
    of the payload that gives one of these. `delay` (s) holds every answer back. `watch(event)` is called with every
    entry of `log`.
    """

    patience = 15  # s for an answer, or for what until() waits for

    def __init__(self, port=0, interval=300, password=None, watch=None, tls=None, authority=None):
        super().__init__(port, password, tls, authority.server() if authority else None)
        self.interval = interval
        self.watch = watch
        # With a CertificateAuthority there is a second port, with TLS, and SignCertificate is answered.
        self.authority = authority
        self.answers = {}
        self.delay = 0
        self.tags = {}  # idTag → IdTagInfo; the others are Accepted
        self.log = []  # dicts: time, direction "in"/"out", kind "call"/"result"/"error"/"open"/"close", ...
        self.violations = []
        self.transactions = {}
        self.connection = None
        self._numbers = itertools.count(1)
        self._ids = itertools.count(1)
        self._seen_ids = set()
        self._waiting = {}  # our call's id → (action, future)
        self._in_flight = None
        self._news = asyncio.Condition()

    async def _note(self, **event):
        event["time"] = time.monotonic()
        self.log.append(event)
        if self.watch:
            self.watch(event)
        async with self._news:
            self._news.notify_all()

    async def _serve(self, connection):
        self.connection = connection
        self._in_flight = None
        await self._note(kind="open", direction="in", path=connection.request.path)
        try:
            async for message in connection:
                await self._receive(connection, message)
        except ConnectionClosed:
            pass
        if self.connection is connection:
            self.connection = None
        for _, future in self._waiting.values():
            if not future.done():
                future.set_exception(CallFailed("closed", "the connection is gone"))
        self._waiting.clear()
        await self._note(kind="close", direction="in", code=connection.close_code)

    async def _receive(self, connection, text):
        try:
            kind, unique, *rest = json.loads(text)
            if len(rest) != {2: 2, 3: 1, 4: 3}[kind]:
                raise ValueError
        except (ValueError, KeyError, TypeError):
            self.violations.append(f"not an OCPP-J message: {text[:100]!r}")
            return
        if kind == 2:
            await self._called(connection, unique, *rest)
        else:
            await self._answered(kind, unique, rest)

    async def _called(self, connection, unique, action, payload):
        if self._in_flight:
            self.violations.append(f"{action} while {self._in_flight} is in flight")
        if unique in self._seen_ids or len(unique) > 36:
            self.violations.append(f"message id {unique} is used twice or too long")
        self._seen_ids.add(unique)
        self._in_flight = action
        try:
            await validate_payload(Call(unique, action, payload), "1.6")
        except OCPPError as error:
            self.violations.append(f"{action} {payload}: {error}")
        await self._note(kind="call", direction="in", action=action, payload=payload)
        asyncio.get_running_loop().create_task(self._reply(connection, unique, action, payload))

    async def _reply(self, connection, unique, action, payload):
        answer = self.answers.get(action)
        if callable(answer):
            answer = answer(payload)
        if answer is SILENCE:
            self._in_flight = None  # the station will give up on its own
            return
        if self.delay:
            await asyncio.sleep(self.delay)
        if answer is None:
            answer = self._normal(action, payload)
        self._in_flight = None
        try:
            if isinstance(answer, str):
                await self._note(kind="error", direction="out", action=action, payload={"code": answer})
                await connection.send(json.dumps([4, unique, answer, "", {}]))
            else:
                await self._note(kind="result", direction="out", action=action, payload=answer)
                await connection.send(json.dumps([3, unique, answer]))
        except ConnectionClosed:
            pass

    def _normal(self, action, payload):
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        info = self.tags.get(payload.get("idTag"), {"status": "Accepted"})
        if action == "BootNotification":
            return {"status": "Accepted", "currentTime": now, "interval": self.interval}
        if action == "Heartbeat":
            return {"currentTime": now}
        if action == "Authorize":
            return {"idTagInfo": info}
        if action == "StartTransaction":
            number = next(self._numbers)
            self.transactions[number] = Transaction(payload)
            return {"transactionId": number, "idTagInfo": info}
        if action == "MeterValues" and payload.get("transactionId") in self.transactions:
            self.transactions[payload["transactionId"]].values.append(payload)
        if action == "StopTransaction" and payload["transactionId"] in self.transactions:
            self.transactions[payload["transactionId"]].stop = payload
        if action == "SignCertificate":
            if self.authority is None:
                return {"status": "Rejected"}
            asyncio.get_running_loop().create_task(self._sign(payload["csr"]))
            return {"status": "Accepted"}
        if action == "DataTransfer":
            return {"status": "UnknownVendorId"}
        return {}

    async def _sign(self, request):
        """What the authority makes of a request goes back to the station."""
        await asyncio.sleep(0.1)  # the answer to the request goes first
        try:
            await self.call("CertificateSigned", {"certificateChain": self.authority.sign(request)}, 60)
        except (CallFailed, TimeoutError, ValueError) as error:
            await self._note(kind="stray", direction="out", action="CertificateSigned", payload=str(error))

    async def _answered(self, kind, unique, rest):
        action, future = self._waiting.pop(unique, (None, None))
        if future is None:
            await self._note(kind="stray", direction="in", action=None, payload=[kind, unique, *rest])
        elif kind == 3:
            (payload,) = rest
            try:
                await validate_payload(CallResult(unique, payload, action), "1.6")
            except OCPPError as error:
                self.violations.append(f"answer to {action} {payload}: {error}")
            await self._note(kind="result", direction="in", action=action, payload=payload)
            if not future.done():
                future.set_result(payload)
        else:
            code, text, _details = rest
            await self._note(kind="error", direction="in", action=action, payload={"code": code})
            if not future.done():
                future.set_exception(CallFailed(code, text))

    async def call(self, action, payload=None, timeout=None):
        """Call the station; returns the payload of its answer. Raises CallFailed, TimeoutError."""
        if self.connection is None:
            raise CallFailed("closed", "the station is not connected")
        unique = f"csms-{next(self._ids)}"
        future = asyncio.get_running_loop().create_future()
        self._waiting[unique] = (action, future)
        await self._note(kind="call", direction="out", action=action, payload=payload or {})
        await self.connection.send(json.dumps([2, unique, action, payload or {}]))
        return await asyncio.wait_for(future, timeout or self.patience)

    async def send_raw(self, message):
        """Send text or bytes as they are."""
        await self.connection.send(message)

    def calls(self, action, since=0):
        """The payloads of the station's calls of an action, from an index of the log on."""
        return [
            event["payload"]
            for event in self.log[since:]
            if event["kind"] == "call" and event["direction"] == "in" and event["action"] == action
        ]

    def statuses(self, connector=1, since=0):
        """The statuses told of a connector."""
        told = self.calls("StatusNotification", since)
        return [payload["status"] for payload in told if payload["connectorId"] == connector]

    async def until(self, condition, timeout=None):
        """Wait until condition() is true, looking after every message; returns its value. Raises TimeoutError."""
        async with self._news:
            waiting = self._news.wait_for(condition)
            timeout = timeout or self.patience
            try:
                return await asyncio.wait_for(waiting, timeout)
            except TimeoutError:
                heard = [f"{event['kind']} {event.get('action')}" for event in self.log[-12:]]
                raise TimeoutError(f"not within {timeout} s; the last messages: {', '.join(heard)}") from None
