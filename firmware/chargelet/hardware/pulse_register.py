"""Adds S0 pulses up to an energy register, designed after IEC 62053-31."""

from ..base.clock import ticks_diff

# A pulse lasts 30 ms and so does the pause.
_PERIOD_MS = 60

# Power is averaged over at least so long, where pulses come often enough.
_WINDOW_MS = 5000

# A contactor has opened so long after its coil: then no more pulses come.
_OPENING_MS = 100

_MS_WATT_PER_KWH = 3600000000


class PulseRegister:
    """A register of whole Wh that never goes back, and the power between pulses. Subclasses count the pulses.

    `Current.Import` is derived: power over the nominal voltage of all phases, taken as balanced.
    """

    known = True
    measurands = ("Energy.Active.Import.Register", "Power.Active.Import", "Current.Import")

    def __init__(self, clock, imp_per_kwh: int, volts: int, phases: int, most_ma: int):
        self._clock = clock
        self._imp = imp_per_kwh
        self._volts = volts * phases
        # No two pulses can be closer than at a tenth more than the connector's power.
        most_w = most_ma * self._volts // 1000
        self._least_ms = max(_PERIOD_MS, _MS_WATT_PER_KWH * 10 // (imp_per_kwh * most_w * 11))
        self._wh = 0
        self._rest = 0  # thousandths of a pulse's energy that have not made a Wh yet
        self._idled = -_OPENING_MS  # uptime
        self._pulses = 0
        self._last = None  # ticks of the last pulse
        self._window = None  # ticks and pulses at the window's beginning
        self._window_pulses = 0
        self._power = 0
        # How many pulses may have been lost at most: those that would have had room while the program stood still.
        self.missed = 0

    def count(self, pulses: int, now: int):
        """So many pulses have come since the last time."""
        if self._last is not None:
            if self._window is None:
                self._window = self._last
                self._window_pulses = self._pulses
            span = ticks_diff(now, self._window)
            since = self._pulses + pulses - self._window_pulses
            if span > 0:
                self._power = since * _MS_WATT_PER_KWH // (self._imp * span)
            if span >= _WINDOW_MS:
                self._window = now
                self._window_pulses = self._pulses + pulses
        self._last = now
        self._pulses += pulses
        # Step by step, for numbers that stay small take no RAM.
        rest = self._rest + pulses * 1000
        self._wh += rest // self._imp
        self._rest = rest % self._imp

    def restore(self, wh: int):
        """Go on from an earlier register; a smaller one is ignored."""
        if wh > self._wh:
            self._wh = wh

    def energy_wh(self) -> int:
        """The register."""
        return self._wh

    def power_w(self) -> int:
        """Power now: no more than a pulse since the last one would make (it soon falls to 0 when there are none)."""
        if self._last is None or not self._power:
            return 0
        silence = ticks_diff(self._clock.ticks(), self._last)
        if silence < 0 or silence > 60000:
            self._power = 0
            self._last = self._window = None
            return 0
        if silence == 0:
            return self._power
        return min(self._power, _MS_WATT_PER_KWH // (self._imp * silence))

    def current_ma(self) -> int:
        """Current per phase, derived from power_w()."""
        return self.power_w() * 1000 // self._volts

    def idle(self):
        """The contactor opens: no more power flows."""
        self._power = 0
        self._last = self._window = None
        self._idled = self._clock.uptime()

    def settled(self) -> bool:
        """Whether the register has stopped, once the contactor is open."""
        if self._clock.uptime() - self._idled < _OPENING_MS:
            return False
        self.step(self._clock.ticks(), False)
        return True

    def step(self, now: int, flowing: bool):
        """Let time pass; `flowing`: whether the contactor is closed. Called as often as the pilot is looked at."""
