"""Tells a story of a station once for each place at which there may be no memory, and says what is to hold after it."""

import gc

from chargelet.base import heap, loading

from .refused import Flash, Places, Refused
from .thinned import each

# Each so many-th place is tried.
_STRIDE = each(7 if hasattr(gc, "mem_free") else 2)


def in_order(bench, short):
    """What holds of a station at which nobody charges any more, when all has been told."""
    bench.run(30000, 1000)
    station, central = bench.station, bench.central
    for connector in station.connectors:
        assert not connector.transaction and not connector.ending and not connector.claim, connector.id
        assert not connector.evse.contactor_closed and not connector.evse.offered_ma
        assert central.statuses(connector.id)[-1] == bench.status(connector.id), bench.status(connector.id)
    assert len(station.outbox) == 0 and not station.outbox.sidecar.aside and not station.outbox.sidecar.damaged
    assert not bench.endpoint.busy and not station.authorization.waiting and not station.outbox.busy
    assert not bench.records.values, list(bench.records.values)


def bills(bench, short, expected):
    """`expected`: for each session (connector, meterStart, meterStop, reason or None)."""
    starts, stops = bench.central.all("StartTransaction"), bench.central.all("StopTransaction")
    if short.lost:  # as after a lost connection, what was not answered for all that is known is said again
        starts = [one for at, one in enumerate(starts) if one not in starts[:at]]
        stops = [one for at, one in enumerate(stops) if one not in stops[:at]]
    found = sorted([(one["connectorId"], one["meterStart"]) for one in starts])
    assert found == sorted([row[:2] for row in expected]), starts
    found = sorted([one["meterStop"] for one in stops])
    assert found == sorted([row[2] for row in expected]), stops
    reasons = [row[3] for row in expected if row[3]]
    if reasons:
        assert sorted([one.get("reason", "Local") for one in stops]) == sorted(reasons), stops
    numbers = [one["transactionId"] for one in stops]
    assert len(set(numbers)) == len(numbers) and min(numbers) > 0, stops


def works(bench):
    """Another session, as if nothing had happened."""
    bench.end()
    before = len(bench.central.all("StopTransaction"))
    for connector in bench.station.connectors:
        bench.unplug(connector.id)
        bench.run(3000, 100)
        bench.plug(connector.id)
        bench.swipe("OTHER", connector.id)
        bench.run(1000)
        assert bench.status(connector.id) == "Charging", (connector.id, bench.status(connector.id), bench.lines)
        bench.swipe("OTHER", connector.id)
        bench.unplug(connector.id)
        bench.run(3000, 100)
    assert len(bench.central.all("StopTransaction")) == before + len(bench.station.connectors)


def new(**changes):
    """A station with two connectors that has been accepted."""
    return Refused(2, storage=Flash(), records=Flash(), cache=Flash(), **changes)


def sweep(story, least):
    """The story with no memory at each of its places, which are at least so many."""
    at, total = 0, _told(story, 0)
    assert total >= least, total
    while at < total:
        at += _STRIDE
        try:
            _told(story, at)
        except Exception:
            print("at %d of %d" % (at, total))
            raise


def _told(story, at) -> int:
    """The story with no memory at its `at`-th place; how many it has."""
    short = Places(at)
    real_need, real_seldom = heap.need, loading.seldom

    def seldom(name):
        real_seldom(name)
        short.pass_by("load " + name)

    heap.need, loading.seldom = lambda: short.pass_by("need"), seldom
    try:
        story(short)
    except Exception:
        print("no memory for: %s" % short.what)
        raise
    finally:
        heap.need, loading.seldom = real_need, real_seldom
        loading.sweep()
    return short.count


# What people do.


def begun(bench, connector_id, tag="CARD"):
    connector = bench.station.connector(connector_id)
    bench.evses[connector_id - 1].connected = True
    bench.run(500, 100)
    for _ in range(3):
        if not connector.transaction:
            bench.card(tag, connector_id)
    assert connector.transaction, (connector_id, bench.lines)
    bench.evses[connector_id - 1].meter.wh += 1000 * connector_id


def ended(bench, connector_id, tag="CARD"):
    connector = bench.station.connector(connector_id)
    bench.card(tag, connector_id)
    for _ in range(3):
        if connector.transaction:
            bench.card(tag, connector_id)
    bench.evses[connector_id - 1].connected = False
    bench.run(3000, 100)


def both(bench):
    begun(bench, 1, "ONE")
    begun(bench, 2, "TWO")


def stopped(bench, number, connector):
    bench.say("RemoteStopTransaction", {"transactionId": number}, lambda: not connector.transaction)
