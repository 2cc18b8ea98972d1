"""The journal on a real littlefs, with the power cut at every operation of the flash. MicroPython only.

Runs with a larger heap than a board's: the flash chip itself lies in it.
"""

import os

from chargelet.base.storage import Storage
from chargelet.journal.journal import Journal
from chargelet.journal.record import END, START, VALUES
from fakes.littlefs import VfsLfs2, mounted, new_flash, quiet
from fakes.storage import PowerCut


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
        flash = new_flash()
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
        journal = Journal(mounted(flash), quiet)
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


if VfsLfs2:

    def test_the_power_is_cut_at_every_operation_of_the_flash():
        cuts, twice = sweep()
        print("littlefs: %d cuts, %d records came twice" % (cuts, twice))
        assert cuts > 80 and twice < cuts

    def test_a_thousand_records_fit():
        flash = new_flash()
        journal = Journal(Storage("/flash/journal"), quiet)
        for _number in range(200):
            journal.append(VALUES, 1, 1, "x" * 90)
        journal = Journal(mounted(flash), quiet)
        assert len(journal) == 200
        _size, _unit, blocks, free = os.statvfs("/flash")[:4]
        used = blocks - free
        print("200 records take %d blocks by littlefs's count, which has folders twice" % used)
        # A stock image leaves 2 MB: 512 blocks.
        assert used * 1000 // 200 < 400
