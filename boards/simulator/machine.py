"""MicroPython's `machine` as on an ESP32, over the simulated world.

Stands before the interpreter's own `machine` on sys.path, so that the firmware's drivers run as they are.
"""

import sys

# What `tools/station` starts the board again at.
RESET_STATUS = 3
PWRON_RESET = 1
HARD_RESET = 2

_world = None


def connect(world):
    """Say which world the pins are in; before anything else here is used."""
    global _world
    _world = world


def reset():
    """Ends the process; tools/station starts it again."""
    _world.reset()
    sys.exit(RESET_STATUS)


def unique_id() -> bytes:
    """The chip's own number."""
    return b"\x01\xab\xcd\xef"


def reset_cause() -> int:
    return HARD_RESET if _world.was_reset else PWRON_RESET


class Pin:
    """A pin: the world knows by its number what hangs on it."""

    IN = 1
    OUT = 3
    IRQ_RISING = 1

    def __init__(self, number: int, mode: int = -1, value=None):
        self.number = number
        self._value = 0
        if value is not None:
            self.value(value)

    def value(self, new=None):
        """Read the pin, or write it."""
        point, what = _world.at(self.number)
        if new is not None:
            self._value = 1 if new else 0
            point.write(what, self._value)
            return None
        seen = point.read(what)
        return self._value if seen is None else seen

    def irq(self, handler=None, trigger=IRQ_RISING):
        """Call `handler(pin)` at every edge; only the meter's pin has any."""
        _world.at(self.number)[0].on_pulse = (lambda: handler(self)) if handler else None


class Counter:
    """Counts a pin's pulses, whatever the program does."""

    def __init__(self, number: int, pin: Pin, filter_ns: int = 0):
        self._place = _world.at(pin.number)[0]

    def value(self) -> int:
        return self._place.count & 0xFFFF


class PWM:
    """The control pilot's pulses, or a lamp."""

    def __init__(self, pin: Pin, freq: int = 1000, duty_u16: int = 0):
        self._place, self._what = _world.at(pin.number)
        self.duty_u16(duty_u16)

    def duty_u16(self, value: int):
        self._place.pulses(self._what, value)


class ADC:
    """A voltage behind its divider."""

    ATTN_11DB = 3

    def __init__(self, pin: Pin, atten: int = 0):
        self._place, self._what = _world.at(pin.number)

    def read_uv(self) -> int:
        return self._place.read_uv(self._what)


class RTC:
    """The memory that a reset leaves alone; the clock is the laptop's."""

    def datetime(self, new):
        pass

    def memory(self, new=None):
        if new is None:
            return _world.rtc
        _world.rtc = new
        return None
