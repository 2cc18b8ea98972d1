"""Physics: real drivers over the simulated world. What is billed is what has flowed, to the Wh, whatever vehicles,
meters, locks and faults do; energy is read when it can't change any more.
"""

import sys

import world
from fakes.chance import Chance
from fakes.metered import bench_with, billed, start, until

# A contactor that is slow to open: what flows meanwhile is billed too.
SLOW_MS = 95

# What a session may meet: until it has been offered nothing for so many ms a vehicle draws, most of them all that they
# can (None: until it is switched off); how it ends; whether the bolt jams then; for how long the meter has nothing to
# say then, in ms (None: until the end is recorded without it).
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
        site.vehicle.obeys = chance.below(4) == 0
        site.vehicle.max_ma = chance.of((6000, 32000, 32000, 32000))
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


def slowly(work):
    """What work() gives with contactors that are slow."""
    ms, world._CONTACTOR_MS = world._CONTACTOR_MS, SLOW_MS
    try:
        return work()
    finally:
        world._CONTACTOR_MS = ms


def test_what_is_billed_is_what_has_flowed():
    slowly(_all)


def _all():
    chance = Chance(12)
    count = energy = 0
    found = stations(chance)
    for kind, sessions in found[:: 1 if sys.implementation.name == "cpython" else 7]:
        bills = live(kind, sessions, chance)
        count += len(bills)
        energy += sum(bills)
    print("physics: %d sessions of %d, %d Wh" % (count, sum([len(sessions) for _, sessions in found]), energy))
    assert energy > 20 * count


def test_who_comes_at_once_pays_for_nothing_of_the_one_before():
    slowly(_at_once)


def _at_once():
    for kind in MUTE:
        for leaves in LEAVES:
            bench, site, bus = bench_with(kind)
            site.vehicle.leaves_ms = leaves
            site.vehicle.obeys = False
            start(bench, site, "ONE")
            bench.run(5000)
            if bus:
                bus.silent_until = site.clock.uptime() + 3000
            bench.swipe("ONE")
            bench.swipe("TWO")
            until(bench, lambda: len(bench.central.all("StartTransaction")) > 1, 20000)  # noqa: B023
            (first,) = billed(bench, 1)
            assert first == site.point.count, (kind, leaves, first, site.point.count)
            until(bench, lambda: site.point.closed, 20000)  # noqa: B023
            bench.run(5000)
            bench.swipe("TWO")
            until(bench, lambda: len(bench.central.all("StopTransaction")) > 1, 20000)  # noqa: B023
            assert sum(billed(bench)) == site.point.count, (kind, leaves, billed(bench), site.point.count)


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
