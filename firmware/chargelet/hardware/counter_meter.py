"""Driver of an S0 meter on one of the chip's pulse counters."""

from .pulse_register import PulseRegister


class CounterMeter(PulseRegister):
    """Pulses counted by `machine.Counter`, which goes on while the program stands still. Its filter ignores what is
    shorter than 13 µs and does not debounce: the line needs an RC and a Schmitt trigger, or an opto-coupler."""

    def __init__(self, clock, counter, imp_per_kwh: int, volts: int, phases: int, most_ma: int = 32000):
        PulseRegister.__init__(self, clock, imp_per_kwh, volts, phases, most_ma)
        self._counter = counter
        self._value = counter.value()

    def step(self, now: int, flowing: bool):
        value = self._counter.value()
        # Right wherever the counter wraps, at 16 bits or at more, if it is read once an hour.
        pulses = (value - self._value) & 0xFFFF
        self._value = value
        if pulses:
            self.count(pulses, now)
