"""The whole station on fake storages, with the power cut at every single change; larger heap: two stations at once."""

from fakes import ledger
from fakes.bench import Bench
from fakes.storage import PowerCut


def workload(bench):
    """Two connectors, three transactions, a connection that comes and goes, and a change of configuration."""
    bench.plug(1)
    bench.swipe("A", 1)
    bench.run(4000, 500)
    bench.evses[0].meter.wh += 150
    bench.drop()
    bench.plug(2)
    bench.run(3000, 500)
    bench.connect()
    bench.swipe("B", 2)
    bench.evses[1].meter.wh += 90
    bench.run(3000, 500)
    bench.ask("ChangeConfiguration", {"key": "HeartbeatInterval", "value": "77"})
    bench.drop()
    bench.swipe("A", 1)
    bench.run(3000, 500)
    bench.connect()
    bench.run(1000, 500)
    bench.unplug(2)
    bench.swipe("C", 1)
    bench.run(3000, 500)
    bench.swipe("C", 1)
    bench.run(2000, 500)


CONFIG = {"MeterValueSampleInterval": 2, "StopTxnSampledData": "Energy.Active.Import.Register"}


def sweep(which, half):
    """Cut the power at every change of one of the two storages; returns (cuts, messages that came twice)."""
    cuts = repeated = 0
    while True:
        bench = Bench(2, config=CONFIG)
        durable = []
        ledger.watch(bench, durable)
        getattr(bench, which).cut(cuts, half)
        try:
            workload(bench)
            done = True
        except PowerCut:
            done = False
        bench.storage.cut(10**6)
        after = ledger.reboot(bench, durable)
        del bench  # two stations at once are too much for the heap
        after.endpoint.opened()
        after.run(6000, 500)
        assert len(after.station.outbox) == 0, (cuts, after.lines)
        repeated += ledger.check(after.central, durable)
        ledger.logged(after, durable)
        leftovers = [name for name in after.records.names() if name[0] != "x"]
        assert leftovers == [], leftovers
        if done:
            return cuts, repeated
        cuts += 1
        del after


def test_the_power_is_cut_at_every_change():
    for which in ("records", "storage"):
        for half in (False, True):
            cuts, repeated = sweep(which, half)
            print("%s: %d cuts, %d messages came twice" % (which, cuts, repeated))
            assert cuts >= (30 if which == "records" else 3)
            assert repeated <= cuts
