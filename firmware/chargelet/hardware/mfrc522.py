"""Driver of an MFRC522 card reader on SPI, after NXP's data sheet and ISO 14443-3's anticollision."""

from .reader import ReaderError

_COMMAND, _COM_IRQ, _ERROR, _FIFO_DATA, _FIFO_LEVEL, _BIT_FRAMING = 0x01, 0x04, 0x06, 0x09, 0x0A, 0x0D
_COLL, _MODE, _TX_CONTROL, _TX_ASK = 0x0E, 0x11, 0x14, 0x15
_T_MODE, _T_PRESCALER, _T_RELOAD_H, _T_RELOAD_L, _VERSION = 0x2A, 0x2B, 0x2C, 0x2D, 0x37
_IDLE, _TRANSCEIVE, _SOFT_RESET = 0x00, 0x0C, 0x0F
_RX_IRQ, _IDLE_IRQ, _TIMER_IRQ = 0x20, 0x10, 0x01
# A card has answered or not within 25 ms; each cascade level has a select code of its own.
_POLLS = 10
_POLL_MS = 3
_LEVELS = (0x93, 0x95, 0x97)
_CASCADE_TAG = 0x88


def crc_a(data) -> bytes:
    """The checksum of ISO 14443-3 type A, low byte first."""
    crc = 0x6363
    for byte in data:
        byte ^= crc & 0xFF
        byte = (byte ^ byte << 4) & 0xFF
        crc = (crc >> 8 ^ byte << 8 ^ byte << 3 ^ byte >> 4) & 0xFFFF
    return bytes((crc & 0xFF, crc >> 8))


class Mfrc522:
    """`spi` is a machine.SPI of 1 MHz, mode 0; `cs` and `reset` are pins, `reset` perhaps None."""

    def __init__(self, spi, cs, clock, reset=None):
        self._spi = spi
        self._cs = cs
        self._clock = clock
        self._reset = reset
        cs.value(1)

    def _write(self, register, *values):
        self._cs.value(0)
        try:
            self._spi.write(bytes((register << 1 & 0x7E,)) + bytes(values))
        finally:
            self._cs.value(1)

    def _read(self, register) -> int:
        self._cs.value(0)
        try:
            self._spi.write(bytes((0x80 | register << 1 & 0x7E,)))
            return self._spi.read(1)[0]
        finally:
            self._cs.value(1)

    async def begin(self):
        """Wake it up. Raises ReaderError."""
        if self._reset:
            self._reset.value(0)
            await self._clock.sleep(5)
            self._reset.value(1)
        self._write(_COMMAND, _SOFT_RESET)
        await self._clock.sleep(50)
        version = self._read(_VERSION)
        if version in (0x00, 0xFF):
            raise ReaderError("no answer")
        # A timer of 25 ms, 100 % ASK, CRC preset 6363, antenna on.
        for register, value in (
            (_T_MODE, 0x80),
            (_T_PRESCALER, 0xA9),
            (_T_RELOAD_H, 0x03),
            (_T_RELOAD_L, 0xE8),
            (_TX_ASK, 0x40),
            (_MODE, 0x3D),
            (_TX_CONTROL, 0x83),
        ):
            self._write(register, value)

    async def _transceive(self, data: bytes, bits: int = 0) -> "bytes | None":
        """What the card answers; None: nothing. Raises ReaderError. `bits` of the last byte are sent, 0: all."""
        self._write(_COMMAND, _IDLE)
        self._write(_COM_IRQ, 0x7F)
        self._write(_FIFO_LEVEL, 0x80)
        self._write(_FIFO_DATA, *data)
        self._write(_BIT_FRAMING, bits)
        self._write(_COMMAND, _TRANSCEIVE)
        self._write(_BIT_FRAMING, 0x80 | bits)
        for _ in range(_POLLS):
            await self._clock.sleep(_POLL_MS)
            irq = self._read(_COM_IRQ)
            if irq & (_RX_IRQ | _IDLE_IRQ):
                break
            if irq & _TIMER_IRQ:
                return None
        else:
            raise ReaderError("no answer")
        error = self._read(_ERROR)
        if error & 0x08:
            raise ReaderError("two cards at once")
        if error & 0x13:
            return None  # a card that is being taken away
        return bytes([self._read(_FIFO_DATA) for _ in range(min(64, self._read(_FIFO_LEVEL)))])

    async def uid(self) -> "bytes | None":
        """The UID of the card that lies there, byte 0 first (OCPP 1.6 §3.9), or None. Raises ReaderError."""
        self._write(_COLL, 0x80)
        # WUPA, 7 bits: cards that have been read answer again.
        answer = await self._transceive(b"\x52", 7)
        if not answer or len(answer) != 2:
            return None
        uid = b""
        for level in _LEVELS:
            part = await self._transceive(bytes((level, 0x20)))
            if part is None or len(part) != 5:
                return None
            if part[0] ^ part[1] ^ part[2] ^ part[3] != part[4]:
                raise ReaderError("bad checksum")
            select = bytes((level, 0x70)) + part
            acknowledged = await self._transceive(select + crc_a(select))
            if not acknowledged or crc_a(acknowledged[:1]) != acknowledged[1:]:
                return None
            if part[0] != _CASCADE_TAG:
                return uid + part[:4]
            uid += part[1:4]
        raise ReaderError("a UID of more than 10 bytes")
