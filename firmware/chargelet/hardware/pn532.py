"""Driver of a PN532 card reader on I²C, after NXP's user manual UM0701-02.

A frame: 00 00 FF, length, its complement, D4 (to the reader) or D5 (from it), command, data, checksum, 00.
"""

from .reader import ReaderError

_ADDRESS = 0x24
_ACK = b"\x00\x00\xff\x00\xff\x00"
_SAM_CONFIGURATION = 0x14
_LIST_PASSIVE_TARGET = 0x4A
_GET_FIRMWARE_VERSION = 0x02
_RF_CONFIGURATION = 0x32
# Each answer is read with the status byte in front: 1 when there is something to read.
_READY = 1
_ANSWER_MS = 200
_POLL_MS = 10


def frame(command: int, data: bytes = b"") -> bytes:
    """A frame to the reader."""
    body = bytes((0xD4, command)) + data
    length = len(body)
    return b"\x00\x00\xff" + bytes((length, -length & 0xFF)) + body + bytes((-sum(body) & 0xFF, 0))


def payload(raw: bytes, command: int) -> bytes:
    """What a frame from the reader carries. Raises ReaderError for one that is damaged or answers something else."""
    start = raw.find(b"\x00\xff")
    if start < 0 or len(raw) < start + 6:
        raise ReaderError("no frame")
    length, complement = raw[start + 2], raw[start + 3]
    body = raw[start + 4 : start + 4 + length]
    if length + complement & 0xFF or len(body) != length or len(raw) < start + 5 + length:
        raise ReaderError("a damaged frame")
    if sum(body) + raw[start + 4 + length] & 0xFF:
        raise ReaderError("bad checksum")
    if length < 2 or body[0] != 0xD5 or body[1] != command + 1:
        raise ReaderError("an answer to something else")
    return body[2:]


class Pn532:
    """`i2c` is a machine.I2C of 100 kHz."""

    def __init__(self, i2c, clock):
        self._i2c = i2c
        self._clock = clock

    async def _ask(self, command: int, data: bytes, size: int) -> bytes:
        try:
            self._i2c.writeto(_ADDRESS, frame(command, data))
            if (await self._answer(7))[:6] != _ACK:
                raise ReaderError("no acknowledgement")
            return payload(await self._answer(size + 10), command)
        except OSError as error:
            raise ReaderError("the bus says %s" % error) from None

    async def _answer(self, size):
        asked = self._clock.uptime()
        while self._clock.uptime() - asked < _ANSWER_MS:
            raw = self._i2c.readfrom(_ADDRESS, size)
            if raw[0] & 1 == _READY:
                return raw[1:]
            await self._clock.sleep(_POLL_MS)
        raise ReaderError("no answer")

    async def begin(self):
        """Wake it up. Raises ReaderError."""
        version = await self._ask(_GET_FIRMWARE_VERSION, b"", 4)
        if version[:1] != b"\x32":
            raise ReaderError("chip %s is no PN532" % version[:1])
        await self._ask(_SAM_CONFIGURATION, b"\x01\x14\x00", 0)
        # A second try for a card and no third: that there is none is an answer too.
        await self._ask(_RF_CONFIGURATION, b"\x05\x00\x00\x01", 0)

    async def uid(self) -> "bytes | None":
        """The UID of the card that lies there, byte 0 first (OCPP 1.6 §3.9), or None. Raises ReaderError."""
        found = await self._ask(_LIST_PASSIVE_TARGET, b"\x01\x00", 20)
        if not found or found[0] != 1:
            return None
        # Number, target, SENS_RES (2), SEL_RES, length of the UID, UID.
        size = found[5] if len(found) > 5 else 0
        uid = found[6 : 6 + size]
        if len(uid) != size or size not in (4, 7, 10):
            raise ReaderError("a UID of %d bytes" % size)
        return uid
