"""The journal: order, damage, capacity, and power cuts at every single change."""

from chargelet.journal.journal import Journal
from chargelet.journal.record import END, START, VALUES
from chargelet.station.outbox import Outbox
from fakes.journals import drain, make
from fakes.storage import FakeStorage


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
    assert sorted(storage.names()) == ["r1/00000001S1-1", "r1/00000002E1-1"]


def test_damage_costs_the_damaged_record_only():
    for damage in (b"1", b"1abcd", b"\xff" * 20, None):
        journal, storage, lines = make()
        for text in ("first", "second", "third"):
            journal.append(VALUES, 1, 1, text)
        raw = storage.values["r1/00000001V1-1"]
        storage.values["r1/00000001V1-1"] = raw[:-1] + b"X" if damage is None else damage
        journal, _, lines = make(storage)
        assert drain(journal) == ["second", "third"]
        assert journal.sidecar.damaged == 1 and journal.sidecar.aside == 1 and len(journal) == 0
        assert "damaged" in lines[0] and storage.names() == ["x/00000001V1-1"]
        again, _, _ = make(storage)
        assert again.sidecar.aside == 1 and len(again) == 0
        assert again.append(VALUES, 1, 1, "next") > 1


def test_a_record_that_was_never_written_never_was():
    journal, storage, _ = make()
    number = journal.append(START, 1, None, "s")
    journal.append(END, 1, number, "e")
    storage.values["r1/00000002E1-1"] = b""
    journal, _, _ = make(storage)
    assert journal.open_transactions() == {1: number} and journal.sidecar.damaged == 0
    assert drain(journal) == ["s"]


def test_a_record_under_another_name_is_damaged():
    journal, storage, _ = make()
    journal.append(VALUES, 1, 1, "text")
    storage.values["r1/00000002V1-1"] = storage.values.pop("r1/00000001V1-1")
    journal, _, _ = make(storage)
    assert drain(journal) == [] and journal.sidecar.damaged == 1


def test_a_newer_format_is_left_alone_and_blocks_nothing():
    journal, storage, _ = make()
    journal.append(VALUES, 1, 1, "old")
    journal.append(VALUES, 1, 1, "new")
    journal.append(VALUES, 1, 1, "old too")
    storage.values["r1/00000002V1-1"] = b"2something else"
    journal, _, lines = make(storage)
    assert drain(journal) == ["old", "old too"]
    assert storage.names() == ["r1/00000002V1-1"] and "newer format" in lines[0]


def test_strange_files_are_passed_over():
    storage = FakeStorage()
    for name in "README V 0000000zV1-1 00000001Q1-1 00000001V1 00000001Vx-1 00000009V1-1 rx T1-9".split():
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
    journal.sidecar.note(2, second, "7 0")
    drain(journal)
    journal, _, _ = make(storage)
    assert journal.open_transactions() == {2: second} and journal.sidecar.noted(2, second) == "7 0"
    end = journal.append(END, 2, second, "e")
    journal.finish(2, second, "%08xE2-%x" % (end, second))
    journal, _, _ = make(storage)
    assert journal.open_transactions() == {} and storage.names() == []


def test_thinning_takes_every_other_sample_and_nothing_else():
    journal, _, _ = make()
    number = journal.append(START, 1, None, "s")
    for sample in range(21):
        journal.append(VALUES, 1, number, "v%d" % sample, sample + 1)
    journal.append(END, 1, number, "e")
    journal.oldest()
    thinning = journal.thinning(VALUES, 2)
    while thinning.step():
        pass
    assert len(journal) == 12
    texts = drain(journal)
    assert texts[0] == "s" and texts[-1] == "e"
    assert texts[1:-1] == ["v%d" % sample for sample in range(1, 21, 2)]


def test_samples_that_make_room_are_taken_evenly_from_all_series():
    """Two connectors of one rhythm; whatever the power does meanwhile."""
    import chargelet.station.outbox as outboxes

    capacity, outboxes.CAPACITY = outboxes.CAPACITY, 100
    try:
        for cut in (None, 5, 20, 60):
            left = _thinned(cut)
            assert 20 < len(left[1]) and abs(len(left[1]) - len(left[2])) <= 8, (cut, len(left[1]), len(left[2]))
            assert left[1] == sorted(left[1])
            gaps = [late - early for early, late in zip(left[1], left[1][1:])]
            assert cut is not None or max(gaps) <= 2 * min(gaps), (min(gaps), max(gaps))
    finally:
        outboxes.CAPACITY = capacity


def _thinned(cut) -> dict:
    """{connector: the times of its samples that are delivered} after a long time offline with a power cut."""
    storage = FakeStorage()
    outbox = Outbox(Journal(storage, print_nothing), print_nothing)
    numbers = [outbox.start(connector, 0, "A", 0, None, None, None) for connector in (1, 2)]
    for turn in range(1, 151):
        for connector in (1, 2):
            before = storage.writes
            outbox.values(connector, numbers[connector - 1], turn * 60, "Sample.Periodic", "")
            assert storage.writes - before <= 2, "a record, and perhaps its folder: what makes room is for step()"
        for _ in range(30):
            if outbox.busy:
                before = storage.writes
                outbox.step()
                assert storage.writes - before <= 1, "one change of the flash is a piece of work"
                cut = cut and cut - 1
                if cut == 0:
                    cut = None
                    outbox = Outbox(Journal(storage, print_nothing), print_nothing)
    left = {1: [], 2: []}
    while True:
        record = outbox.oldest()
        if record is None:
            return left
        if record[0] == "V":
            left[record[2]].append(record[4])
            outbox.delivered(record)
        else:
            outbox.started(record, 1)


def print_nothing(text, level=1):
    pass


def test_what_is_set_aside_is_bounded():
    journal, storage, _ = make()
    for number in range(100):
        journal.append(VALUES, 1, 1, "v%d" % number)
        journal.set_aside(journal.oldest()[0])
    assert journal.sidecar.aside == 64 == len(list(journal.sidecar.set_aside_names()))
    journal, _, _ = make(storage)
    assert journal.sidecar.aside == 64 and "00000064V1-1" in list(journal.sidecar.set_aside_names())
