"""An S0 meter in a board file: its keys, its mistakes, its driver."""

from ..chips import chip

KEYS = """
pin in !
imp_per_kwh int ! 1..20000
counter bool =false
"""
INTERLOCK = False

# What a counter takes for noise: the most that its filter does.
_FILTER_NS = 12700
_PULSES_MAX = 16  # a second: 30 ms on and 30 ms off


def problems(board, table, path, max_a):
    """More pulses than can be told apart, or a pulse counter on a chip without one."""
    facts = chip(board["chip"])
    if table["counter"] and not facts.counters:
        yield path + "counter", "true", "false: the %s has no counter" % facts.name
    power = max_a * board["grid"]["voltage"] * board["grid"]["phases"]
    most = _PULSES_MAX * 3600000 // power
    if table["imp_per_kwh"] > most:
        yield path + "imp_per_kwh", "%d: too many pulses a second" % table["imp_per_kwh"], "1 to %d" % most


def make(kit, table, max_a):
    """The driver: counted by the chip, or by interrupt."""
    from machine import Pin

    handed = table["imp_per_kwh"], kit.volts, kit.phases, max_a * 1000
    if not table["counter"]:
        from ..pulse_meter import PulseMeter

        return PulseMeter(kit.clock, table["pin"], *handed)
    from machine import Counter

    from ..counter_meter import CounterMeter

    number = kit.shared.get("counters", 0)
    kit.shared["counters"] = number + 1
    counter = Counter(number, Pin(table["pin"], Pin.IN), filter_ns=_FILTER_NS)
    return CounterMeter(kit.clock, counter, *handed)
