"""The journal: order, damage, capacity, and power cuts at every single change."""

from chargelet.journal.journal import Journal
from chargelet.journal.record import END, START, VALUES
from fakes.bench import Bench
from fakes.lines import Lines
from fakes.storage import FakeStorage


def make(storage=None):
    lines = Lines()
    storage = storage or FakeStorage()
    return Journal(storage, lines), storage, lines


def drain(journal):
    """The texts of all records, oldest first, which are removed."""
    texts = []
    while True:
        record = journal.oldest()
        if record is None:
            return texts
        texts.append(record[4])
        journal.remove(record[0])


def test_records_keep_their_order_through_reboots():
    journal, storage, _ = make()
    for number in range(30):
        journal.append(VALUES, 1 + number % 2, 1, "r%d" % number)
    journal, _, _ = make(storage)
    assert len(journal) == 30
    for number in range(30, 40):
        journal.append(VALUES, 1, 1, "r%d" % number)
    assert drain(journal) == ["r%d" % number for number in range(40)]
    assert len(journal) == 0 and storage.names() == []


def test_a_name_says_what_a_record_is():
    journal, storage, _ = make()
    number = journal.append(START, 1, None, "s")
    journal.append(END, 1, number, "e")
    assert sorted(storage.names()) == ["00000001S1-1", "00000002E1-1"]


def test_damage_costs_the_damaged_record_only():
    for damage in (b"1", b"1abcd", b"\xff" * 20, None):
        journal, storage, lines = make()
        for text in ("first", "second", "third"):
            journal.append(VALUES, 1, 1, text)
        raw = storage.values["00000001V1-1"]
        storage.values["00000001V1-1"] = raw[:-1] + b"X" if damage is None else damage
        journal, _, lines = make(storage)
        assert drain(journal) == ["second", "third"]
        assert journal.damaged == 1 and journal.aside == 1 and len(journal) == 0
        assert "damaged" in lines[0] and storage.names() == ["x00000001V1-1"]
        again, _, _ = make(storage)
        assert again.aside == 1 and len(again) == 0
        assert again.append(VALUES, 1, 1, "next") > 1


def test_a_record_that_was_never_written_never_was():
    journal, storage, _ = make()
    number = journal.append(START, 1, None, "s")
    journal.append(END, 1, number, "e")
    storage.values["00000002E1-1"] = b""
    journal, _, _ = make(storage)
    assert journal.open_transactions() == {1: number} and journal.damaged == 0
    assert drain(journal) == ["s"]


def test_a_damaged_start_leaves_minus_one_for_the_rest():
    bench = Bench()
    bench.plug()
    bench.central.answers["StartTransaction"] = None
    bench.swipe()
    bench.run(1000)
    (name,) = bench.records.names()
    bench.records.values[name] = b"1damaged"
    after = bench.cut()
    after.central.answers.clear()
    after.endpoint.opened()
    after.run(2000)
    assert after.central.all("StopTransaction")[0]["transactionId"] == -1


def test_a_record_under_another_name_is_damaged():
    journal, storage, _ = make()
    journal.append(VALUES, 1, 1, "text")
    storage.values["00000002V1-1"] = storage.values.pop("00000001V1-1")
    journal, _, _ = make(storage)
    assert drain(journal) == [] and journal.damaged == 1


def test_a_newer_format_is_left_alone_and_blocks_nothing():
    journal, storage, _ = make()
    journal.append(VALUES, 1, 1, "old")
    journal.append(VALUES, 1, 1, "new")
    journal.append(VALUES, 1, 1, "old too")
    storage.values["00000002V1-1"] = b"2something else"
    journal, _, lines = make(storage)
    assert drain(journal) == ["old", "old too"]
    assert storage.names() == ["00000002V1-1"] and "newer format" in lines[0]


def test_strange_files_are_passed_over():
    storage = FakeStorage()
    for name in ("README", "V", "0000000zV1-1", "00000001Q1-1", "00000001V1", "00000001Vx-1"):
        storage.values[name] = b"?"
    journal, _, _ = make(storage)
    assert len(journal) == 0 and journal.oldest() is None
    journal.append(VALUES, 1, 1, "text")
    assert drain(journal) == ["text"]


def test_what_was_running_is_found():
    journal, storage, _ = make()
    first = journal.append(START, 1, None, "s")
    second = journal.append(START, 2, None, "s")
    journal.append(END, 1, first, "e")
    journal, _, _ = make(storage)
    assert journal.open_transactions() == {2: second}
    journal.note(2, second, "7 0")
    drain(journal)
    journal, _, _ = make(storage)
    assert journal.open_transactions() == {2: second} and journal.noted(2, second) == "7 0"
    end = journal.append(END, 2, second, "e")
    journal.finish(2, second, "%08xE2-%x" % (end, second))
    journal, _, _ = make(storage)
    assert journal.open_transactions() == {} and storage.names() == []


def test_thinning_takes_every_other_sample_and_nothing_else():
    journal, _, _ = make()
    number = journal.append(START, 1, None, "s")
    for sample in range(21):
        journal.append(VALUES, 1, number, "v%d" % sample)
    journal.append(END, 1, number, "e")
    journal.oldest()
    journal.thin(VALUES)
    assert len(journal) == 12
    texts = drain(journal)
    assert texts[0] == "s" and texts[-1] == "e"
    assert texts[1:-1] == ["v%d" % sample for sample in range(1, 21, 2)]


def test_a_full_queue_thins_samples_and_then_takes_no_new_transaction():
    bench = Bench(config={"MeterValueSampleInterval": 1})
    import chargelet.station.outbox as outbox

    capacity, outbox.CAPACITY = outbox.CAPACITY, 20
    try:
        bench.charging()
        bench.drop()
        bench.run(60000, 1000)
        assert len(bench.station.outbox) <= 21 and bench.station.outbox.dropped > 30
        bench.connect()
        bench.run(20000, 1000)
        bench.swipe()
        bench.run(2000)
        stamps = [v["meterValue"][0]["timestamp"] for v in bench.central.all("MeterValues")]
        assert stamps == sorted(stamps)
        assert len(bench.central.all("StartTransaction")) == len(bench.central.all("StopTransaction")) == 1
    finally:
        outbox.CAPACITY = capacity


def test_a_full_flash_refuses_a_start_and_never_loses_an_end():
    bench = Bench().charging()
    bench.records.full = True
    bench.swipe()
    bench.run(1000)
    assert not bench.evse.contactor_closed and bench.central.all("StopTransaction") == []
    bench.plug()
    bench.swipe("OTHER")
    bench.run(1000)
    assert bench.status() != "Charging"
    bench.records.full = False
    bench.run(61000, 1000)
    assert len(bench.central.all("StopTransaction")) == 1


def test_a_power_cut_in_mid_session_ends_it_with_power_loss():
    bench = Bench(config={"MeterValueSampleInterval": 10}).charging()
    bench.evse.meter.wh = 700
    bench.run(15000, 500)
    after = bench.cut()
    after.run(1000)
    assert after.status() == "Finishing" and not after.evse.contactor_closed
    after.endpoint.opened()
    after.run(2000)
    (stop,) = after.central.all("StopTransaction")
    assert stop["reason"] == "PowerLoss" and stop["meterStop"] == 700 and stop["transactionId"] == 1
    assert after.records.names() == []
    once_more = after.cut()
    once_more.endpoint.opened()
    once_more.run(2000)
    assert len(once_more.central.all("StopTransaction")) == 1


def test_a_transaction_that_the_central_system_never_heard_of_survives_cuts():
    bench = Bench()
    bench.plug()
    bench.central.answers["StartTransaction"] = None
    bench.swipe()
    bench.run(1000)
    after = bench.cut().cut().cut()
    after.central.answers.clear()
    after.endpoint.opened()
    after.run(2000)
    starts, stops = after.central.all("StartTransaction"), after.central.all("StopTransaction")
    assert len(starts) == 2 and starts[0] == starts[1] and len(stops) == 1
    assert stops[0]["transactionId"] == 1


def test_a_message_that_is_given_up_is_set_aside():
    bench = Bench(config={"TransactionMessageAttempts": 1})
    bench.central.answers["StopTransaction"] = "InternalError"
    bench.charging()
    bench.swipe()
    bench.run(5000)
    assert len(bench.station.outbox) == 0
    (name,) = bench.records.names()
    assert name[0] == "x" and name[9] == "E"
    after = bench.cut()
    after.endpoint.opened()
    after.run(3000)
    assert len(after.central.all("StopTransaction")) == 1, "a set-aside end is no interrupted transaction"


def test_the_queue_of_older_firmware_is_delivered():
    bench = Bench()
    bench.drop()
    journal = Journal(bench.records, print)
    one = journal.append(START, 1, None, '[848491000,"OLD",5,null,null]')
    journal.append(VALUES, 1, one, '[848491010,"Sample.Periodic",[["Energy.Active.Import.Register",null,"7","Wh"]]]')
    journal.append(END, 1, one, '[848491020,9,"Local","OLD"]')
    two = journal.append(START, 1, None, '[848491030,"OLD",9,null,null]')
    journal.note(1, two, "77 9")
    journal.remove("%08xS1-%x" % (two, two))
    after = bench.cut(config={"StopTxnSampledData": "Energy.Active.Import.Register"})
    after.connect()
    after.run(3000)
    stops = after.central.all("StopTransaction")
    assert [(stop["transactionId"], stop["reason"]) for stop in stops] == [(1, "Local"), (77, "PowerLoss")]
    assert len(after.central.all("MeterValues")) == 1 and after.records.names() == []
