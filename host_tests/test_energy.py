"""Physics: real drivers over the simulated world. What is billed is what has flowed, to the Wh, whatever vehicles,
meters, locks and faults do; energy is read when it can't change any more.
"""

import sys

from chargelet.hardware.modbus import ModbusError
from chargelet.hardware.modbus_meter import ModbusMeter
from chargelet.hardware.modbus_models import sdm230
from fakes.bench import Bench
from fakes.chance import Chance
from fakes.clock import run
from fakes.site import BY_INTERRUPT, CONNECTOR, Site

CONFIG = {"MeterValueSampleInterval": 0, "ConnectionTimeOut": 120}


class Bus:
    """A Modbus line with an SDM230 that has counted `before` Wh and what flows in this place; it may say nothing."""

    def __init__(self, point, before, clock):
        self.point = point
        self.before = before
        self.clock = clock
        self.silent = False
        self.silent_until = 0  # uptime in ms

    async def read(self, address, function, register, count):
        if self.silent or self.clock.uptime() < self.silent_until:
            raise ModbusError("no answer")
        if register != 0x48:
            return bytes(4)
        # A float of 32 bits, made of whole numbers.
        wh = self.before + self.point.count
        bits = exponent = 0
        while wh >> exponent + 1:
            exponent += 1
        bits = (exponent + 127 << 23) | (((wh << 23) >> exponent) & 0x7FFFFF)
        return bits.to_bytes(4, "big")


class WholeWh(ModbusMeter):
    """Its register is in Wh here, so that no digit is lost."""

    def __init__(self, bus, clock, log):
        ModbusMeter.__init__(self, bus, clock, log, sdm230.FUNCTION, sdm230.REGISTERS, 1)
        self._rows = tuple([row[:3] + (1, 1) if row[0][0] == "E" else row for row in self._rows])
        self._clock = clock
        self._next = 0

    def step(self, now, flowing):
        """Asked once a second, as the line's task does."""
        if self._clock.uptime() >= self._next:
            self._next = self._clock.uptime() + 1000
            run(self._clock, self.refresh())


def bench_with(kind, before=5000):
    """A bench over real drivers; (bench, bus or None)."""
    site = Site(meter=BY_INTERRUPT if kind == "interrupt" else CONNECTOR["meter"])
    bus = None
    if kind == "modbus":
        bus = Bus(site.point, before, site.clock)
        site.evse.meter = WholeWh(bus, site.clock, site.lines)
    bench = Bench(site=site, config=CONFIG)
    stop = bench.station.outbox.stop

    def watched(*record):
        assert not site.point.closed, "recorded while energy may flow"
        stop(*record)

    bench.station.outbox.stop = watched
    return bench, site, bus


def until(bench, condition, ms):
    while not condition():
        assert ms > 0, (bench.status(), bench.lines)
        bench.run(100)
        ms -= 100


def start(bench, site, tag):
    """A vehicle is plugged in, and current flows."""
    site.vehicle.plug()
    bench.run(400)
    bench.swipe(tag)
    until(bench, lambda: site.point.closed, 45000)


def billed(bench):
    """What each transaction is billed, once each starts where the one before has stopped."""
    starts = [payload["meterStart"] for payload in bench.central.all("StartTransaction")]
    stops = [payload["meterStop"] for payload in bench.central.all("StopTransaction")]
    assert len(starts) == len(stops) and starts[1:] == stops[:-1], (starts, stops)
    return [stop - start for start, stop in zip(starts, stops)]


# What a session may meet: until it has been offered nothing for so many ms a vehicle draws (None: until it is switched
# off); how it ends; whether the bolt jams then; for how long the meter has nothing to say then, in ms (None: until the
# end is recorded without it).
LEAVES = (100, 1000, 2900, None)
ENDS = ("card", "remote", "cable", "unlock", "fault", "fault and cable")
LATCHED = "latched fault and cable"
MUTE = {"counter": (0,), "interrupt": (0,), "modbus": (0, 3000, None)}


def stations(chance):
    """(kind of meter, its sessions (leaves, end, jams, mute)), until each combination has been met once. What a latched
    fault ends is the last one of its station, and no next one could say what a mute meter has kept back."""
    found = []
    for kind, mutes in MUTE.items():
        sessions = [(leaves, end, jams, mute) for leaves in LEAVES for end in ENDS for jams in (0, 1) for mute in mutes]
        lasts = [
            (leaves, LATCHED, jams, mute) for leaves in LEAVES for jams in (0, 1) for mute in mutes if mute is not None
        ]
        for row in range(len(sessions) - 1, 0, -1):
            other = chance.below(row + 1)
            sessions[row], sessions[other] = sessions[other], sessions[row]
        for at, last in enumerate(lasts):
            found.append((kind, sessions[at :: len(lasts)] + [last]))
    return found


def end(bench, site, how, tag, chance):
    """End a session so; a fault stays."""
    if how == "card":
        bench.swipe(tag)
    elif how == "remote":
        running = bench.station.connectors[0].transaction.id
        assert bench.ask("RemoteStopTransaction", {"transactionId": running}) == {"status": "Accepted"}
    elif how == "cable":
        site.vehicle.unplug()
    elif how == "unlock":
        bench.ask("UnlockConnector", {"connectorId": 1})
    else:
        if how == LATCHED:
            bench.evse.latch(("GroundFailure", "ResidualCurrent"))
        else:
            bench.evse.set_fault("GroundFailure")
        bench.run(chance.of((20, 40, 700, 3000)))
        assert (bench.evse.meter.power_w(), bench.evse.meter.current_ma()) == (0, 0)
        if how == "fault":
            bench.swipe(tag)
        else:
            site.vehicle.unplug()


def live(kind, sessions, chance):
    """One station's sessions; what they were billed."""
    bench, site, bus = bench_with(kind)
    for number, (leaves, how, jams, mute) in enumerate(sessions):
        case = kind, leaves, how, jams, mute
        site.vehicle.leaves_ms = leaves
        site.vehicle.max_ma = chance.of((6000, 16000, 32000))
        start(bench, site, "CARD%d" % number)
        bench.run(chance.of((1000, 3000, 7000, 11000, 23000)))
        site.point.bolt_sticks = bool(jams)
        if mute:
            bus.silent_until = site.clock.uptime() + mute
        elif mute is None:
            bus.silent = True
        end(bench, site, how, "CARD%d" % number, chance)
        until(bench, lambda: len(bench.central.all("StopTransaction")) > number, 15000)  # noqa: B023
        if mute is None:
            bus.silent = False
        else:
            assert sum(billed(bench)) == site.point.count, (case, billed(bench), site.point.count)
        if how == LATCHED:
            assert bench.status() == "Faulted", case
            assert bench.central.all("StopTransaction")[number]["reason"] == "EVDisconnected", case
            break
        bench.evse.set_fault(None)
        site.vehicle.unplug()
        site.point.bolt_sticks = False
        until(bench, lambda: not bench.station.connectors[0].finished and bench.status() == "Available", 75000)
    return billed(bench)


def test_what_is_billed_is_what_has_flowed():
    chance = Chance(12)
    count = energy = 0
    found = stations(chance)
    for kind, sessions in found[:: 1 if sys.implementation.name == "cpython" else 7]:
        bills = live(kind, sessions, chance)
        count += len(bills)
        energy += sum(bills)
    print("physics: %d sessions of %d, %d Wh" % (count, sum([len(sessions) for _, sessions in found]), energy))
    assert energy > 20 * count


def test_no_transaction_starts_before_its_meter_has_been_heard():
    bench, site, bus = bench_with("modbus", 1234500)
    bus.silent = True
    site.evse.meter._values = {}
    site.vehicle.plug()
    bench.run(400)
    bench.swipe()
    bench.run(5000)
    assert bench.central.all("StartTransaction") == [] and bench.status() == "Preparing"
    assert any(["nothing starts before its meter" in line for line in bench.lines])
    bus.silent = False
    until(bench, lambda: site.point.closed, 5000)
    (started,) = bench.central.all("StartTransaction")
    assert started["meterStart"] == 1234500
    del bench, site, bus
    # And who waits for one that never speaks waits no longer than for a vehicle.
    bench, site, bus = bench_with("modbus")
    bus.silent = True
    site.evse.meter._values = {}
    site.vehicle.plug()
    bench.run(400)
    bench.swipe()
    bench.run(125000)
    assert bench.station.connectors[0].claim is None and bench.central.all("StartTransaction") == []


def test_a_meter_or_a_contactor_that_never_comes_to_rest_is_not_waited_for_for_ever():
    bench, site, bus = bench_with("modbus")
    start(bench, site, "CARD")
    bench.run(5000)
    bus.silent = True
    bench.swipe()
    until(bench, lambda: bench.central.all("StopTransaction"), 13000)
    assert any(["ends all the same" in line for line in bench.lines])
    # What it had not said yet is the next one's: nothing is lost.
    bus.silent = False
    site.vehicle.unplug()
    bench.run(5000)
    start(bench, site, "NEXT")
    bench.swipe("NEXT")
    until(bench, lambda: len(bench.central.all("StopTransaction")) == 2, 13000)
    assert sum(billed(bench)) == site.point.count
    del bench, site, bus
    bench, site, _ = bench_with("counter")
    start(bench, site, "CARD")
    site.point.welded = True
    site.point.closed = True
    bench.station.outbox.stop = lambda *record: bench.central.sent.append(("recorded", record[3]))
    bench.swipe()
    until(bench, lambda: bench.central.all("recorded"), 13000)
    assert bench.status() == "Faulted"
