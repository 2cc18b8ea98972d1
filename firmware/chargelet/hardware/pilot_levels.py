"""Control pilot levels and duty cycles as whole numbers, designed after IEC 61851-1."""

_LETTERS = "ABCDE"
_FAR = 1 << 29  # beyond every level
# The least high level in mV of each state but the last; a board file may move the first four.
BOUNDARIES = (10500, 7500, 4500, 1500, -1500)
HYSTERESIS_MV = 300

# The low level of a pilot whose vehicle has its diode is not above this.
DIODE_MV = -10000

# What IEC 61851-1 can say by a duty cycle.
OFFER_MIN_MA = 6000
OFFER_MAX_MA = 80000


def pilot_state(high: int, before: str = "", boundaries=BOUNDARIES, hysteresis: int = HYSTERESIS_MV) -> str:
    """The state of a high level: A to E, F below all of them; boundaries move away from the state before.

    In mV, or whatever the boundaries and the hysteresis are in.
    """
    for at, boundary in enumerate(boundaries):
        name = _LETTERS[at]
        if before and before <= name:
            boundary -= hysteresis
        elif before:
            boundary += hysteresis
        if high >= boundary:
            return name
    return "F"


def band(name: str, boundaries=BOUNDARIES, hysteresis: int = HYSTERESIS_MV) -> tuple:
    """(lowest, first above) of the levels at which pilot_state() stays with a state."""
    at = _LETTERS.find(name)
    if at < 0:
        return -_FAR, boundaries[-1] + hysteresis
    return boundaries[at] - hysteresis, boundaries[at - 1] + hysteresis if at else _FAR


def duty(ma: int) -> int:
    """Duty cycle for a current, in 1/10000: 6 to 80 A, else ValueError."""
    if not OFFER_MIN_MA <= ma <= OFFER_MAX_MA:
        raise ValueError("current: %d mA is not from %d to %d mA" % (ma, OFFER_MIN_MA, OFFER_MAX_MA))
    return ma // 6 if ma <= 51000 else ma // 25 + 6400


def current(duty_10000: int) -> int:
    """The current in mA that a vehicle may draw at a duty cycle in 1/10000; 0 where there is no offer."""
    if duty_10000 < 800 or duty_10000 > 9700:
        return 0
    if duty_10000 < 1000:
        return OFFER_MIN_MA
    if duty_10000 <= 8500:
        return duty_10000 * 6
    return min(OFFER_MAX_MA, (duty_10000 - 6400) * 25)
