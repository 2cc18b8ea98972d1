"""Knows Heartbeat (OCPP 1.6 §4.6, §6.29). Knows not when it is due."""

from ..ground.timestamp import from_text


def next_call(station):
    """The call, when one is due."""
    return call(station) if station.registration.heartbeat_due else None


def call(station):
    """The call, due or asked for."""
    station.registration.heartbeat_sent()

    def answered(result, failure):
        if result:
            set_clock(station, result["currentTime"])

    return "Heartbeat", {}, answered


def set_clock(station, text: str):
    """Take the central system's time (OCPP 1.6 §4.2, §4.6), unless it is none."""
    try:
        station.clock.set(from_text(text))
    except ValueError:
        station.log("clock: %r is no date and time" % text[:40])
