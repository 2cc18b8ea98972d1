"""Times from before the clock was known are corrected once it is, also over power cuts."""

from chargelet.base.timestamp import from_text, to_text
from fakes.bench import Bench


def unknown(bench):
    """The power fails, and the station that comes back knows no time."""
    return Bench(
        1, True, bench.storage, bench.records, {"AllowOfflineTxForUnknownId": True}, now=None, online=False,
        cache=bench.cache,
    )  # fmt: skip


NOON = 848491200


def session(bench):
    """A minute of charging, offline; returns seconds of uptime at its start."""
    bench.plug()
    bench.swipe()
    began = bench.clock.uptime() // 1000
    bench.run(60000, 1000)
    bench.swipe()
    bench.unplug()
    bench.run(3000)
    return began


def told_times(bench):
    """(action, seconds) of all starts and stops."""
    return [
        (name, from_text(payload["timestamp"]))
        for name, payload in bench.central.sent
        if name in ("StartTransaction", "StopTransaction")
    ]


def test_times_of_the_same_boot_are_corrected():
    station = unknown(Bench())
    began = session(station)
    station.central.answers["BootNotification"] = {
        "status": "Accepted", "currentTime": to_text(NOON + 1000), "interval": 300,
    }  # fmt: skip
    start = NOON + 1000 - station.clock.uptime() // 1000 + began
    station.connect()
    station.run(3000)
    times = told_times(station)
    assert abs(times[0][1] - start) <= 1 and abs(times[1][1] - start - 60) <= 1


def test_times_go_on_through_boots_that_never_knew():
    first = unknown(Bench())
    session(first)
    second = unknown(first)
    session(second)
    second.central.answers["BootNotification"] = {
        "status": "Accepted", "currentTime": to_text(NOON + 5000), "interval": 300,
    }  # fmt: skip
    second.connect()
    second.run(5000)
    times = [seconds for _, seconds in told_times(second)]
    assert len(times) == 4 and times == sorted(times) and times[-1] <= NOON + 5000
    assert 59 <= times[1] - times[0] <= 61 and 59 <= times[3] - times[2] <= 61


def test_a_clock_that_became_known_is_remembered_for_what_waits():
    first = unknown(Bench())
    began = session(first)
    first.central.answers["BootNotification"] = {
        "status": "Accepted", "currentTime": to_text(NOON + 1000), "interval": 300,
    }  # fmt: skip
    first.central.answers["StartTransaction"] = None
    start = NOON + 1000 - first.clock.uptime() // 1000 + began
    first.connect()
    first.run(1000)
    # A day later, with the power cut in between, and again without a clock.
    second = unknown(first)
    session(second)
    second.central.answers["BootNotification"] = {
        "status": "Accepted", "currentTime": to_text(NOON + 86400), "interval": 300,
    }  # fmt: skip
    second.connect()
    second.run(5000)
    times = [seconds for _, seconds in told_times(second)]
    assert abs(times[0] - start) <= 1 and abs(times[1] - start - 60) <= 1
    assert NOON + 86400 - 70 < times[2] < times[3] <= NOON + 86400
    assert second.storage.read("epochs") is not None
    third = unknown(second)
    assert third.storage.read("epochs") is None and third.clock.epochs == []
