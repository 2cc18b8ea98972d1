"""Driver of a residual-current monitor: an output that trips, an input that makes it test itself."""

from machine import Pin

from ..base.clock import ticks_diff

# The monitor must trip within this of the test's begin, and be quiet again within this of its end.
_TRIP_MS = 600
_QUIET_MS = 1500
_IDLE, _TRIPPING, _CALMING = range(3)


class ResidualCurrent:
    """An interlock: a trip latches. Before each close the monitor is tested, where it has a test input.

    `level` is what the trip pin reads when it has tripped.
    """

    limit_ma = None

    def __init__(self, trip: int, level: int = 1, test: "int | None" = None):
        self._trip = Pin(trip, Pin.IN)
        self._level = level
        self._test = Pin(test, Pin.OUT, value=0) if test is not None else None
        self._step = _IDLE
        self._since = 0
        self._passed = False
        self._failed = False

    @property
    def tripped(self) -> bool:
        return self._trip.value() == self._level

    def calm(self) -> bool:
        """Whether nothing has tripped, and no test is under way."""
        return self._step == _IDLE and self._trip.value() != self._level

    def look(self, now: int, evse):
        """(errorCode, vendorErrorCode, latched) or None."""
        if evse.contactor_closed or not evse.connected:
            self._passed = False  # the next close needs a test of its own
        if self._step != _IDLE:
            self._go_on(now)
        elif self.tripped:
            return ("GroundFailure", "ResidualCurrent", True)
        if self._failed:
            return ("GroundFailure", "ResidualCurrentTest", True)
        return None

    def _go_on(self, now):
        waited = ticks_diff(now, self._since)
        if self._step == _TRIPPING:
            if self.tripped or waited >= _TRIP_MS:
                self._failed = not self.tripped
                self._test.value(0)
                self._step = _CALMING
                self._since = now
        elif not self.tripped or waited >= _QUIET_MS:
            self._failed = self._failed or self.tripped
            self._passed = not self._failed
            self._step = _IDLE

    def ready(self, now: int) -> bool:
        """Whether the contactor may close; the first question begins a test."""
        if self._test is None or self._passed:
            return not self.tripped
        if self._step == _IDLE and not self._failed:
            self._test.value(1)
            self._step = _TRIPPING
            self._since = now
        return False
