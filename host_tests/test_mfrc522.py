"""The card reader MFRC522 against its data sheet: cascades, checksums, and all that can be wrong with them."""

from chargelet.hardware.mfrc522 import Mfrc522, crc_a
from chargelet.hardware.reader import ReaderError
from fakes.clock import FakeClock, run
from fakes.parts import Wire


class Chip:
    """An MFRC522 on SPI with a card in front of it, which answers as ISO 14443-3 says."""

    def __init__(self):
        self.card = None
        self.wrong = None
        self.registers = {0x37: 0x92}
        self.fifo = []
        self.reading = None
        self.level = 0

    def write(self, data):
        register, values = data[0] >> 1 & 0x3F, data[1:]
        if data[0] & 0x80:
            self.reading = register
            return
        for value in values:
            if register == 0x09:
                self.fifo.append(value)
            elif register == 0x0A and value & 0x80:
                self.fifo = []
            else:
                self.registers[register] = value
        if register == 0x0D and values[0] & 0x80:
            self._transceive(bytes(self.fifo), values[0] & 7)

    def read(self, size):
        if self.wrong == "nobody":
            return b"\xff"
        if self.reading == 0x09:
            return bytes((self.fifo.pop(0),))
        if self.reading == 0x0A:
            return bytes((len(self.fifo),))
        return bytes((self.registers.get(self.reading, 0),))

    def _transceive(self, sent, bits):
        self.fifo = []
        self.registers[0x06] = 0
        answer = self._card(sent, bits)
        if self.wrong == "stuck":
            self.registers[0x04] = 0
        elif answer is None:
            self.registers[0x04] = 0x01
        else:
            self.registers[0x04] = 0x20
            self.fifo = list(answer)
            if self.wrong == "collision":
                self.registers[0x06] = 0x08

    def _card(self, sent, bits):
        if self.card is None:
            return None
        if sent == b"\x52":
            assert bits == 7, "WUPA has seven bits"
            self.level = 0
            return b"\x44\x00"
        levels = {4: [self.card], 7: [b"\x88" + self.card[:3], self.card[3:]]}
        parts = levels.get(len(self.card)) or [b"\x88" + self.card[:3], b"\x88" + self.card[3:6], self.card[6:]]
        part = parts[self.level]
        check = part[0] ^ part[1] ^ part[2] ^ part[3]
        assert sent[0] == (0x93, 0x95, 0x97)[self.level]
        if sent[1] == 0x20:
            return part + bytes((check ^ (self.wrong == "checksum"),))
        assert sent[1] == 0x70 and sent[2:7] == part + bytes((check,)) and crc_a(sent[:7]) == sent[7:]
        self.level += 1
        sak = bytes((0x04 if self.level < len(parts) else 0x08,))
        return sak + crc_a(sak)


def mfrc522():
    clock, chip, reset = FakeClock(), Chip(), Wire()
    driver = Mfrc522(chip, Wire(), clock, reset)
    run(clock, driver.begin())
    assert reset.written == [0, 1]
    return clock, chip, driver


def test_mfrc522_reads_uids_of_all_lengths():
    clock, chip, driver = mfrc522()
    assert run(clock, driver.uid()) is None
    for uid in (b"\x04\xa2\x24\x5a", b"\x04\x1b\x2c\x3d\x4e\x5f\x60", b"\x08\x01\x02\x03\x04\x05\x06\x07\x08\x09"):
        chip.card = uid
        assert run(clock, driver.uid()) == uid
    chip.card = None
    assert run(clock, driver.uid()) is None


def test_crc_a_of_the_standard():
    assert crc_a(b"\x00\x00") == b"\xa0\x1e" and crc_a(b"\x12\x34") == b"\x26\xcf"


def test_mfrc522_errors_are_named():
    for wrong, named in (("collision", "two cards"), ("checksum", "bad checksum"), ("stuck", "no answer")):
        clock, chip, driver = mfrc522()
        chip.card = b"\x01\x02\x03\x04"
        chip.wrong = wrong
        try:
            run(clock, driver.uid())
        except ReaderError as error:
            assert named in str(error), (wrong, error)
        else:
            raise AssertionError(wrong)
    clock, chip = FakeClock(), Chip()
    chip.wrong = "nobody"
    try:
        run(clock, Mfrc522(chip, Wire(), clock).begin())
    except ReaderError as error:
        assert "no answer" in str(error)
    else:
        raise AssertionError("a bus with nobody on it")
