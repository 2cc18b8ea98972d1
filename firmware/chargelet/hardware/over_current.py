"""Finds out that a vehicle takes more current than it was offered."""

from ..base.clock import ticks_diff

# More than a tenth above the offer, for so long; a vehicle has 5 s to follow a smaller one, and a meter of pulses
# needs about as long to tell.
_TRIP_MS = 7000
_FOLLOW_MS = 5000
# Meters are not exact, and small currents make small tenths.
_MIN_MA = 500


class OverCurrent:
    """An interlock: trips until the vehicle has been unplugged."""

    limit_ma = None
    calm = None

    def __init__(self, meter):
        self._meter = meter
        self._offer = 0
        self._changed = None
        self._over_since = None
        self._tripped = False

    def look(self, now: int, evse):
        """(errorCode, vendorErrorCode, latched) or None."""
        offer = evse.offered_ma
        if not evse.connected:
            self._tripped = False
        if offer != self._offer or self._changed is None:
            self._changed = now
            self._offer = offer
        if self._tripped:
            return ("OverCurrentFailure", None, False)
        most = offer + max(_MIN_MA, offer // 10)
        over = offer and evse.contactor_closed and self._meter.current_ma() > most
        if not over or ticks_diff(now, self._changed) < _FOLLOW_MS:
            self._over_since = None
        elif self._over_since is None:
            self._over_since = now
        elif ticks_diff(now, self._over_since) >= _TRIP_MS:
            self._tripped = True
        return None

    def ready(self, now: int) -> bool:
        return not self._tripped
