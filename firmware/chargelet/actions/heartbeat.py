"""Knows Heartbeat (OCPP 1.6 §4.6, §6.29). Knows not when it is due."""

from .boot_notification import set_clock


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
