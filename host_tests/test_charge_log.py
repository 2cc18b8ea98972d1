"""The charge log: each session that has ended, once, with the right times, through power cuts and on little flash."""

import json

from chargelet.base.timestamp import to_text
from chargelet.station import charge_log
from fakes import ledger
from fakes.bench import Bench
from fakes.charge_log import NOON, log, session
from fakes.storage import PowerCut


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
    bench.station.authorization.stand_alone = True
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
    ended = 1, number, note, [NOON + number, number + 5, reason, None, None], number + 1
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
        ended = 1, number + 1, note, [NOON, 1, "Local", None, None], number + 2
        charge_log.add(bench.storage, bench.records, ended, lambda at: at)
    assert [fields[7] for fields in log(bench)] == ['"', "\n12345678 []", "\t,;", "ÄÖ€"]
    assert json.loads(json.dumps(log(bench))) == log(bench)
