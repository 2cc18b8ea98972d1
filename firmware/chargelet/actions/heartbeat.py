"""Knows Heartbeat (OCPP 1.6 §4.6, §6.29). Knows not when it is due."""

from ..ground.timestamp import from_text


def next_call(station):
    """The call, when one is due."""
    return call(station) if station.registration.heartbeat_due else None


def call(station):
    """The call, due or asked for."""
    station.registration.heartbeat_sent()
    asked = station.clock.uptime()

    def answered(result, failure):
        if result:
            set_clock(station, result["currentTime"], asked)

    return "Heartbeat", {}, answered


def set_clock(station, text: str, asked: int):
    """Take the central system's time (OCPP 1.6 §4.2, §4.6), unless it is none; `asked` is the uptime in ms of the call.

    It is as old as the answer was under way. A clock that agrees with it but for that is left alone: going back a
    little each time would put what is billed in a wrong order.
    """
    clock = station.clock
    try:
        told = from_text(text)
    except ValueError:
        station.log("clock: %r is no date and time" % text[:40])
        return
    now = clock.now()
    if now is None or not 0 <= now - told <= (clock.uptime() - asked) // 1000 + 1:
        clock.set(told)
