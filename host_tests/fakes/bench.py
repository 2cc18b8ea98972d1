"""A station on the test bench: everything real but the electricity, the flash, the clock and the wire."""

import json

from chargelet.base import loading
from chargelet.base.timestamp import to_text
from chargelet.compose import Chargelet
from chargelet.hardware.equipment import Equipment
from chargelet.messages.check import check
from chargelet.messages.tables import table

from .clock import FakeClock, run
from .evse import FakeEvse
from .storage import FakeStorage

BOARD = {
    "station": {"chargePointVendor": "Chargelet", "chargePointModel": "Bench"},
    "grid": {"voltage": 230, "phases": 3},
}
NOW = "2026-11-20T12:00:00Z"


def check_sent(action, kind, payload):
    """What the station sends keeps to the field tables, always."""
    wrong = check(table(action, kind), payload)
    assert wrong is None, (action, kind, payload, wrong)


def text_of(frame):
    """A message as one text, also one that is made while it is sent."""
    if isinstance(frame, str):
        return frame
    text = b"".join(frame.pieces())
    assert len(text) == frame.size
    return text.decode()


class Central:
    """A central system that says yes. `answers[action]` replaces an answer: a payload, None for
    silence, an error code (str), or a function of the payload that gives one of these."""

    def __init__(self):
        self.sent = []  # (action, payload) of all the station's calls
        self.answers = {}
        self.transactions = 0
        self.clock = None  # whose time is told; without one it is always NOW

    def _now(self):
        return NOW if self.clock is None else to_text(self.clock.now())

    def answer(self, action, payload):
        self.sent.append((action, payload))
        if action in self.answers:
            scripted = self.answers[action]
            return scripted(payload) if callable(scripted) else scripted
        if action == "BootNotification":
            return {"status": "Accepted", "currentTime": self._now(), "interval": 300}
        if action == "Heartbeat":
            return {"currentTime": self._now()}
        if action == "Authorize":
            return {"idTagInfo": {"status": "Accepted"}}
        if action == "StartTransaction":
            self.transactions += 1
            return {"transactionId": self.transactions, "idTagInfo": {"status": "Accepted"}}
        return {}

    def all(self, action):
        """The payloads of all calls of an action."""
        return [payload for name, payload in self.sent if name == action]

    def statuses(self, connector_id=1):
        """The statuses told of a connector, in order."""
        told = self.all("StatusNotification")
        return [payload["status"] for payload in told if payload["connectorId"] == connector_id]


class Bench:
    """One station. Power cuts: make another Bench on the same storage and records, with cut()."""

    def __init__(
        self,
        connectors=1,
        has_lock=True,
        storage=None,
        records=None,
        config=None,
        now=848491200,
        online=True,
        cache=None,
        board=BOARD,
        main_meter=None,
        site=None,
    ):
        self.clock = site.clock if site else FakeClock(now)
        self.storage = storage or FakeStorage()
        self.lines = []  # the newest of the log
        self._site = site  # real drivers over the simulated world, in place of FakeEvse
        self.evses = site.equipment.evses if site else [FakeEvse(has_lock) for _ in range(connectors)]
        self.resets = 0
        self.storage.log = self._log
        self.records = records or FakeStorage()
        self.cache = cache or FakeStorage()
        self.board = board
        handed = self.storage, self.records, self.cache, self._log, self._reset, check_sent
        equipment = site.equipment if site else Equipment(self.evses, main_meter)
        self.whole = Chargelet(board, equipment, self.clock, *handed)
        self.station = self.whole.station
        self.endpoint = self.whole.endpoint
        self.endpoint._conversation.pace.spare = 10**6  # tests ask more at once than anybody else
        self._asked = 0
        self._replies = []  # (uptime at which it arrives, text)
        for name, value in (config or {}).items():
            self.station.config.initial(name, value)
        self.central = Central()
        self.delay = 0
        self.heard = []  # texts the station answered with
        if online:
            self.endpoint.opened()
            self.run(1000)

    @property
    def evse(self):
        return self.evses[0]

    def _log(self, line, level=1):
        del self.lines[:-30]
        self.lines.append(line)

    def _reset(self):
        self.resets += 1

    def run(self, ms, step=50):
        """Let time pass; the wire is as quick as `delay` says."""
        while ms > 0:
            self.turn()
            if self._site:
                self._site.run(20)
                ms -= 20
            else:
                self.clock.advance(min(step, ms))
                ms -= step
        self.turn()

    def turn(self):
        """One look at everything, without time passing but what the wire needs."""
        for _ in range(20):
            if not self._site:
                for evse in self.evses:
                    evse.step()
            self.station.step()
            frame = self.endpoint.next_frame()
            if frame is not None:
                self._carry(frame)
            arrived = [reply for reply in self._replies if reply[0] <= self.clock.uptime()]
            for reply in arrived:
                self._replies.remove(reply)
                back = self.endpoint.receive(reply[1])
                assert back is None
            if frame is None and not arrived:
                return

    def _carry(self, frame):
        message = json.loads(text_of(frame))
        if message[0] != 2:
            self.heard.append(frame)
            return
        answer = self.central.answer(message[2], message[3])
        if answer is None:
            return
        reply = [4, message[1], answer, "", {}] if isinstance(answer, str) else [3, message[1], answer]
        self._replies.append((self.clock.uptime() + self.delay, json.dumps(reply)))

    def ask(self, action, payload):
        """A call of the central system; returns the payload of the answer, or the error code."""
        self._asked += 1
        unique = "ask-%d" % self._asked
        text = self.endpoint.receive(json.dumps([2, unique, action, payload]))
        for _ in range(400):
            if text is not None:
                break
            self._look()
            self.run(50)
            text = self.heard.pop() if self.heard else None
        if text is None:
            return None
        message = json.loads(text_of(text))
        loading.sweep()  # as the link does after each message
        assert message[1] == unique, message
        return message[2]

    def _look(self):
        """At certificates that have come, as compose.py does."""
        if self.station.security.came:
            from chargelet.station import judged

            run(self.clock, judged.work(self.station))

    def cut(self, **changes):
        """The power fails and comes back; returns the station after it, offline. The same central system knows it."""
        after = type(self)(
            len(self.evses),
            self.evse.has_lock,
            self.storage,
            self.records,
            changes.get("config"),
            None if self.clock.now() is None else self.clock.now() + 1,
            online=False,
            cache=self.cache,
            board=self.board,
        )
        for old, new in zip(self.evses, after.evses):
            new.connected = old.connected
            new.locked = old.locked
        after.central = self.central
        return after

    def drop(self):
        """The connection is lost."""
        self._replies = []
        self.endpoint.closed()

    def connect(self):
        """And there again."""
        self.endpoint.opened()

    def status(self, connector_id=1):
        return self.station.notifier.current(connector_id)[0]

    def plug(self, connector_id=1):
        self.evses[connector_id - 1].connected = True
        self.run(100)

    def unplug(self, connector_id=1):
        self.evses[connector_id - 1].connected = False
        self.run(100)

    def swipe(self, tag="CARD", connector_id=None):
        self.station.swipe(tag, connector_id)
        self.run(100)

    def charging(self, tag="CARD"):
        """A running session."""
        self.plug()
        self.swipe(tag)
        assert self.status() == "Charging", self.status()
        return self
