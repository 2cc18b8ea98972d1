"""The charge log: sessions of which the time was not known are dated once it is, wherever the power is cut."""

from chargelet.station import charge_log
from fakes.bench import Bench
from fakes.charge_log import NOON, log, session, tell_the_time, unknown
from fakes.storage import PowerCut


def test_times_are_mended_when_the_clock_becomes_known():
    bench = unknown(Bench())
    began = bench.clock.uptime() // 1000
    session(bench)
    (fields,) = log(bench)
    assert fields[2] < 0 and fields[3] < 0 and charge_log.unmended(bench.storage)
    tell_the_time(bench, NOON + 1000)
    zero = NOON + 1000 - bench.clock.uptime() // 1000 + 3
    (fields,) = log(bench)
    assert abs(fields[2] - zero - began) <= 2 and 58 <= fields[3] - fields[2] <= 62
    assert not charge_log.unmended(bench.storage)


def test_a_session_that_began_without_a_clock_and_ended_with_one():
    bench = unknown(Bench())
    bench.plug()
    bench.swipe()
    bench.run(10000, 1000)
    tell_the_time(bench, NOON + 1000)
    bench.swipe()
    bench.run(3000)
    (fields,) = log(bench)
    assert NOON + 980 < fields[2] < fields[3] <= NOON + 1010 and not charge_log.unmended(bench.storage)


def test_times_are_mended_over_boots_that_never_knew_also_when_nothing_waits_to_be_told():
    bench = unknown(Bench())
    for _ in range(3):
        session(bench)
        while len(bench.station.outbox):  # as a station that stands alone gives its oldest records up
            record = bench.station.outbox.oldest()
            if record[0] == "S":
                bench.station.outbox.started(record, -1)
            else:
                bench.station.outbox.delivered(record)
        bench = unknown(bench)
    tell_the_time(bench, NOON + 5000)
    times = [stamp for fields in log(bench) for stamp in fields[2:4]]
    assert times == sorted(times) and 0 < NOON < times[0] and times[-1] <= NOON + 5000, times
    assert [late - early for early, late in zip(times[::2], times[1::2]) if not 58 <= late - early <= 62] == []


def test_the_power_is_cut_while_times_are_mended():
    def written():
        bench = unknown(Bench())
        for _ in range(7):
            session(bench, ms=2000)
        return bench

    whole = written()
    tell_the_time(whole, NOON + 5000)
    wanted = log(whole)
    assert len(wanted) == 7 and min([fields[2] for fields in wanted]) > NOON
    cut = 0
    while True:
        bench = written()
        bench.storage.cut(cut)
        try:
            tell_the_time(bench, NOON + 5000)
            done = True
        except PowerCut:
            done = False
        bench.storage.cut(10**6)
        after = unknown(bench)
        tell_the_time(after, NOON + 9000)
        found = log(after)
        # What was settled stays; what was not is settled by the later boot, in the same order.
        assert [fields[4:8] for fields in found] == [fields[4:8] for fields in wanted], cut
        times = [stamp for fields in found for stamp in fields[2:4]]
        assert times == sorted(times) and times[0] > NOON, (cut, times)
        assert not charge_log.unmended(after.storage)
        names = [name for name in after.storage.values if name.startswith("sessions/")]
        assert names == ["sessions/000001"], names
        if done:
            return
        cut += 1
