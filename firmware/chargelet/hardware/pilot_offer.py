"""What the station offers on the pilot: what, since when, and for how long at least.

Designed after IEC 61851-1.
"""

from ..base.clock import ticks_diff

# A vehicle follows a change within 5 s: changes are as far apart.
_DUTY_MS = 5000
# State F on a fault; and what wakes a vehicle up.
_F_MS = 500
_WAKE_MS = 4000


class PilotOffer:
    """`ma` is what is offered by pulses, 0 at steady +12 V; `held`: at -12 V, or off the line."""

    def __init__(self, pilot, now: int):
        self._pilot = pilot
        self.ma = 0
        self.since = now
        self.held = False
        self._hold_ms = 0
        pilot.steady()

    def fail(self, now: int):
        """State F, long enough for a vehicle to see."""
        self._pilot.unavailable()
        self._hold(now, _F_MS)

    def wake(self, now: int):
        """To a vehicle that sleeps, the plug comes out and goes in again."""
        self._pilot.disconnect()
        self._hold(now, _WAKE_MS)

    def _hold(self, now, ms):
        self.ma = 0
        self.since = now
        self.held = True
        self._hold_ms = ms

    def release(self, now: int) -> bool:
        """Go back to steady +12 V when that has lasted long enough; whether it has."""
        if ticks_diff(now, self.since) < self._hold_ms:
            return False
        self.held = False
        self._say(0, now)
        return True

    def adjust(self, ma: int, now: int) -> bool:
        """Offer this now, or when it may change; whether it has changed."""
        if self.held or ma == self.ma or (ma and self.ma and ticks_diff(now, self.since) < _DUTY_MS):
            return False
        self._say(ma, now)
        return True

    def _say(self, ma, now):
        if ma:
            self._pilot.offer(ma)
        else:
            self._pilot.steady()
        self.ma = ma
        self.since = now
