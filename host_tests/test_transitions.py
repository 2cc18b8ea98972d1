"""Every status that is told may follow the one told before: the table of OCPP 1.6 §4.9 against random walks.

Drivers, an operator, the hardware and the network do whatever they can, in any order. After a boot and after a
reconnection the present status is told, whatever it was before (§4.9, rule 1; errata 3.22): a sequence begins anew.
"""

from chargelet.base.timestamp import to_text
from chargelet.station.status import Notifier, between
from fakes.bench import Bench
from fakes.clock import FakeClock
from fakes.site import Site

# Rows and columns of the table, with errata 3.20 (B6).
NAMES = {
    "A": "Available",
    "B": "Preparing",
    "C": "Charging",
    "D": "SuspendedEV",
    "E": "SuspendedEVSE",
    "F": "Finishing",
    "G": "Reserved",
    "H": "Unavailable",
    "I": "Faulted",
}
TABLE = (
    "A2 A3 A4 A5 A7 A8 A9 B1 B3 B4 B5 B6 B9 C1 C4 C5 C6 C8 C9 D1 D3 D5 D6 D8 D9 E1 E3 E4 E6 E8 E9 "
    "F1 F2 F8 F9 G1 G2 G8 G9 H1 H2 H3 H4 H5 H9 I1 I2 I3 I4 I5 I6 I7 I8"
)
ORDER = "ABCDEFGHI"
ALLOWED = [(NAMES[pair[0]], NAMES[ORDER[int(pair[1]) - 1]]) for pair in TABLE.split()]
# §4.9: EVCommunicationError is a warning of these only.
WARNED = ("Preparing", "SuspendedEV", "SuspendedEVSE", "Finishing")

WALKS = 20
STEPS = 80


def allowed(before, after):
    return before == after or (before, after) in ALLOWED


def test_every_pair_is_told_by_way_of_what_the_table_has():
    pairs = 0
    for before in NAMES.values():
        for after in NAMES.values():
            middle = between(before, after)
            pairs += 1
            if allowed(before, after):
                assert middle is None, (before, after, middle)
            else:
                assert allowed(before, middle) and allowed(middle, after), (before, middle, after)
            clock = FakeClock()
            notifier = Notifier(clock, {"MinimumStatusDuration": 0}, 1)
            notifier.online(True)
            told = []
            for status in (before, after):
                notifier.look(1, (status, "NoError", None, None))
                while notifier.waiting:
                    event = notifier.due()
                    assert event is notifier.due()
                    told.append(event[1][0])
                    notifier.told(event)
            assert told[0] == before and told[-1] == after and len(told) <= 3
            for one, next_one in zip(told, told[1:]):
                assert allowed(one, next_one), told
    print("transitions: %d pairs" % pairs)


class Chance:
    """A small generator: the same walks on both interpreters."""

    def __init__(self, seed):
        self._state = seed * 7919 + 17

    def below(self, most):
        self._state = (self._state * 1103515245 + 12345) & 0x3FFFFFFF
        return (self._state >> 8) % most

    def one(self, *those):
        return those[self.below(len(those))]


class FakePlace:
    """What can happen to one EVSE of the bench."""

    def __init__(self, evse):
        self.evse = evse

    def plug(self):
        self.evse.connected = not self.evse.connected

    def pause(self):
        self.evse.wants = not self.evse.wants

    def stick(self):
        self.evse.lock_sticks = not self.evse.lock_sticks and self.evse.has_lock

    def confuse(self):
        self.evse.odd = None if self.evse.odd else ("EVCommunicationError", "NoDiode")

    def heal(self):
        """Whether there was something."""
        ill = self.evse.lock_sticks or self.evse.odd
        self.evse.lock_sticks, self.evse.odd = False, None
        return ill


class RealPlace:
    """The same of an EVSE with real drivers, in the simulated world."""

    def __init__(self, site):
        self.point = site.point
        self.vehicle = site.vehicle

    def plug(self):
        if self.vehicle.plugged:
            self.vehicle.unplug()
        else:
            self.vehicle.plug()

    def pause(self):
        self.vehicle.wants = not self.vehicle.wants

    def stick(self):
        self.point.bolt_sticks = not self.point.bolt_sticks

    def confuse(self):
        self.vehicle.diode = not self.vehicle.diode

    def heal(self):
        ill = self.point.bolt_sticks or not self.vehicle.diode
        self.point.bolt_sticks, self.vehicle.diode = False, True
        return ill


class Walk:
    """One station and everything that happens to it; on real drivers without power cuts."""

    def __init__(self, seed, site=None):
        self.site = site
        self.chance = Chance(seed)
        self.config = {
            "UnlockConnectorOnEVSideDisconnect": bool(seed & 1),
            "StopTransactionOnEVSideDisconnect": bool(seed & 2),
            "MinimumStatusDuration": 3 if seed % 5 == 0 else 0,
            "ConnectionTimeOut": 20,
            "FreeVend": seed % 7 == 3,
            "MessageTimeout": 10,
            "MeterValueSampleInterval": 0,
        }
        self.bench = Bench(1 + seed % 2, bool(seed & 4), config=self.config, site=site)
        self.bench.central.answers["Authorize"] = self._authorize
        self.bench.central.answers["StatusNotification"] = self._status
        self.online = True
        self.silent = False  # the central system does not answer StatusNotification
        self.seen = [None] * 3  # what was told last of each connector
        self.known = ["Available"] * 3  # what the central system has said that it heard
        self.pairs = []
        self.told = 0
        self.check()

    def _authorize(self, payload):
        info = {"status": "Blocked" if payload["idTag"] == "X" else "Accepted"}
        if payload["idTag"] in "AB":
            info["parentIdTag"] = "P"
        return {"idTagInfo": info}

    def _status(self, payload):
        if self.silent:
            return None
        self.known[payload["connectorId"]] = payload["status"]
        return {}

    def check(self):
        """Each status that was told since is one that may follow."""
        central = self.bench.central
        for payload in central.all("StatusNotification"):
            at, status = payload["connectorId"], payload["status"]
            before, self.seen[at] = self.seen[at], status
            self.told += 1
            if at == 0:
                assert status in ("Available", "Unavailable", "Faulted"), payload
            if before is not None and before != status:
                assert (before, status) in ALLOWED, (at, before, status)
                if (before, status) not in self.pairs:
                    self.pairs.append((before, status))
            if payload["errorCode"] == "EVCommunicationError":
                assert status in WARNED, payload
        del central.sent[:]

    def run(self, ms):
        self.bench.run(ms, max(50, ms // 20))
        self.check()

    def ask(self, action, payload):
        if self.online:
            self.bench.ask(action, payload)

    def step(self):
        chance, bench = self.chance, self.bench
        at = 1 + chance.below(len(bench.evses))
        evse = bench.evses[at - 1]
        point = RealPlace(self.site) if self.site else FakePlace(evse)
        if chance.below(3) == 0 and self._heal(at, evse, point):
            self.run(1000)
        what = chance.below(20)
        if what < 4:
            point.plug()
        elif what < 8:
            bench.station.swipe(chance.one("A", "A", "B", "C", "X"), chance.one(None, at))
        elif what == 8:
            point.pause()
        elif what == 9:
            evse.set_fault(None if evse.fault else "HighTemperature")
        elif what == 10:
            point.stick()
        elif what == 11:
            point.confuse()
        elif what < 17:
            self._operate(chance.below(10), at)
        else:
            self._network(what)
        self.run(chance.one(50, 200, 1000, 3000, 8000, 25000))

    def _heal(self, at, evse, point):
        """Undo one thing that keeps a connector from use; whether there was one."""
        bench = self.bench
        if not self.online:
            self._network(17)
        elif self.silent:
            self.silent = False
        elif evse.fault:
            evse.set_fault(None)
        elif point.heal():
            pass
        elif bench.station.connectors[at - 1].blocked:
            bench.station.connectors[at - 1].block(False)
        elif not bench.station.connectors[at - 1].operative:
            self.ask("ChangeAvailability", {"connectorId": 0, "type": "Operative"})
        elif bench.station.connectors[at - 1].bolt.kept:
            self.ask("UnlockConnector", {"connectorId": at})
        else:
            return False
        return True

    def _operate(self, what, at):
        chance, bench = self.chance, self.bench
        zero = chance.one(0, at)
        if what == 0:
            self.ask("RemoteStartTransaction", {"idTag": "C", "connectorId": at})
        elif what == 1:
            running = bench.station.connectors[at - 1].transaction
            self.ask("RemoteStopTransaction", {"transactionId": running.id if running and running.id else 99})
        elif what < 4:
            self.ask("ChangeAvailability", {"connectorId": zero, "type": chance.one("Operative", "Inoperative")})
        elif what < 6:
            request = {"connectorId": zero, "idTag": chance.one("A", "C"), "reservationId": chance.below(2)}
            request["expiryDate"] = to_text(bench.clock.now() + 30)
            self.ask("ReserveNow", request)
        elif what == 6:
            self.ask("CancelReservation", {"reservationId": chance.below(2)})
        elif what == 7:
            self.ask("UnlockConnector", {"connectorId": at})
        elif what == 8:
            # The station keeps the current back, or gives it again.
            slots = bench.evses[at - 1].limits
            slots["load"] = 0 if slots.get("load") else 16000
        else:
            for connector in bench.station.connectors:
                connector.block(not connector.blocked)

    def _network(self, what):
        bench = self.bench
        if what == 17:
            if self.online:
                bench.drop()
            else:
                bench.connect()
                self.seen = [None] * 3
            self.online = not self.online
        elif what == 18:
            # The central system never answers this message, or does again; or says no to every start.
            if self.chance.below(3):
                self.silent = not self.silent
            elif bench.central.answers.pop("StartTransaction", None) is None:
                bench.central.answers["StartTransaction"] = {"transactionId": 7, "idTagInfo": {"status": "Invalid"}}
        elif self.chance.below(3) == 0 and not self.site:
            self.bench = bench.cut(config=self.config)
            self.bench.connect()
            self.seen = [None] * 3
            self.online = True

    def end(self):
        """Everything is well again: in the end the central system knows what is."""
        self.silent = False
        for evse in self.bench.evses:
            evse.lock_sticks = False
        if not self.online:
            self.bench.connect()
            self.seen = [None] * 3
        for _ in range(40):
            for _ in range(6):
                self.run(30000)
            notifier = self.bench.station.notifier
            current = [notifier.current(at)[0] for at in range(len(self.bench.evses) + 1)]
            if current == self.known[: len(current)]:
                break
        else:
            raise AssertionError((self.known, current))
        for connector in self.bench.station.connectors:
            # The bolt is in where there is a reason, and nowhere else.
            reason = connector.transaction or connector.bolt.kept or (connector.claim and connector.evse.connected)
            assert connector.evse.locked == bool(reason and connector.evse.has_lock), connector.id


def test_random_walks_tell_only_what_the_table_has():
    pairs = []
    told = 0
    for seed in range(WALKS):
        walk = Walk(seed)
        try:
            for _ in range(STEPS):
                walk.step()
            walk.end()
        except AssertionError as error:
            raise AssertionError("walk %d: %r" % (seed, error)) from error
        told += walk.told
        for pair in walk.pairs:
            if pair not in pairs:
                pairs.append(pair)
    print("transitions: %d walks of %d steps, %d statuses, %d kinds of change" % (WALKS, STEPS, told, len(pairs)))
    assert len(pairs) > 30


def test_random_walks_on_real_drivers():
    told = 0
    for seed in range(200, 204):
        walk = Walk(seed, Site())
        try:
            for _ in range(50):
                walk.step()
        except AssertionError as error:
            raise AssertionError("walk %d: %r" % (seed, error)) from error
        told += walk.told
    print("transitions: 4 walks of 50 steps on real drivers, %d statuses" % told)


class Watched:
    """Looks on while a station makes its steps: before the time that it has named, and with nothing happening, a step
    changes nothing."""

    def __init__(self, bench):
        self.station = bench.station
        self.evses = bench.evses
        self.early = 0  # steps before their time
        self._due = None
        self._facts = self._left = None
        self._step = bench.station.step
        bench.station.step = self.step
        bench.station.step_most_ms = 10**6

    def facts(self):
        """What hardware tells."""
        found = [self.station.clock.now() is None, self.station.authorization.online]
        for evse in self.evses:
            found += [evse.connected, evse.wants, evse.odd, evse.fault, evse.lock_sticks, evse.locked]
            found += [evse.offered_ma, evse.contactor_closed, min(evse.limits.values())]
        return found

    def state(self):
        """What a station has made of it."""
        station = self.station
        found = [len(station.notifier._events), len(station.outbox)]
        for connector in station.connectors:
            bolt, claim = connector.bolt, connector.claim
            running = connector.transaction
            found += [connector.finished, connector.vehicle_left, connector.waited_out, claim and claim.id_tag]
            found += [running and running.number, connector.ending is None, connector.reservation is None]
            found += [bolt.failed, bolt.kept, bolt.owner is None, bolt._sent, connector.blocked]
            found += [connector.operative, connector.scheduled]
            found.append(station.notifier.current(connector.id))
        return found

    def step(self):
        now = self.station.clock.uptime()
        quiet = self._due is not None and now < self._due and self.facts() == self._facts
        quiet = quiet and self.state() == self._left
        before = self.facts()
        wait_ms = self._step()
        self._facts, state = self.facts(), self.state()
        if self._facts != before:
            wait_ms = 0  # hardware has obeyed: real hardware says so, and the next step is at once
        if quiet:
            self.early += 1
            assert self._facts == before, (now, self._due, before, self._facts)
            assert state == self._left, (now, self._due, self._left, state)
        self._left = state
        self._due = now + wait_ms
        return wait_ms


def test_nothing_happens_before_it_is_due():
    early = 0
    for seed in range(100, 112):
        walk = Walk(seed)
        bench = None
        for _ in range(STEPS):
            if walk.bench is not bench:
                bench = walk.bench
                watched = Watched(bench)
            before = watched.early
            try:
                walk.step()
            except AssertionError as error:
                raise AssertionError("walk %d: %r" % (seed, error)) from error
            early += watched.early - before
    print("transitions: %d steps before anything was due changed nothing" % early)
    assert early > 1000
