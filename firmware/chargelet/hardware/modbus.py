"""Modbus RTU as a master: reads registers over RS-485.

Designed after the "Modbus over serial line" specification 1.02. Small and ours: the libraries looked at block the
program while they wait, and this one must not stand still.
"""

_ANSWER_MS = 300
_POLL_MS = 5
_EXCEPTIONS = {1: "illegal function", 2: "illegal data address", 3: "illegal data value", 4: "device failure"}


class ModbusError(Exception):
    """No answer, or none that can be believed; says which."""


def crc16(data) -> int:
    """The checksum of a frame."""
    crc = 0xFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ 0xA001 if crc & 1 else crc >> 1
    return crc


def framed(body: bytes) -> bytes:
    """A frame with its checksum."""
    crc = crc16(body)
    return body + bytes((crc & 0xFF, crc >> 8))


class Modbus:
    """A line with meters. `uart` is a machine.UART that does not wait (timeout 0), `direction` a pin that is 1 while
    we speak, or None where the transceiver does it by itself."""

    def __init__(self, uart, clock, direction=None):
        self._uart = uart
        self._clock = clock
        self._direction = direction

    async def read(self, address: int, function: int, register: int, count: int) -> bytes:
        """`count` registers of 16 bits, big-endian; function 3 reads holding registers, 4 input registers.

        Raises ModbusError. Takes 0.3 s at most; one question at a time.
        """
        uart = self._uart
        while uart.any():
            uart.read()  # a late answer to somebody else's question
        request = bytes((address, function, register >> 8, register & 0xFF, count >> 8, count & 0xFF))
        self._send(framed(request))
        size = 2 * count + 5
        answer = b""
        asked = self._clock.uptime()
        while self._clock.uptime() - asked < _ANSWER_MS:
            await self._clock.sleep(_POLL_MS)
            piece = uart.read() if uart.any() else None
            if piece:
                answer += piece
                if len(answer) >= (5 if len(answer) > 1 and answer[1] & 0x80 else size):
                    return self._checked(answer, address, function, size)
        raise ModbusError("address %d: %s" % (address, "half an answer" if answer else "no answer"))

    def _send(self, frame):
        direction = self._direction
        if direction is None:
            self._uart.write(frame)
            return
        direction.value(1)
        try:
            self._uart.write(frame)
            self._uart.flush()  # 8 bytes: at 9600 baud 9 ms
        finally:
            direction.value(0)

    def _checked(self, answer, address, function, size):
        if answer[0] != address or answer[1] & 0x7F != function:
            raise ModbusError("address %d: somebody else answered" % address)
        if not answer[1] & 0x80 and answer[2] != size - 5:
            raise ModbusError("address %d: %d bytes in place of %d" % (address, answer[2], size - 5))
        whole = answer[: 5 if answer[1] & 0x80 else size]
        if framed(whole[:-2]) != whole:
            raise ModbusError("address %d: bad checksum" % address)
        if answer[1] & 0x80:
            what = _EXCEPTIONS.get(answer[2], "exception %d" % answer[2])
            raise ModbusError("address %d: %s" % (address, what))
        return whole[3:-2]
