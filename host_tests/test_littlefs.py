"""The journal on a real littlefs, with the power cut at every operation of the flash. MicroPython only.

Runs with a larger heap than a board's: the flash chip itself lies in it.
"""

import gc
import os

from chargelet.base.storage import Storage
from chargelet.journal.journal import Journal
from chargelet.journal.record import END, START, VALUES
from chargelet.station import charge_log
from chargelet.station.local_list import LocalList
from fakes.lines import Lines
from fakes.storage import PowerCut

try:
    from vfs import VfsLfs2, mount, umount
except ImportError:  # CPython: the same sweep runs over a fake storage in test_journal.py
    VfsLfs2 = None

BLOCKS = 48


def _mounted(flash):
    try:
        umount("/flash")
    except OSError:
        pass
    mount(VfsLfs2(flash, progsize=32, readsize=32, lookahead=32), "/flash")
    return Storage("/flash/journal")


def _new():
    from fakes.flash import Flash

    gc.collect()
    flash = Flash(BLOCKS)
    VfsLfs2.mkfs(flash, progsize=32, readsize=32, lookahead=32)
    _mounted(flash)
    return flash


def test_a_block_that_has_rotted_costs_its_file_only():
    """Of a file of several blocks littlefs reads the places of the others from each: what is no place is no file."""
    if VfsLfs2 is None:
        return
    flash = _new()
    storage = Storage("/flash/journal")
    entries = [("CARD%016d" % at, "Accepted", None, None) for at in range(300)]
    LocalList(storage, quiet).update(7, entries, True, 1000)
    storage.write("config", b'{"A": "' + b"x" * 9000 + b'"}')
    storage.write("small", b"all is well")
    umount("/flash")
    rotten = 0
    for block in range(BLOCKS):
        at = block * 4096
        content = bytes(memoryview(flash._data)[at : at + 4096])
        if b"card0000000000000" in content.lower() or b"xxxxxxxx" in content:
            flash._data[at : at + 4] = b"\xff\xff\xff\xff"
            rotten += 1
    assert rotten > 4
    storage = _mounted(flash)
    assert storage.read("config") == b"\x00" and storage.read("small") == b"all is well"
    lines = []
    found = LocalList(storage, lambda text, level=0: lines.append(text))
    assert (found.version, found.count, found.find("CARD%016d" % 5)) == (0, 0, None) and "damaged" in lines[0]
    found.update(8, entries[:200], True, 1000)
    storage.write("config", b"{}")
    assert storage.read("config") == b"{}"
    again = LocalList(storage, quiet)
    assert (again.version, again.count, again.find("CARD%016d" % 5)) == (8, 200, ("Accepted", None, None))


def quiet(text):
    pass


def work(journal, durable, delivered):
    """Three transactions on two connectors, delivered with some delay; notes what is durable and what is delivered."""

    def append(kind, connector, number, text):
        sequence = journal.append(kind, connector, number, text)
        durable.append(text)
        return sequence

    def deliver():
        name, kind, connector, number, text = journal.oldest()
        delivered.append(text)
        if kind == START:
            journal.sidecar.note(connector, number, "%d 0" % number)
        if kind == END:
            journal.finish(connector, number, name)
        else:
            journal.remove(name)

    one = append(START, 1, None, "start one")
    two = append(START, 2, None, "start two")
    for sample in range(6):
        number = one if sample % 2 == 0 else two
        append(VALUES, 1 + sample % 2, number, "sample %d of sixty characters or so, with a value" % sample)
        if sample > 2:
            deliver()
    append(END, 1, one, "end one")
    three = append(START, 1, None, "start three")
    for _ in range(7):
        deliver()
    append(END, 2, two, "end two")
    append(END, 1, three, "end three")
    while journal.oldest():
        deliver()
    for turn in range(8):
        number = append(START, 1, None, "start of turn %d" % turn)
        append(VALUES, 1, number, "sample of turn %d, large enough to need a block of its own: %s" % (turn, "x" * 200))
        append(END, 1, number, "end of turn %d" % turn)
        deliver()
        deliver()
        deliver()


def drain(journal, delivered):
    while True:
        record = journal.oldest()
        if record is None:
            return
        name, kind, connector, number, text = record
        if kind == START and journal.sidecar.noted(connector, number) is not None:
            journal.remove(name)
            continue
        delivered.append(text)
        if kind == START:
            journal.sidecar.note(connector, number, "1 0")
        if kind == END:
            journal.finish(connector, number, name)
        else:
            journal.remove(name)


def sweep():
    """(cuts, how many records came twice): nothing lost, nothing invented, nothing out of order."""
    cuts = twice = 0
    while True:
        flash = _new()
        journal = Journal(Storage("/flash/journal"), quiet)
        durable, delivered = [], []
        flash.cut(cuts)
        try:
            work(journal, durable, delivered)
            done = True
        except (PowerCut, OSError):  # closing the file that was cut off fails as well
            assert flash.dead
            done = False
        flash = flash.reborn()
        journal = Journal(_mounted(flash), quiet)
        assert journal.sidecar.damaged == 0, cuts
        # An append that was cut off may have become durable though it never returned.
        ended = journal.open_transactions()
        drain(journal, delivered)
        assert journal.sidecar.damaged == 0 and len(journal) == 0, cuts
        once = []
        for text in delivered:
            if text in once:
                twice += 1
            else:
                once.append(text)
        assert once[: len(durable)] == durable and len(once) <= len(durable) + 1, (cuts, once, durable)
        assert len(ended) <= 2
        assert os.listdir("/flash/journal/n/k") == []
        left = [name for name in os.listdir("/flash/journal") if name[0] not in "nr"]
        assert left == [], left
        if done:
            assert [name for name in os.listdir("/flash/journal") if name[0] not in "nr"] == []
            return cuts, twice
        cuts += 1


class Counted(Storage):
    """A storage that counts the files it writes."""

    written = 0

    def create(self, name, value):
        Counted.written += 1
        super().create(name, value)

    def write(self, name, value):
        Counted.written += 1
        super().write(name, value)


def cost(samples):
    """(files written, bytes programmed, erases in hundredths) of a transaction, each message delivered at once.

    The mean of twenty, with all that the station writes: records, the note of the id, and the registers.
    """
    flash = _new()
    station = Counted("/flash")
    journal = Journal(Counted("/flash/journal"), quiet)
    transactions = 20
    before = Counted.written, flash.programmed, flash.erased
    for turn in range(transactions):
        number = journal.append(START, 1, None, '[848491201, "04A2B3C4D5E680", 1234567, null, null]')
        journal.sidecar.note(1, number, "17 1234567")
        journal.remove(journal.oldest()[0])
        for sample in range(samples):
            station.write("registers", b"[%d, [1234567, 1234, 848491260]]" % (sample + 1234567))
            text = '[848491260, "Sample.Periodic", "a=1234567;b=11040;c=16.0;e=16.0;f=11040"]'
            journal.append(VALUES, 1, number, text)
            journal.remove(journal.oldest()[0])
        station.write("registers", b"[%d, [1234587, 1234, 848494990]]" % (turn + 1234587))
        journal.append(END, 1, number, '[848495000, 1240000, "Local", "04A2B3C4D5E680"]')
        journal.finish(1, number, journal.oldest()[0])
    after = Counted.written, flash.programmed, (flash.erased - before[2]) * 100 + before[2]
    return [(late - early) // transactions for early, late in zip(before, after)]


def _waiting(flash, records):
    """A journal on an empty chip in which so many records wait."""
    VfsLfs2.mkfs(flash, progsize=32, readsize=32, lookahead=32)
    journal = Journal(_mounted(flash), quiet)
    while len(journal) < records:
        _session(journal)
    return journal


def _session(journal):
    number = journal.append(START, 1, None, '[848491201, "04A2B3C4D5E680", 1234567, null, null]')
    text = '[848491260, "Sample.Periodic", "a=1234567;b=11040;c=16.0;e=16.0;f=11040"]'
    journal.append(VALUES, 1, number, text, 1)
    journal.append(END, 1, number, '[848495000, 1240000, "Local", "04A2B3C4D5E680"]')


def _deliver(journal):
    name, kind, connector, number, _text = journal.oldest()
    if kind == START:
        journal.sidecar.note(connector, number, "17 1234567")
    if kind == END:
        journal.finish(connector, number, name)
    else:
        journal.remove(name)


if VfsLfs2:

    def test_the_power_is_cut_at_every_operation_of_the_flash():
        cuts, twice = sweep()
        print("littlefs: %d cuts, %d records came twice" % (cuts, twice))
        assert cuts > 80 and twice < cuts

    def test_what_a_transaction_costs():
        for samples in (0, 10):
            written, programmed, erases = cost(samples)
            what = "%d files written, %d bytes programmed, %d.%02d erases"
            print(
                ("a transaction with %d samples: " + what) % (samples, written, programmed, erases // 100, erases % 100)
            )
            assert written == 5 + 2 * samples and programmed < 1600 + 600 * samples and erases < 60 + 20 * samples

    def test_what_a_line_of_the_charge_log_costs():
        flash = _new()
        station = Counted("/flash")
        journal = Journal(Counted("/flash/journal"), quiet)
        before = flash.programmed, flash.erased
        for number in range(1, 101):
            note = {"stamp": 848491200 + number, "tag": "04A2B3C4D5E680", "meter": 1234567}
            ended = 1, number, note, [848495000, 1240000, "Local"], number + 1
            charge_log.add(station, journal, ended, lambda stamp: stamp)
        programmed, erased = flash.programmed - before[0], flash.erased - before[1]
        print("a line of the charge log: %d bytes programmed, %d erases in 100" % (programmed // 100, erased))
        assert programmed < 300000 and erased <= 110

    def test_a_queue_of_a_thousand_makes_no_message_dearer():
        from fakes.flash import Flash

        flash = Flash(384, bytearray(384 * 4096))  # with room for it; zeros, which mkfs erases as it needs
        cost = {}
        for waiting in (10, 1000):
            journal = _waiting(flash, waiting)
            before = flash.read, flash.programmed, flash.erased
            for _ in range(40):
                _session(journal)
                for _ in range(3):
                    _deliver(journal)
            cost[waiting] = [late - early for early, late in zip(before, (flash.read, flash.programmed, flash.erased))]
            reads, programmed, erased = cost[waiting]
            print("%d waiting: %d reads, %d bytes programmed a transaction" % (waiting, reads // 40, programmed // 40))
        for few, many in zip(cost[10], cost[1000]):
            assert many <= 2 * few, cost

    def test_a_thousand_records_fit():
        flash = _new()
        journal = Journal(Storage("/flash/journal"), quiet)
        for _number in range(200):
            journal.append(VALUES, 1, 1, "x" * 90)
        journal = Journal(_mounted(flash), quiet)
        assert len(journal) == 200
        statistics = os.statvfs("/flash")
        used = statistics[2] - statistics[3]
        print("200 records take %d of %d blocks" % (used, statistics[2]))
        # A stock image leaves 2 MB: 512 blocks.
        assert used * 1000 // 200 < 400

    def test_a_local_list_of_a_thousand_cards():
        flash = _new()
        storage = Storage("/flash")
        made = LocalList(storage, quiet)
        for part in range(0, 1000, 20):
            numbers = range(part, part + 20)
            cards = [("CARD%016d" % number, "Accepted", 848491200, "GROUP%d" % number) for number in numbers]
            made.update(part + 1, cards, part == 0, 1000)
        made = LocalList(_mounted(flash) and storage, quiet)
        assert made.count == 1000 and made.version == 981
        for number in (0, 1, 499, 998, 999):
            assert made.find("card%016d" % number) == ("Accepted", 848491200, "GROUP%d" % number)
        assert made.find("CARD%016d" % 1000) is None
        reads = flash.read
        made.find("CARD0000000000000333")
        print("a card among 1000 is found with %d reads of the flash" % (flash.read - reads))
        flash.cut(0)
        try:
            made.update(1001, [("CARD%016d" % 5, None, None, None)], False, 1000)
        except (PowerCut, OSError):
            pass
        flash = flash.reborn()
        _mounted(flash)
        again = LocalList(Storage("/flash"), quiet)
        assert again.count == 1000 and again.find("CARD%016d" % 5)

    def _card(number, status="Accepted"):
        return ("CARD%016d" % number, status, 848491200, "GROUP%d" % number)

    def test_one_entry_of_a_list_of_a_thousand_writes_little():
        flash = _new()
        storage = Storage("/flash")
        made = LocalList(storage, quiet)
        made.update(1, [_card(2 * number) for number in range(999)], True, 1000)
        costs = []  # (erases, bytes programmed, whether the list was written anew)
        for turn in range(250):
            entries = ([_card(1999)], [_card(2 * turn, "Blocked")], [("CARD%016d" % 1999, None, None, None)])[turn % 3]
            erased, programmed = flash.erased, flash.programmed
            made.update(turn + 2, entries if turn < 9 else [_card(2 * turn, "Blocked")], False, 1000)
            anew = "locallist-changes" not in os.listdir("/flash")
            costs.append((flash.erased - erased, flash.programmed - programmed, anew))
            if turn == 60:
                reads = flash.read
                made.find("CARD%016d" % 334)
                print("a card among 1000, with 60 changes, is found with %d reads" % (flash.read - reads))
        small = [cost for cost in costs if not cost[2]]
        most = max([cost[0] for cost in small]), max([cost[1] for cost in small])
        both = [sum([cost[at] for cost in costs]) for at in range(2)]
        told = most[0], most[1], len(costs) - len(small), both[0] * 100 // 250, both[1] // 250
        print("one entry of 1000: %d erases, %d bytes at most; with %d of 250 anew, a hundred cost %d, %d each" % told)
        assert most[0] <= 2 and most[1] <= 8192, most
        assert len(costs) - len(small) <= 4 and both[1] // 250 < 5000, told
        _mounted(flash)
        again = LocalList(Storage("/flash"), quiet)
        assert again.version == 251 and again.count == 999 and not again.find("CARD%016d" % 1999)
        for number in range(1000):
            status = "Blocked" if number < 250 and (number > 8 or number % 3 == 1) else "Accepted"
            assert (again.find("CARD%016d" % (2 * number)) or "-")[0] == (status if number < 999 else "-"), number

    def test_the_power_is_cut_at_every_operation_of_changes_of_a_list():
        from fakes.flash import Flash, Recorder

        gc.collect()
        chip = Recorder(20)
        VfsLfs2.mkfs(chip, progsize=32, readsize=32, lookahead=32)
        made = LocalList(_mounted(chip), quiet)
        made.update(1, [_card(number) for number in range(110)], True, 200)
        start = bytearray(chip.content)
        done = [1]
        chip.record(lambda: done[0])
        # A first change, some more, so many that they are merged, a change of the new list, and another list.
        for entries, full, beside in (
            ([("CARD%016d" % 5, None, None, None)], False, True),
            ([_card(6, "Blocked"), _card(150)], False, True),
            ([_card(number, "Blocked") for number in range(7, 17)], False, True),
            ([_card(number) for number in range(120, 199)], False, False),
            ([_card(5)], False, True),
            ([_card(number) for number in range(5)], True, False),
            ([_card(5)], False, False),
        ):
            made.update(done[0] + 1, entries, full, 200)
            done[0] += 1
            assert ("locallist-changes" in os.listdir("/flash/journal")) == beside, done
        chip.record(None)
        known = {}  # by version, whether some cards are in the list
        expected = {
            1: "AA-A-A", 2: "-A-A-A", 3: "-BAA-A", 4: "-BAB-A", 5: "-BABAA", 6: "ABABAA", 7: "------", 8: "A-----"
        }  # fmt: skip
        for cut in range(len(chip.operations)):
            torn = chip.torn(start, cut)
            lines = Lines()
            after = LocalList(_mounted(Flash(20, torn)), lines)
            version = chip.operations[cut][0]
            assert lines == [] and after.version in (version, version + 1), (cut, version, after.version, lines)
            found = [after.find("CARD%016d" % number) for number in (5, 6, 150, 16, 198, 109)]
            found = "".join([said[0][0] if said else "-" for said in found])
            assert found == expected[after.version], (cut, after.version, found)
            known[after.version] = known.get(after.version, 0) + 1
        print("a local list: %d cuts" % len(chip.operations))
        assert sorted(known)[:7] == list(range(1, 8)), known
