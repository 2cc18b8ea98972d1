"""Reduces the current when it gets hot, and then takes all of it away."""

from ..base.clock import ticks_diff
from .pilot_levels import OFFER_MIN_MA

# Cooler than a threshold by so much before it counts as left.
_HYSTERESIS_C = 10
# A sensor is asked so often, and one that says nothing for so long is broken.
_ASK_MS = 1000
_SILENCE_MS = 30000


class Derating:
    """An interlock: from `derate_c` on half of the current, from `stop_c` on a fault, both with hysteresis.

    A sensor that is silent for 30 s takes half of the current as well.
    """

    calm = None

    def __init__(self, sensor, derate_c: int, stop_c: int, most_ma: int):
        self._sensor = sensor
        self._derate = derate_c
        self._stop = stop_c
        self._half = max(OFFER_MIN_MA, most_ma // 2)
        self.limit_ma = None
        self.celsius = None
        self._asked = None
        self._heard = None
        self._hot = False
        self._stopped = False

    def look(self, now: int, evse):
        """(errorCode, vendorErrorCode, latched) or None."""
        if self._asked is None or ticks_diff(now, self._asked) >= _ASK_MS:
            if self._asked is None:
                self._heard = now
            self._asked = now
            celsius = self._sensor.read()
            if celsius is not None:
                self._heard = now
                self.celsius = celsius
                self._hot = celsius >= self._derate - (_HYSTERESIS_C if self._hot else 0)
                self._stopped = celsius >= self._stop - (_HYSTERESIS_C if self._stopped else 0)
        silent = ticks_diff(now, self._heard) >= _SILENCE_MS
        self.limit_ma = self._half if self._hot or silent else None
        return ("HighTemperature", None, False) if self._stopped else None

    def ready(self, now: int) -> bool:
        return True
