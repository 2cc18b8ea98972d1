"""A meter on a Modbus line, with registers that a test fills."""

import struct

from chargelet.hardware.modbus import Modbus, framed
from fakes.clock import FakeClock
from fakes.parts import Line


class Meter:
    """A meter on the line: registers, and what is wrong with it."""

    def __init__(self, address=1, function=4):
        self.address = address
        self.function = function
        self.registers = {}
        self.wrong = None
        self.asked = 0

    def float_at(self, register, value):
        self.registers[register], self.registers[register + 1] = struct.unpack(">HH", struct.pack(">f", value))

    def whole_at(self, register, value, count):
        for at in range(count):
            self.registers[register + at] = value >> 16 * (count - 1 - at) & 0xFFFF

    def __call__(self, frame):
        assert framed(frame[:-2]) == frame and len(frame) == 8
        self.asked += 1
        address, function, register, count = struct.unpack(">BBHH", frame[:6])
        if self.wrong == "silent" or address != self.address:
            return b""
        if function != self.function:
            return framed(bytes((address, function | 0x80, 1)))
        if self.wrong == "exception":
            return framed(bytes((address, function | 0x80, 4)))
        data = b"".join([struct.pack(">H", self.registers.get(register + at, 0)) for at in range(count)])
        answer = framed(bytes((self.address + (self.wrong == "other"), function, len(data))) + data)
        if self.wrong == "checksum":
            return answer[:-1] + bytes((answer[-1] ^ 1,))
        if self.wrong == "half":
            return answer[:4]
        if self.wrong == "long":
            return framed(bytes((address, function, len(data) + 2)) + data + b"\0\0")
        return answer


def line(meter, direction=None):
    clock = FakeClock()
    return clock, Modbus(Line(meter), clock, direction)
