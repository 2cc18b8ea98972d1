"""Times: what a transaction's stamps are when the clock jumps, is not known, or the power fails."""

from chargelet.base.timestamp import from_text, to_text
from fakes.bench import BOARD, Bench

NOON = 848491200
ENERGY = "Energy.Active.Import.Register"


def stamps(bench, *actions):
    """Seconds since 2000 of these messages, in order."""
    found = []
    for action, payload in bench.central.sent:
        if action in (actions or ("StartTransaction", "MeterValues", "StopTransaction")):
            found.append(from_text(payload.get("timestamp") or payload["meterValue"][0]["timestamp"]))
    return found


def tell(bench, text):
    """The central system's clock says this from now on, and the station hears it."""
    since = bench.clock.uptime()
    bench.central.answers["Heartbeat"] = lambda _: {
        "currentTime": to_text(from_text(text) + (bench.clock.uptime() - since) // 1000) if text[19] == "Z" else text
    }
    bench.station.registration.ask_soon()
    bench.run(200)


def test_a_power_cut_ends_a_transaction_when_it_was_last_known_to_run():
    for interval, outage, off_by in ((60, 40, 60), (10, 8 * 3600, 10), (0, 8 * 3600, 300)):
        bench = Bench(config={"MeterValueSampleInterval": interval}).charging()
        bench.central.clock = bench.clock
        for _ in range(1000):
            bench.evse.meter.wh += 3
            bench.run(1000, 500)
        failed = bench.clock.now()
        bench.clock.advance(outage * 1000)
        after = bench.cut()
        after.central.clock = after.clock
        after.connect()
        after.run(2000)
        stop = after.central.all("StopTransaction")[0]
        assert stop["reason"] == "PowerLoss"
        assert 0 <= failed - from_text(stop["timestamp"]) <= off_by, (interval, failed, stop)
        assert stamps(after) == sorted(stamps(after))


def test_a_vehicle_that_draws_nothing_is_known_to_run_too():
    bench = Bench(config={"MeterValueSampleInterval": 0}).charging()
    bench.central.clock = bench.clock
    bench.run(4000000, 5000)
    failed = bench.clock.now()
    after = bench.cut()
    after.connect()
    after.run(2000)
    assert 0 <= failed - from_text(after.central.all("StopTransaction")[0]["timestamp"]) <= 360


def test_the_clock_may_be_set_in_mid_session_in_any_direction():
    for jump in (3600, -3600, 4, -4, -86400 * 400, 86400):
        config = {"MeterValueSampleInterval": 60, "ClockAlignedDataInterval": 300, "StopTxnSampledData": ENERGY}
        bench = Bench(config=config).charging()
        bench.run(90000, 500)
        tell(bench, to_text(bench.clock.now() + jump))
        bench.run(510000, 500)
        bench.swipe()
        bench.run(1000)
        assert abs(bench.clock.now() - NOON - 602 - jump) <= 2
        # What came after the end is of no transaction, and in the time that the clock has now.
        bench.central.sent = [one for one in bench.central.sent if one[0] != "MeterValues" or "transactionId" in one[1]]
        told = stamps(bench)
        assert told == sorted(told) and 599 <= told[-1] - told[0] <= 602, (jump, told)
        data = bench.central.all("StopTransaction")[0]["transactionData"]
        own = [from_text(value["timestamp"]) for value in data]
        assert own == sorted(own) and own[0] == told[0] and own[-1] == told[-1]
        assert {later - earlier for earlier, later in zip(own[1:-2], own[2:-1])} <= {59, 60, 61}
        # The next one is in the time that the clock has now.
        bench.swipe("NEXT")
        bench.run(1000)
        assert abs(stamps(bench, "StartTransaction")[-1] - bench.clock.now()) <= 2


def test_an_aligned_value_goes_out_once_and_not_before_its_time():
    for back in (1, 4, 59, 3600):
        bench = Bench(config={"ClockAlignedDataInterval": 60})
        bench.run(121000, 100)
        tell(bench, to_text(bench.clock.now() - back))
        bench.run(200000, 100)
        told = stamps(bench, "MeterValues")
        assert told == sorted(set(told)) and all([stamp % 60 == 0 for stamp in told]), (back, told)
    # Half a second before the boundary is before it.
    bench = Bench(config={"ClockAlignedDataInterval": 60})
    tell(bench, "2026-11-20T15:59:58.500Z")
    bench.run(1250, 50)
    assert stamps(bench, "MeterValues") == []
    bench.run(300, 50)
    assert [to_text(stamp) for stamp in stamps(bench, "MeterValues")] == ["2026-11-20T16:00:00Z"]


def test_fractions_of_a_second_count_on_both_sides():
    bench = Bench(now=None, online=False)
    bench.central.answers["BootNotification"] = {
        "status": "Accepted", "currentTime": "2026-11-20T12:00:00.900Z", "interval": 300,
    }  # fmt: skip
    bench.clock.advance(700)
    bench.connect()
    bench.turn()
    heard = bench.clock.uptime()
    for ms, now in ((0, 0), (99, 0), (100, 1), (1099, 1), (1100, 2)):
        bench.clock.advance(heard + ms - bench.clock.uptime())
        assert bench.clock.now() == NOON + now, ms


def test_answers_that_are_slow_or_rounded_do_not_move_a_clock_that_is_right():
    bench = Bench()
    true = [bench.clock.uptime()]
    bench.central.answers["Heartbeat"] = lambda _: {
        "currentTime": to_text(NOON + 1000 + (bench.clock.uptime() - true[0]) // 1000)
    }
    for at in range(40):
        bench.delay = (0, 700, 3000, 150)[at % 4]
        bench.station.registration.ask_soon()
        bench.run(7300, 100)
        real = NOON * 1000 + 1000000 + bench.clock.uptime() - true[0]
        late = real - bench.clock.now() * 1000
        assert 0 <= late <= (2000 if at > 2 else 5000), (at, late)


def known_before(**config):
    """A station that was accepted once, and comes back without a clock, offline."""
    first = Bench()
    config["AllowOfflineTxForUnknownId"] = True
    return Bench(storage=first.storage, records=first.records, cache=first.cache, now=None, online=False, config=config)


def test_an_hour_offline_before_the_clock_is_known_keeps_its_distances():
    for jump in (0, -7200, 7200):
        bench = known_before(MeterValueSampleInterval=600, StopTxnSampledData=ENERGY)
        bench.plug()
        bench.swipe()
        bench.run(3600000, 1000)
        bench.swipe()
        bench.central.answers["BootNotification"] = {
            "status": "Accepted", "currentTime": to_text(NOON), "interval": 300,
        }  # fmt: skip
        bench.central.answers["StartTransaction"] = None
        bench.connect()
        bench.run(500)
        # The clock changes its mind before anything is delivered: what has happened keeps its time.
        tell(bench, to_text(NOON + jump))
        del bench.central.answers["StartTransaction"]
        bench.run(120000, 500)
        told = stamps(bench)[-8:]
        assert [later - earlier for earlier, later in zip(told, told[1:])][:6] == [600] * 6, told
        assert abs(told[-1] - NOON) <= 2
        data = bench.central.all("StopTransaction")[0]["transactionData"]
        assert [from_text(value["timestamp"]) for value in data[1:-1]] == told[1:-1]


def test_a_central_system_without_a_clock_of_its_own():
    # Ours is known: what is no time at all does not change it.
    for text in ("1970-01-01T00:00:05Z", "1999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"):
        bench = Bench().charging()
        now = bench.clock.now()
        tell(bench, text)
        assert 0 <= bench.clock.now() - now <= 1
    # Ours is not: who sends the bills gets them in the time that is the nearest to theirs.
    for text, year in (("1970-01-01T00:00:05Z", "2000"), ("9999-12-31T23:59:59Z", "2100")):
        bench = known_before()
        bench.plug()
        bench.swipe()
        bench.run(60000, 1000)
        bench.swipe()
        bench.central.answers["BootNotification"] = {"status": "Accepted", "currentTime": text, "interval": 300}
        bench.connect()
        bench.run(5000)
        start, stop = stamps(bench, "StartTransaction", "StopTransaction")
        assert 59 <= stop - start <= 61
        assert to_text(bench.clock.now())[:4] == year
        assert bench.records.names() == []


def test_a_transaction_that_goes_on_after_an_outage_never_goes_back():
    board = dict(BOARD, transaction={"resume_after_power_cut": True})
    for told in (NOON + 36000, NOON - 36000):
        config = {"MeterValueSampleInterval": 30}
        bench = Bench(board=board, config=config).charging()
        bench.run(95000, 1000)
        bench.drop()
        after = Bench(
            1, True, bench.storage, bench.records, config, now=None, online=False, cache=bench.cache, board=board
        )
        after.evse.connected = True
        after.central = bench.central
        after.run(65000, 1000)
        after.central.answers["BootNotification"] = {
            "status": "Accepted",
            "currentTime": to_text(told),
            "interval": 300,
        }
        after.connect()
        after.run(65000, 1000)
        after.swipe()
        after.run(1000)
        times = stamps(after)
        assert times == sorted(times), times
        # Before the outage and after it distances are true; across it, where the central system's clock allows.
        assert 129 <= times[-1] - times[4] <= 132, times
        assert times[-1] - times[0] >= (35000 if told > NOON else 220), times


def test_a_register_that_has_never_counted_is_not_taken_for_a_session_s():
    bench = Bench().charging()
    assert bench.central.all("StartTransaction")[0]["meterStart"] == 1
    again = Bench(storage=bench.storage, records=bench.records)
    assert again.evse.meter.wh == 1


def test_an_aligned_value_has_the_time_of_its_moment_however_late_it_is_taken():
    for step in (50, 700, 3000, 7000):
        bench = Bench(config={"ClockAlignedDataInterval": 60, "MeterValueSampleInterval": 0})
        bench.central.clock = bench.clock
        for charging in (False, True):
            if charging:
                bench.charging()
            del bench.central.sent[:]
            bench.run(600000, step)
            stamps = [values["meterValue"][0]["timestamp"] for values in bench.central.all("MeterValues")]
            assert len(stamps) in (9, 10) and {stamp[-3:] for stamp in stamps} == {"00Z"}, (step, charging, stamps)
