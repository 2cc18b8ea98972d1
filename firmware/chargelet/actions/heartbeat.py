"""Heartbeat (OCPP 1.6 §4.6, §6.29), and the clock that its answer sets."""

from ..base.timestamp import from_text, milliseconds
from .delivery import forgotten

# From 2000 to 2100, in seconds since 2000.
_EARLIEST = 0
_LATEST = 3155760000


def next_call(station):
    """The call, when one is due."""
    return call(station) if station.registration.heartbeat_due else None


def call(station):
    """The call, due or asked for."""
    asked = station.clock.uptime()

    def answered(result, failure):
        if result:
            set_clock(station, result["currentTime"], asked)
        else:
            forgotten(station, failure)

    made = "Heartbeat", {}, answered
    station.registration.heartbeat_sent()
    return made


def set_clock(station, text: str, asked: int):
    """Take the central system's time (OCPP 1.6 §4.2, §4.6), unless it is no time; `asked`: the call's uptime in ms.

    The answer was on its way for a while and may have no fraction, so it is never exact. A clock that differs no
    more than that is left alone: of several answers the quickest one counts, and ours is never ahead of theirs.
    """
    clock = station.clock
    try:
        told = from_text(text)
    except ValueError:
        station.log("clock: %r is no date and time" % text[:40])
        return
    ms = milliseconds(text)
    now = clock.now()
    if not _EARLIEST <= told < _LATEST:
        station.log("clock: %s is no time that a clock shows" % text[:40])
        if now is not None:
            return
        # What waits to be billed waits for a time: a wrong one from who sends the bills is better than none.
        told, ms = (_EARLIEST if told < _EARLIEST else _LATEST), 0
    if now is not None:
        uptime = clock.uptime()
        ahead = uptime - clock.reached(told, clock.frame) - ms
        if 0 <= ahead <= uptime - asked + (1 if ms else 1000):
            return
    clock.set(told, ms)
    station.unknown_time.step(station)
