"""A random walk: drivers, an operator, the hardware and the network do whatever they can to a station, in any order."""

from chargelet.base.timestamp import to_text
from fakes.bench import Bench
from fakes.chance import Chance
from fakes.transitions import ALLOWED, WARNED


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
            bench.station.swipe(chance.of(("A", "A", "B", "C", "X")), chance.of((None, at)))
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
        self.run(chance.of((50, 200, 1000, 3000, 8000, 25000)))

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
        zero = chance.of((0, at))
        if what == 0:
            self.ask("RemoteStartTransaction", {"idTag": "C", "connectorId": at})
        elif what == 1:
            running = bench.station.connectors[at - 1].transaction
            self.ask("RemoteStopTransaction", {"transactionId": running.id if running and running.id else 99})
        elif what < 4:
            self.ask("ChangeAvailability", {"connectorId": zero, "type": chance.of(("Operative", "Inoperative"))})
        elif what < 6:
            request = {"connectorId": zero, "idTag": chance.of(("A", "C")), "reservationId": chance.below(2)}
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
