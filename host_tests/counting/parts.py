"""The simulated board's parts, which can be held still: a pin, a counter and an ADC then answer at once.

What is held is as near to nothing as it can be: a pin is a function of the interpreter's own, an ADC and a counter are
generators whose next value costs READ_ROUNDS. Drivers may keep what they ask a part with, so it is the same all along.
"""

import machine as simulated

_PIN, _ADC, _COUNTER = simulated.Pin, simulated.ADC, simulated.Counter

# Reads of the ADC that are counted at once: two periods of the pilot.
_BLOCK = 30
# A read of the ADC takes so long on a slow chip; the drivers measure that when they start.
READ_US = 70

pins = []
adcs = []
counters = []
held = [False]


class Pin(_PIN):
    def __init__(self, number, mode=-1, value=None):
        _PIN.__init__(self, number, mode, value)
        self.writes = mode == _PIN.OUT
        pins.append(self)


class ADC(_ADC):
    """`reads` is how often it was read, to within a block while it is held."""

    def __init__(self, *given, **named):
        _ADC.__init__(self, *given, **named)
        adcs.append(self)
        self.reads = 0
        self.read_uv = self._values().__next__

    def _values(self):
        while True:
            while not held[0]:
                self.reads += 1
                yield _ADC.read_uv(self)
            levels = tuple([_ADC.read_uv(self) for _ in range(_BLOCK)])
            while held[0]:
                self.reads += _BLOCK
                for level in levels:
                    yield level


class Counter(_COUNTER):
    """While it is held, `per_second` pulses come by the clock `ticks`."""

    per_second = 0
    ticks = None

    def __init__(self, *given, **named):
        _COUNTER.__init__(self, *given, **named)
        counters.append(self)
        self.value = self._values().__next__

    def _values(self):
        while True:
            while not held[0]:
                yield _COUNTER.value(self)
            value = _COUNTER.value(self)
            began = self.ticks()
            while held[0]:
                yield (value + ((self.ticks() - began) & 0x3FFFFFFF) * self.per_second // 1000) & 0xFFFF


def install():
    """Before any driver is imported."""
    simulated.Pin, simulated.ADC, simulated.Counter = Pin, ADC, Counter


def forget():
    """Those of the station before."""
    release()
    del pins[:], adcs[:], counters[:]


def reads() -> int:
    """Of all ADCs."""
    return sum([adc.reads for adc in adcs])


def hold(per_second, ticks):
    """Nothing moves from now on, but so many pulses a second come."""
    for pin in pins:
        pin.value = "1".isdigit if pin.value() and not pin.writes else int
    for counter in counters:
        counter.per_second, counter.ticks = per_second, ticks
    held[0] = True


def release():
    """As the simulated board has them again."""
    held[0] = False
    for pin in pins:
        if "value" in pin.__dict__:
            del pin.value
