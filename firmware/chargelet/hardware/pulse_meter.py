"""Driver of an S0 meter on a pin, by interrupt; it says how many pulses it may have missed."""

from machine import Pin

from ..base.clock import ticks_diff
from .pulse_register import PulseRegister

# A pulse lasts 30 ms and so does the pause: what comes sooner is bounce.
_GATE_MS = 20
_PERIOD_MS = 60


class PulseMeter(PulseRegister):
    """Pulses on a pin, by interrupt. MicroPython calls the handler when it comes to it: what comes while the program
    stands still comes late and together, where the gate takes several for one, or not at all; see `missed`."""

    def __init__(self, clock, pin: int, imp_per_kwh: int, volts: int, phases: int, most_ma: int = 32000):
        PulseRegister.__init__(self, clock, imp_per_kwh, volts, phases, most_ma)
        self._stepped = None
        self._pulses_then = 0
        self._edge = None
        self._pin = Pin(pin, Pin.IN)
        self._pin.irq(self._pulse, Pin.IRQ_RISING)

    def _pulse(self, pin):
        now = self._clock.ticks()
        if self._edge is not None and 0 <= ticks_diff(now, self._edge) < _GATE_MS:
            return
        self._edge = now
        self.count(1, now)

    def step(self, now: int, flowing: bool):
        if self._stepped is not None and flowing:
            gap = ticks_diff(now, self._stepped)
            if gap > _PERIOD_MS:
                room = gap // self._least_ms + 1
                self.missed += max(0, room - (self._pulses - self._pulses_then))
        self._stepped = now
        self._pulses_then = self._pulses
