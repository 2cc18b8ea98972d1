"""What is made of the charge log: rows, CSV, sums by month and by card."""

from chargelet.base.timestamp import from_text, to_text
from chargelet.journal.sidecar import ASIDE_MAX
from chargelet.page import cards
from chargelet.station import charge_log, charge_sums
from fakes.bench import Bench
from fakes.charge_log import NOON, session


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
    alone.station.authorization.stand_alone = True
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


def test_nobody_says_told_of_a_session_that_may_have_been_set_aside_long_ago():
    """What was set aside has a bound, and the oldest goes: of sessions from before that nobody knows."""
    bench = Bench(config={"TransactionMessageAttempts": 1, "TransactionMessageRetryInterval": 0})
    session(bench, "TAKEN", ms=2000)
    for number in range(ASIDE_MAX):
        bench.central.answers["StopTransaction"] = "InternalError"
        session(bench, "REFUSED%d" % number, ms=1000)
        bench.run(500, 500)
    states = [row[8] for row in charge_sums.rows(bench.station)]
    assert states == ["unknown"] + ["set aside"] * ASIDE_MAX, states
    for _ in range(2):
        session(bench, "ONE MORE", ms=1000)
        bench.run(500, 500)
    del bench.central.answers["StopTransaction"]
    session(bench, "TAKEN", ms=2000)
    bench.run(2000, 500)
    states = [row[8] for row in charge_sums.rows(bench.station)]
    assert states == ["unknown"] * 3 + ["set aside"] * ASIDE_MAX + ["told"], states


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


def test_where_the_comma_is_in_numbers_columns_end_with_semicolons():
    bench = Bench()
    session(bench, "X", ms=2000)
    plain, other = ["".join(charge_sums.csv(bench.station, lambda tag: "Jörg, Eva", one)) for one in ",;"]
    assert plain.startswith("start,end,") and ',"Jörg, Eva",' in plain
    assert other.startswith("\ufeffstart;end;") and ";Jörg, Eva;" in other
    assert other.count(";") == 2 * plain.split("\r\n")[0].count(",")
    assert '"a;b"' in "".join(charge_sums.csv(bench.station, lambda tag: "a;b", ";"))


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
        ended = 1, number + 1, note, [end, 1000 + number, "Local", None, None], number + 2
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
