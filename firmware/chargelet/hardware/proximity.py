"""The proximity contact: a resistor in the plug says what current the cable bears.

Designed after IEC 61851-1, annex B. In the gaps between two ratings the lower one counts.
"""

from machine import ADC, Pin

# From this resistance in ohms on: the cable's rating in mA; outside of all, no cable can be told.
_MIN_OHM = 60
_MAX_OHM = 4500
_RATINGS = ((936, 13000), (308, 20000), (140, 32000), (_MIN_OHM, 63000))
# Looks that must agree.
_AGREE = 3


def rating(ohm: "int | None") -> "int | None":
    """Milliamperes that a cable with this resistor bears; None where none can be told."""
    if ohm is None or not _MIN_OHM <= ohm <= _MAX_OHM:
        return None
    for least, ma in _RATINGS:
        if ohm > least or (least == _MIN_OHM and ohm >= least):
            return ma
    return None


class Proximity:
    """An interlock: limits the current to what the cable bears, and to nothing while that cannot be told.

    The resistor forms a divider with `pull_up_ohm` towards `supply_mv`. A worse rating in mid-session counts at once,
    a better one only with the next cable.
    """

    calm = None

    def __init__(self, adc: int, pull_up_ohm: int, supply_mv: int):
        self._adc = ADC(Pin(adc), atten=ADC.ATTN_11DB)
        self._pull_up = pull_up_ohm
        self._supply = supply_mv
        self.limit_ma = 0
        self._seen = None
        self._agreed = 0

    def ohm(self) -> "int | None":
        """The resistance now; None: nothing is plugged in."""
        mv = self._adc.read_uv() // 1000
        if mv * 10 >= self._supply * 9:
            return None
        return mv * self._pull_up // (self._supply - mv)

    def look(self, now: int, evse):
        """Never a fault: without a rating nothing is offered, and that is all."""
        seen = rating(self.ohm()) or 0
        self._agreed = self._agreed + 1 if seen == self._seen else 1
        self._seen = seen
        if self._agreed >= _AGREE:
            if seen < self.limit_ma or not evse.connected or not self.limit_ma:
                self.limit_ma = seen
        return None

    def ready(self, now: int) -> bool:
        return bool(self.limit_ma)
