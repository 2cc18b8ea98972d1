"""A connector whose pilot and contactor are on the board's own pins: keys of the pilot, mistakes, the EVSE."""

from .. import board_keys
from ..chips import chip

KEYS = """
pwm out !
adc adc !
zero_mv int ! 0..3300
span_mv int ! 100..3300
disconnect out ?
a_min_mv int =10500 9500..11500
b_min_mv int =7500 6500..8500
c_min_mv int =4500 3500..5500
d_min_mv int =1500 500..2500
"""


def problems(board, table, path, max_a):
    """What is missing or too much beside the pilot, and levels that the ADC cannot read."""
    tier = board["safety"]["tier"]
    for name in ("contactor", "meter"):
        if name not in table:
            yield path + name, "nothing", "needed beside pilot"
    if tier == "T3":
        yield path + "rapi", "nothing", "needed on tier T3"
    if table["cable"] == "fixed":
        for name in ("lock", "proximity"):
            if name in table:
                yield path + name, "a value", "none with a fixed cable"
    else:
        if "proximity" not in table:
            yield path + "proximity", "nothing", "needed for a socket: the plug says what its cable bears"
        if tier != "T0" and "lock" not in table:
            yield path + "lock", "nothing", "needed for a socket"
    pilot = table["pilot"]
    # Both plateaus must be where the ADC is linear; it saturates above.
    most_mv = chip(board["chip"]).adc_mv
    zero, swing = pilot["zero_mv"] * 10, pilot["span_mv"] * 12
    if zero + swing > most_mv * 10 or zero < swing:
        shown = "%d mV at 0 V and %d mV more at 10 V" % (pilot["zero_mv"], pilot["span_mv"])
        yield path + "pilot", shown, "-12 V and +12 V between 0 and %d mV at the ADC" % most_mv


def make(kit, table, number, contactor):
    """The EVSE, with its meter, its lock and its interlocks."""
    from ..evse import Evse
    from ..over_current import OverCurrent
    from ..pilot import Pilot
    from ..pilot_levels import BOUNDARIES

    pilot, max_a = table["pilot"], table["max_current"]
    levels = tuple([pilot[name + "_min_mv"] for name in "abcd"]) + BOUNDARIES[4:]
    wires = pilot["pwm"], pilot["adc"], pilot["zero_mv"], pilot["span_mv"]
    driver = Pilot(*wires, kit.clock.micros, pilot.get("disconnect"), levels)
    meter, is_interlock = kit.meter(table["meter"], max_a)
    lock = None
    if "lock" in table:
        from ..lock import Lock

        bolt = table["lock"]
        lock = Lock(bolt["close"], bolt["open"], bolt["feedback"], bolt["feedback_inverted"])
    interlocks = [OverCurrent(meter)]
    if is_interlock:
        interlocks.append(meter)
    for name in board_keys.sections("interlock", table):
        interlocks.append(board_keys.part("interlock", name).make(kit, table[name], max_a))
    charging = "CD" if table["ventilation"] else "C"
    handed = driver, contactor, meter, lock, max_a * 1000, interlocks, charging
    return Evse(number, kit.clock, kit.log, *handed)
