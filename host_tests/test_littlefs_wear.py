"""What a transaction, a line of the charge log and a card of the list cost of a real littlefs. MicroPython only."""

from chargelet.base.storage import Storage
from chargelet.journal.journal import Journal
from chargelet.journal.record import END, START, VALUES
from chargelet.station import charge_log
from fakes.littlefs import VfsLfs2, formatted, mounted, new_flash, quiet


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
    flash = new_flash()
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


def waiting_in(flash, records):
    """A journal on an empty chip in which so many records wait."""
    journal = Journal(mounted(formatted(flash)), quiet)
    while len(journal) < records:
        session(journal)
    return journal


def session(journal):
    number = journal.append(START, 1, None, '[848491201, "04A2B3C4D5E680", 1234567, null, null]')
    text = '[848491260, "Sample.Periodic", "a=1234567;b=11040;c=16.0;e=16.0;f=11040"]'
    journal.append(VALUES, 1, number, text, 1)
    journal.append(END, 1, number, '[848495000, 1240000, "Local", "04A2B3C4D5E680"]')


def deliver(journal):
    name, kind, connector, number, _text = journal.oldest()
    if kind == START:
        journal.sidecar.note(connector, number, "17 1234567")
    if kind == END:
        journal.finish(connector, number, name)
    else:
        journal.remove(name)


if VfsLfs2:

    def test_what_a_transaction_costs():
        for samples in (0, 10):
            written, programmed, erases = cost(samples)
            what = "%d files written, %d bytes programmed, %d.%02d erases"
            print(
                ("a transaction with %d samples: " + what) % (samples, written, programmed, erases // 100, erases % 100)
            )
            assert written == 5 + 2 * samples and programmed < 1600 + 600 * samples and erases < 60 + 20 * samples

    def test_what_a_line_of_the_charge_log_costs():
        flash = new_flash()
        station = Counted("/flash")
        journal = Journal(Counted("/flash/journal"), quiet)
        before = flash.programmed, flash.erased
        for number in range(1, 101):
            note = {"stamp": 848491200 + number, "tag": "04A2B3C4D5E680", "meter": 1234567}
            ended = 1, number, note, [848495000, 1240000, "Local", None, None], number + 1
            charge_log.add(station, journal, ended, lambda stamp: stamp)
        programmed, erased = flash.programmed - before[0], flash.erased - before[1]
        print("a line of the charge log: %d bytes programmed, %d erases in 100" % (programmed // 100, erased))
        assert programmed < 300000 and erased <= 110

    def test_a_queue_of_a_thousand_makes_no_message_dearer():
        from fakes.flash import Flash

        flash = Flash(384, bytearray(384 * 4096))  # with room for it; zeros, which mkfs erases as it needs
        cost = {}
        for waiting in (10, 1000):
            journal = waiting_in(flash, waiting)
            before = flash.read, flash.programmed, flash.erased
            for _ in range(40):
                session(journal)
                for _ in range(3):
                    deliver(journal)
            cost[waiting] = [late - early for early, late in zip(before, (flash.read, flash.programmed, flash.erased))]
            reads, programmed, erased = cost[waiting]
            print("%d waiting: %d reads, %d bytes programmed a transaction" % (waiting, reads // 40, programmed // 40))
        for few, many in zip(cost[10], cost[1000]):
            assert many <= 2 * few, cost
