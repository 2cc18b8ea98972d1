"""Every status that is told may follow the one told before: the table of OCPP 1.6 §4.9 against random walks.

Drivers, an operator, the hardware and the network do whatever they can, in any order. After a boot and after a
reconnection the present status is told, whatever it was before (§4.9, rule 1; errata 3.22): a sequence begins anew.
"""

from chargelet.station.status import Notifier, between
from fakes.bench import Bench
from fakes.charging_profiles import install, profile
from fakes.clock import FakeClock
from fakes.site import Site
from fakes.transitions import NAMES, allowed
from fakes.walk import Walk

WALKS = 20
STEPS = 80


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


def test_while_the_cable_of_a_vehicle_that_comes_back_is_looked_at_the_station_does_not_suspend():
    for limited, wanted in ((False, "Charging"), (True, "SuspendedEVSE")):
        site = Site()
        bench = Bench(site=site, config={"StopTransactionOnEVSideDisconnect": False})
        site.vehicle.plug()
        bench.run(1000)
        bench.swipe("A")
        bench.run(5000)
        if limited:
            assert install(bench, 1, profile(1, "TxProfile", [(0, 0)], kind="Relative")) == "Accepted"
            bench.run(5000)
        site.vehicle.unplug()
        bench.run(10000)
        before = len(bench.central.statuses())
        site.vehicle.plug()
        bench.run(8000)
        assert bench.central.statuses()[before - 1 :] == ["SuspendedEV", "SuspendedEV", wanted]
