"""Card readers against their data sheets: frames, cascades, checksums, and all that can be wrong on the wires."""

from chargelet.hardware.pn532 import Pn532, frame, payload
from chargelet.hardware.reader import Reader, ReaderError
from fakes.clock import FakeClock, run

ACK = b"\x00\x00\xff\x00\xff\x00"


def answer_of(command, data):
    body = bytes((0xD5, command + 1)) + data
    size = len(body)
    return b"\x00\x00\xff" + bytes((size, -size & 0xFF)) + body + bytes((-sum(body) & 0xFF, 0))


class Bus:
    """A PN532 at its address: an acknowledgement, then the answer, each with a status byte in front."""

    def __init__(self):
        self.card = None
        self.cards = 1
        self.wrong = None
        self.chip = 0x32
        self.left = []
        self.busy = 0

    def writeto(self, address, data):
        assert address == 0x24
        if self.wrong == "nobody":
            raise OSError(19)
        assert data[:3] == b"\x00\x00\xff" and data[3] + data[4] & 0xFF == 0 and sum(data[5:-1]) & 0xFF == 0
        command = data[6]
        self.left = [ACK if self.wrong != "no ack" else b"\x00\x00\xff\xff\x00\x00"]
        self.busy = 2
        if command == 0x02:
            made = answer_of(command, bytes((self.chip, 1, 6, 7)))
        elif command == 0x4A and self.card:
            made = answer_of(command, bytes((self.cards, 1, 0, 4, 8, len(self.card))) + self.card)
        else:
            made = answer_of(command, b"\x00" if command == 0x4A else b"")
        if self.wrong == "checksum":
            made = made[:-2] + bytes((made[-2] ^ 1, 0))
        elif self.wrong == "length":
            made = made[:4] + bytes((made[4] ^ 1,)) + made[5:]
        elif self.wrong == "other":
            made = answer_of(0x40, b"\x00")
        elif self.wrong == "noise":
            made = b"\x55" * 12
        if self.wrong != "silent":
            self.left.append(made)

    def readfrom(self, address, size):
        if self.busy or not self.left:
            self.busy = max(0, self.busy - 1)
            return bytes(size)
        data = b"\x01" + self.left.pop(0)
        return (data + bytes(size))[:size]


def pn532():
    clock, bus = FakeClock(), Bus()
    return clock, bus, Pn532(bus, clock)


def test_pn532_frames_are_those_of_the_manual():
    assert frame(0x02) == b"\x00\x00\xff\x02\xfe\xd4\x02\x2a\x00"
    assert frame(0x4A, b"\x01\x00") == b"\x00\x00\xff\x04\xfc\xd4\x4a\x01\x00\xe1\x00"
    assert payload(b"\x00" + answer_of(0x02, b"\x32\x01\x06\x07") + b"\x00\x00", 0x02) == b"\x32\x01\x06\x07"


def test_pn532_gives_the_uid_byte_0_first():
    clock, bus, driver = pn532()
    run(clock, driver.begin())
    assert run(clock, driver.uid()) is None
    for uid in (b"\x04\xa2\x24\x5a", b"\x04\x1b\x2c\x3d\x4e\x5f\x60", b"\x08\x01\x02\x03\x04\x05\x06\x07\x08\x09"):
        bus.card = uid
        assert run(clock, driver.uid()) == uid


def test_pn532_errors_are_named():
    for wrong, named in (
        ("nobody", "the bus says"),
        ("no ack", "no acknowledgement"),
        ("silent", "no answer"),
        ("checksum", "bad checksum"),
        ("length", "damaged"),
        ("other", "something else"),
        ("noise", "no frame"),
    ):
        clock, bus, driver = pn532()
        bus.wrong = wrong
        try:
            run(clock, driver.begin())
        except ReaderError as error:
            assert named in str(error), (wrong, error)
        else:
            raise AssertionError(wrong)
    clock, bus, driver = pn532()
    bus.chip = 0x07
    try:
        run(clock, driver.begin())
    except ReaderError as error:
        assert "no PN532" in str(error)
    bus.card = b"\x01\x02\x03"
    try:
        run(clock, driver.uid())
    except ReaderError as error:
        assert "3 bytes" in str(error)


class Script:
    """A reader's driver that says what the script says: a UID, None, or an error."""

    def __init__(self, clock, script):
        self.clock = clock
        self.script = list(script)
        self.begun = 0

    async def begin(self):
        self.begun += 1

    async def uid(self):
        said = self.script.pop(0) if self.script else None
        if isinstance(said, str):
            raise ReaderError(said)
        return said


def presented(script):
    clock, lines, told = FakeClock(), [], []
    driver = Script(clock, script)
    reader = Reader(driver, clock, lines.append)
    run(clock, reader.run(told.append), 60000)
    return told, lines, reader, driver


def test_a_card_that_stays_is_presented_once():
    card, other = b"\x04\xab", b"\x05"
    assert presented([card] * 9)[0] == ["04AB"]
    assert presented([card, None, card, None, None, None, card])[0] == ["04AB"], "a card held badly"
    assert presented([card] + [None] * 4 + [card])[0] == ["04AB", "04AB"]
    assert presented([card, other, card])[0] == ["04AB", "05", "04AB"]


def test_a_card_for_which_there_is_no_memory_is_told_again_while_somebody_stands_there():
    for short, heard in ((3, ["04AB"]), (100, [])):
        clock, lines, told, tries = FakeClock(), [], [], []

        def takes(id_tag, clock=clock, short=short, told=told, tries=tries):
            tries.append(clock.uptime())
            if len(tries) <= short:
                raise MemoryError
            told.append(id_tag)

        reader = Reader(Script(clock, [b"\x04\xab"]), clock, lambda line, level, lines=lines: lines.append(line))
        run(clock, reader.run(takes), 60000)
        assert told == heard and len(lines) == (not heard), (told, lines)
        assert tries[-1] - tries[0] < 5000, "nobody is charged for a card that has long gone"


def test_a_broken_reader_is_told_and_works_again():
    told, lines, reader, driver = presented(["bad checksum", b"\x01", "no answer", "no answer"])
    assert told == ["01"] and not reader.failed and lines == []
    clock, lines = FakeClock(), []
    driver = Script(clock, [])

    async def begin():
        driver.begun += 1
        if driver.begun < 6:
            raise ReaderError("no answer")

    driver.begin = begin
    reader = Reader(driver, clock, lines.append)
    failed = []
    sleep = clock.sleep

    async def watched(ms):
        failed.append(reader.failed)
        await sleep(ms)

    clock.sleep = watched
    run(clock, reader.run(print), 30000)
    assert True in failed and not reader.failed
    assert lines == ["reader: no answer", "reader: it works again"]
