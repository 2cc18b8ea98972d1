"""The charge log: each session that has ended, once, with the right times, through power cuts and on little flash."""

import json

from chargelet.base.timestamp import from_text, to_text
from chargelet.page import cards
from chargelet.station import charge_log, charge_sums
from fakes import ledger
from fakes.bench import Bench
from fakes.storage import PowerCut

NOON = 848491200


def log(bench):
    return list(charge_log.each(bench.storage))


def session(bench, tag="CARD", wh=250, ms=60000):
    """A session from plug to plug."""
    bench.plug()
    bench.swipe(tag)
    bench.run(ms, 1000)
    bench.evse.meter.wh += wh
    bench.swipe(tag)
    bench.unplug()
    bench.run(3000)


def unknown(bench):
    """The power fails, and the station that comes back knows no time."""
    config = {"AllowOfflineTxForUnknownId": True}
    return Bench(1, True, bench.storage, bench.records, config, now=None, online=False, cache=bench.cache)


def tell_the_time(bench, seconds):
    bench.central.answers["BootNotification"] = {
        "status": "Accepted", "currentTime": to_text(seconds), "interval": 300,
    }  # fmt: skip
    bench.connect()
    bench.run(3000)


def test_a_session_says_who_when_how_much_and_why():
    bench = Bench()
    session(bench, "ONE", 250)
    session(bench, "TWO", 9000)
    (number, connector, start, end, begin, stop, reason, tag, sequence), second = log(bench)
    told = bench.central.all("StopTransaction")[0]
    assert (connector, reason, tag, stop - begin, stop) == (1, "Local", "ONE", 250, told["meterStop"])
    assert to_text(end) == told["timestamp"] and 58 <= end - start <= 62 and sequence > number
    assert second[5] - second[4] == 9000 and second[4] == stop and second[7] == "TWO" and second[2] >= end


def test_it_costs_one_write_a_session():
    bench = Bench()
    session(bench)
    written = []
    append = bench.storage.append
    bench.storage.append = lambda name, piece: (written.append(name), append(name, piece))
    for _ in range(3):
        before = len(written), len(log(bench))
        renamed = {name for name in bench.storage.values if name.startswith("sessions/")}
        session(bench)
        assert (len(written), len(log(bench))) == (before[0] + 1, before[1] + 1)
        assert renamed == {name for name in bench.storage.values if name.startswith("sessions/")}


def test_it_is_kept_without_a_central_system_and_longer_than_the_journal():
    bench = Bench(online=False, config={"FreeVend": True})
    bench.whole.stand_alone()
    for _ in range(3):
        bench.plug()
        bench.run(5000, 500)
        bench.evse.meter.wh += 100
        bench.unplug()
        bench.run(3000)
    assert [fields[5] - fields[4] for fields in log(bench)] == [100, 100, 100]
    after = bench.cut()
    assert [fields[6] for fields in log(after)] == ["EVDisconnected"] * 3


def test_what_a_power_cut_ends_is_in_it():
    bench = Bench().charging("ONE")
    bench.evse.meter.wh += 700
    bench.run(70000, 1000)
    after = bench.cut()
    after.run(3000)
    (fields,) = log(after)
    assert fields[6] == "PowerLoss" and fields[7] == "ONE" and fields[5] - fields[4] == 700


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


def cuts(which, half):
    """Cut the power at every change of one of the two storages during two sessions: how many cuts there were."""
    cut = 0
    while True:
        bench = Bench()
        durable = []
        ledger.watch(bench, durable)
        getattr(bench, which).cut(cut, half)
        try:
            session(bench, "ONE", 100, 2000)
            session(bench, "TWO", 200, 2000)
            done = True
        except PowerCut:
            done = False
        bench.storage.cut(10**6)
        after = ledger.reboot(bench, durable)
        after.connect()
        after.run(3000, 500)
        ledger.check(after.central, durable)
        ledger.logged(after, durable)
        if done:
            return cut
        cut += 1


def test_each_session_is_in_it_once_wherever_the_power_is_cut():
    for which in ("records", "storage"):
        for half in (False, True):
            assert cuts(which, half) >= (8 if which == "records" else 5), (which, half)


def add(storage, room, number, reason="Local"):
    class Flash:
        def free(self):
            return room

    note = {"stamp": NOON + number, "tag": "04A2B3C4D5E680", "meter": number}
    ended = 1, number, note, [NOON + number, number + 5, reason], number + 1
    charge_log.add(storage, Flash(), ended, lambda at: at)


def test_it_is_bounded_and_the_oldest_go():
    storage = Bench().storage
    for number in range(1, 1600):
        add(storage, 10**6, number)
    sizes = [len(value) for name, value in storage.values.items() if name.startswith("sessions/")]
    assert len(sizes) <= 25 and max(sizes) <= 4000 and sum(sizes) > 80000
    numbers = [fields[0] for fields in charge_log.each(storage)]
    assert numbers == list(range(numbers[0], 1600)) and len(numbers) > 900
    add(storage, 10000, 1600)
    for number in range(1601, 1640):
        add(storage, 10000, number)
    numbers = [fields[0] for fields in charge_log.each(storage)]
    assert numbers[-1] == 1639 and numbers == list(range(numbers[0], 1640))


def test_a_full_flash_takes_nothing_from_the_journal_and_a_boot_makes_up_for_it():
    bench = Bench(config={"AllowOfflineTxForUnknownId": True})
    bench.drop()
    bench.plug()
    bench.swipe("ONE")
    bench.run(2000)
    bench.storage.full = True
    bench.swipe("ONE")
    bench.run(3000)
    assert log(bench) == [] and [line for line in bench.lines if line.startswith("charge log")]
    bench.storage.full = False
    after = bench.cut()
    assert [fields[7] for fields in log(after)] == ["ONE"]
    after.connect()
    after.run(3000)
    assert len(after.central.all("StopTransaction")) == 1 and len(log(after)) == 1


def failing(append, error, times):
    left = [times]

    def fail(name, piece):
        left[0] -= 1
        if left[0] >= 0:
            raise error
        append(name, piece)

    return fail


def test_what_goes_wrong_with_a_line_stops_nobody_and_is_tried_again_for_want_of_memory():
    for error, times, kept in (
        (MemoryError(), 3, 2), (MemoryError(), 10**6, 0), (OSError(5), 1, 1), (ValueError("?"), 1, 1),
        (KeyError("?"), 10**6, 0),
    ):  # fmt: skip
        bench = Bench(2)
        for connector in (1, 2):
            bench.plug(connector)
            bench.swipe("CARD%d" % connector, connector)
        bench.storage.append = failing(bench.storage.append, error, times)
        for connector in (1, 2):
            bench.station.swipe("CARD%d" % connector, connector)
        bench.run(5000)
        assert len(bench.central.all("StopTransaction")) == 2, repr(error)
        assert len(log(bench)) == kept, (repr(error), len(log(bench)))
        assert not bench.station.outbox.busy and len(bench.station.outbox) == 0


def test_a_damaged_line_costs_itself_only():
    bench = Bench()
    for tag in ("ONE", "TWO", "THREE"):
        session(bench, tag, ms=2000)
    (name,) = [name for name in bench.storage.values if name.startswith("sessions/")]
    whole = bench.storage.values[name]
    for at in range(0, len(whole), 3):
        bench.storage.values[name] = whole[:at] + b"\x00" + whole[at + 1 :]
        left = [fields[7] for fields in log(bench)]
        assert len(left) >= 1 and [tag for tag in ("ONE", "TWO", "THREE") if tag in left] == left, (at, left)
    bench.storage.values[name] = whole[:-5]  # a laptop's file system may tear
    session(bench, "FOUR", ms=2000)
    assert [fields[7] for fields in log(bench)] == ["ONE", "TWO", "FOUR"]


def test_numbers_do_not_come_again_while_the_log_knows_them():
    bench = Bench()
    session(bench, ms=2000)
    after = bench.cut()
    after.connect()
    after.run(1000)
    session(after, ms=2000)
    numbers = [(fields[0], fields[8]) for fields in log(after)]
    assert len(numbers) == 2 and numbers[1][0] > numbers[0][1], numbers


def test_an_id_tag_may_be_any_text():
    bench = Bench()
    for number, tag in enumerate(['"', "\n12345678 []", "\t,;", "ÄÖ€"]):
        note = {"stamp": NOON, "tag": tag, "meter": 0}
        ended = 1, number + 1, note, [NOON, 1, "Local"], number + 2
        charge_log.add(bench.storage, bench.records, ended, lambda at: at)
    assert [fields[7] for fields in log(bench)] == ['"', "\n12345678 []", "\t,;", "ÄÖ€"]
    assert json.loads(json.dumps(log(bench))) == log(bench)


def test_rows_say_whether_the_central_system_has_it():
    bench = Bench(config={"AllowOfflineTxForUnknownId": True, "TransactionMessageAttempts": 1})
    session(bench, "TOLD", ms=2000)
    bench.central.answers["StopTransaction"] = "InternalError"
    session(bench, "ASIDE", ms=2000)
    del bench.central.answers["StopTransaction"]
    bench.drop()
    session(bench, "WAITS", ms=2000)
    states = [(row[3], row[8]) for row in charge_sums.rows(bench.station, str)]
    assert states == [("TOLD", "told"), ("ASIDE", "set aside"), ("WAITS", "waiting")], states
    bench.connect()
    bench.run(3000)
    assert [row[8] for row in charge_sums.rows(bench.station)] == ["told", "set aside", "told"]
    alone = Bench(online=False, config={"FreeVend": True})
    alone.whole.stand_alone()
    alone.plug()
    alone.run(3000)
    alone.unplug()
    alone.run(3000)
    assert [row[8] for row in charge_sums.rows(alone.station)] == ["none"]


def test_a_session_of_which_the_start_was_refused_is_not_told():
    bench = Bench(config={"TransactionMessageAttempts": 1, "TransactionMessageRetryInterval": 0})
    bench.central.answers["StartTransaction"] = "InternalError"
    session(bench, "REFUSED", ms=2000)
    del bench.central.answers["StartTransaction"]
    session(bench, "TAKEN", ms=2000)
    bench.run(5000)
    assert bench.central.all("StopTransaction")[0]["transactionId"] == -1
    assert [row[8] for row in charge_sums.rows(bench.station)] == ["set aside", "told"]
    assert [row[8] for row in charge_sums.rows(bench.cut().station)] == ["set aside", "told"]


def test_csv_agrees_with_what_was_billed_and_shows_no_whole_card():
    bench = Bench()
    for tag in ("04A2B3C4D5E680", "04A2B3C4D5E681"):
        session(bench, tag)
    lines = "".join(charge_sums.csv(bench.station)).split("\r\n")
    assert lines[0] + "\r\n" == charge_sums.HEAD and lines[3] == "" and len(lines) == 4
    central = bench.central
    for line, start, stop in zip(lines[1:], central.all("StartTransaction"), central.all("StopTransaction")):
        cells = line.split(",")
        assert cells[0] == start["timestamp"] and cells[1] == stop["timestamp"] and cells[2] == "1"
        assert cells[4] == str(stop["meterStop"] - start["meterStart"]) and cells[7:] == ["Local", "told"]
        assert cells[5:7] == [str(start["meterStart"]), str(stop["meterStop"])]
        assert cells[3] == "**" + start["idTag"][-4:]


def test_a_name_is_no_formula_and_breaks_no_line():
    bench = Bench()
    session(bench, "X", ms=2000)
    for name, cell in (("=1+1", "'=1+1"), ('a"b,c', '"a""b,c"'), ("a\r\nb", '"a\r\nb"'), ("Anna", "Anna")):
        text = "".join(charge_sums.csv(bench.station, lambda tag, name=name: name))
        assert text.count(cell) == 1, (name, text)


def test_sums_by_month_and_by_card_are_those_of_all_sessions():
    bench = Bench()
    want = {}
    month = 30 * 86400
    for number in range(60):
        tag = "TAG%02d" % (number * 7 % 40)
        end = NOON + number * month // 3
        note = {"stamp": end - 60, "tag": tag, "meter": 1000}
        ended = 1, number + 1, note, [end, 1000 + number, "Local"], number + 2
        charge_log.add(bench.storage, bench.records, ended, lambda at: at)
        for key in (tag, to_text(end)[:7]):
            count, wh = want.get(key, (0, 0))
            want[key] = count + 1, wh + number
    for key, of in ((charge_sums.by_card, "T"), (charge_sums.by_month, "2")):
        found = [entry for entry in charge_sums.sums(bench.station, key, str) if entry]
        assert found == [(name,) + want[name] for name in sorted(want) if name[0] == of]


def test_months_are_those_of_people_where_the_browser_says_what_time_it_is_there():
    berlin = [60, 60, 60, 120, 120, 120, 120, 120, 120, 120, 60, 60]
    for text, east, month in (
        ("2026-11-30T23:30:00Z", None, "2026-11"),
        ("2026-11-30T23:30:00Z", berlin, "2026-12"),
        ("2026-11-30T22:59:59Z", berlin, "2026-11"),
        ("2026-06-30T22:30:00Z", berlin, "2026-07"),
        ("2026-12-31T22:59:00Z", berlin, "2026-12"),
        ("2026-12-31T23:00:00Z", berlin, "2027-01"),
        ("2026-10-31T23:00:00Z", berlin, "2026-11"),
        ("2026-11-01T02:00:00Z", [-240] * 12, "2026-10"),
        ("2026-11-01T04:00:00Z", [-240] * 12, "2026-11"),
        ("2026-10-31T10:00:00Z", [840] * 12, "2026-11"),
        ("2026-11-01T11:59:59Z", [-720] * 12, "2026-10"),
        ("2026-11-15T12:00:00Z", berlin, "2026-11"),
    ):
        assert charge_sums.by_month(from_text(text), "", east) == month, (text, east)
    assert charge_sums.by_month(None, "", berlin) == ""


def test_cards_that_end_alike_are_summed_apart_and_those_of_one_name_together():
    bench = Bench()
    for tag in ("04A2B3C4D5E680", "04FFB3C4D5E680", "04a2b3c4d5e680", "EVA", "ANNA", "AA01", "BB02"):
        session(bench, tag, ms=2000)
    for tag in ("AA01", "BB02"):
        assert cards.give(bench.storage, tag, "Anna")
    found = charge_sums.sums(bench.station, charge_sums.by_card, cards.naming(bench.storage, True))
    found = [entry for entry in found if entry]
    assert [(name, sessions) for name, sessions, _wh in found] == [
        ("**A", 1), ("**A", 1), ("**E680", 2), ("**E680", 1), ("Anna", 2)
    ], found  # fmt: skip
