"""Reads the pilot's state from samples: when a state counts, and which glitches do not. It is told the time.

Designed after IEC 61851-1.
"""

from ..base.clock import ticks_diff
from .pilot_levels import BOUNDARIES, DIODE_MV, HYSTERESIS_MV, band, pilot_state

# Samples that must agree before a change counts: at one each 20 ms, 40 ms to open.
_AGREE = 2


class PilotWatch:
    """The state that counts, since when, and whether the vehicle's diode is there.

    Levels are in mV of the pilot, or all of them (boundaries, hysteresis, the diode's level, samples) in another unit.
    """

    def __init__(self, now: int, boundaries=BOUNDARIES, hysteresis: int = HYSTERESIS_MV, diode_level: int = DIODE_MV):
        self._boundaries = boundaries
        self._hysteresis = hysteresis
        self._diode_level = diode_level
        self._lowest, self._above = band("A", boundaries, hysteresis)
        self.state = "A"
        self.since = now
        self.seen = "A"  # the last sample's state, and how often it has come
        self.diode = False
        self._agreed = 0
        self._blank_from = now
        self._blank_ms = 0

    def steady(self, high: int, low: int) -> bool:
        """Whether a sample says what all of the last ones did: then there is nothing to take in."""
        if self._lowest <= high < self._above and self.seen == self.state:
            return (low <= self._diode_level) == self.diode
        return False

    def look(self, high: int, low: int, now: int) -> bool:
        """Take in one sample; whether the state that counts has changed."""
        seen = pilot_state(high, self.seen, self._boundaries, self._hysteresis)
        if seen == self.seen:
            self._agreed += 1
        else:
            self._agreed = 1
            self._lowest, self._above = band(seen, self._boundaries, self._hysteresis)
        self.seen = seen
        self.diode = low <= self._diode_level
        if self._agreed < _AGREE or seen == self.state:
            return False
        # Vehicles glitch after a change of duty and after the contactor has switched; an unplugged vehicle and a
        # short are seen all the same.
        if seen in "BCD" and ticks_diff(now, self._blank_from) < self._blank_ms:
            return False
        self.state = seen
        self.since = now
        return True

    def blank(self, now: int, ms: int):
        """Levels between vehicle states are not to be trusted for so long."""
        left = self._blank_ms - ticks_diff(now, self._blank_from)
        self._blank_from = now
        self._blank_ms = max(ms, left)

    def forget(self):
        """The samples before now were taken at a level of ours (state F): they prove nothing."""
        self._agreed = 0
