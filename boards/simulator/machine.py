"""Knows the names of MicroPython's `machine` on an ESP32, over the simulated world. Knows no station.

Stands before the interpreter's own `machine` on sys.path, so that the firmware's drivers run as they are.
"""

import sys

import world as _names

# What `tools/station` starts the board again at.
RESET_STATUS = 3
PWRON_RESET = 1

_world = None


def connect(world):
    """Say which world the pins are in; before anything else here is used."""
    global _world
    _world = world


def reset():
    """Ends the process; whoever has started it starts it again."""
    sys.exit(RESET_STATUS)


def reset_cause() -> int:
    return PWRON_RESET


class Pin:
    """A pin of one of the places: see world.py for which is which."""

    IN = 1
    OUT = 3
    IRQ_RISING = 1

    def __init__(self, number: int, mode: int = -1, value=None):
        self.number = number
        self._place, self._which = _world.at(number)
        self._value = 0
        if value is not None:
            self.value(value)

    def value(self, new=None):
        """Read the pin, or write it."""
        place, which = self._place, self._which
        if new is None:
            if which == _names.FEEDBACK:
                return 1 if place.closed else 0
            if which == _names.LOCK_FEEDBACK:
                return 1 if place.bolt else 0
            return self._value
        self._value = 1 if new else 0
        if which == _names.COIL:
            place.coil = bool(new)
        elif which == _names.LOCK_CLOSE:
            place.motor = 1 if new else 0
        elif which == _names.LOCK_OPEN:
            place.motor = -1 if new else 0
        return None

    def irq(self, handler=None, trigger=IRQ_RISING):
        """Call `handler(pin)` at every edge; only the meter's pin has any."""
        self._place.on_pulse = (lambda: handler(self)) if handler else None


class PWM:
    """The control pilot's pulses."""

    def __init__(self, pin: Pin, freq: int = 1000, duty_u16: int = 0):
        self._place = _world.at(pin.number)[0]
        self.duty_u16(duty_u16)

    def duty_u16(self, value: int):
        self._place.duty = (value * 10000 + 32767) // 65535


class ADC:
    """The control pilot's level behind its divider."""

    ATTN_11DB = 3

    def __init__(self, pin: Pin, atten: int = 0):
        self._place = _world.at(pin.number)[0]

    def read_uv(self) -> int:
        return self._place.read_uv()
