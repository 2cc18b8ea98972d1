"""Knows control pilot levels and duty cycles as whole numbers, designed after IEC 61851-1. Knows no pins."""

# The least high level in mV of each state but the last; a board file may move the first four.
_LETTERS = "ABCDE"
BOUNDARIES = (10500, 7500, 4500, 1500, -1500)
_HYSTERESIS = 300

# The low level of a pilot whose vehicle has its diode.
_DIODE_MV = -10000

# What IEC 61851-1 can say by a duty cycle.
OFFER_LEAST_MA = 6000
OFFER_MOST_MA = 80000


def letter(high_mv: int, before: str = "", boundaries=BOUNDARIES) -> str:
    """The state of a high level: A to E, F below all of them; boundaries move away from the state before."""
    for at, boundary in enumerate(boundaries):
        name = _LETTERS[at]
        if before and before <= name:
            boundary -= _HYSTERESIS
        elif before:
            boundary += _HYSTERESIS
        if high_mv >= boundary:
            return name
    return "F"


def diode(low_mv: int) -> bool:
    """Whether the low level of a pilot that pulses shows the vehicle's diode."""
    return low_mv <= _DIODE_MV


def duty(ma: int) -> int:
    """Duty cycle for a current, in 1/10000: 6 to 80 A, else ValueError."""
    if not OFFER_LEAST_MA <= ma <= OFFER_MOST_MA:
        raise ValueError("current: %d mA is not from %d to %d mA" % (ma, OFFER_LEAST_MA, OFFER_MOST_MA))
    return ma // 6 if ma <= 51000 else ma // 25 + 6400


def current(duty_10000: int) -> int:
    """The current in mA that a vehicle may draw at a duty cycle in 1/10000; 0 where there is no offer."""
    if duty_10000 < 800 or duty_10000 > 9700:
        return 0
    if duty_10000 < 1000:
        return 6000
    if duty_10000 <= 8500:
        return duty_10000 * 6
    return min(OFFER_MOST_MA, (duty_10000 - 6400) * 25)
