"""Knows how a board file's content becomes drivers. Knows not what the drivers do."""

from .contactor import Contactor
from .evse import Evse
from .lock import Lock
from .pilot import Pilot
from .pulse_meter import PulseMeter


def _take(table, path: str, name: str, kind=int, least=None, most=None):
    """A value of a board file. Raises ValueError that names the key's path, what was found and what is allowed."""
    value = table.get(name)
    if type(value) is not kind:
        raise ValueError("board: %s.%s: %r is not a %s" % (path, name, value, kind.__name__))
    if (least is not None and value < least) or (most is not None and value > most):
        raise ValueError("board: %s.%s: %r is not from %s to %s" % (path, name, value, least, most))
    return value


def _section(table, path: str, name: str) -> dict:
    return _take(table, path, name, dict)


def build(board: dict, clock, log) -> list:
    """One Evse for every [[connector]] of the board. Raises ValueError for what is wrong in it.

    Contactors first: they are off before anything else is looked at.
    """
    grid = _section(board, "board", "grid")
    volts = _take(grid, "grid", "voltage", int, 100, 260)
    phases = _take(grid, "grid", "phases", int, 1, 3)
    connectors = _take(board, "board", "connector", list)
    used = {}
    contactors = []
    for at, table in enumerate(connectors):
        path = "connector[%d]" % at
        for name in ("pwm", "adc", "contactor", "feedback", "meter", "lock_close", "lock_open", "lock_feedback"):
            if name not in table and name in ("feedback", "lock_close", "lock_open", "lock_feedback"):
                continue
            pin = _take(table, path, name, int, 0)
            if pin in used:
                raise ValueError("board: %s.%s: pin %d is already %s" % (path, name, pin, used[pin]))
            used[pin] = "%s.%s" % (path, name)
        contactors.append(Contactor(table["contactor"], table.get("feedback")))
    evses = []
    for at, table in enumerate(connectors):
        path = "connector[%d]" % at
        imp = _take(table, path, "imp_per_kwh", int, 1, 20000)
        most = _take(table, path, "max_current", int, 6, 80)
        # At most 16.7 pulses a second fit an S0 line.
        if imp * most * volts * phases > 16 * 3600 * 1000:
            raise ValueError("board: %s.imp_per_kwh: %d pulses are too many at %d A" % (path, imp, most))
        pilot = Pilot(
            table["pwm"],
            table["adc"],
            _take(table, path, "pilot_zero_mv", int, 0, 3300),
            _take(table, path, "pilot_span_mv", int, 1, 3300),
        )
        lock = None
        if "lock_close" in table:
            lock = Lock(table["lock_close"], table["lock_open"], table["lock_feedback"])
        meter = PulseMeter(clock, table["meter"], imp, volts, phases)
        evses.append(Evse(at + 1, clock, log, pilot, contactors[at], meter, lock, most * 1000))
    return evses
