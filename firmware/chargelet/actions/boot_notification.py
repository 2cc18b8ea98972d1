"""Knows BootNotification (OCPP 1.6 §4.2, §6.3). Knows not when it is due."""

from ..ground.timestamp import from_text

_FIELDS = "chargePointVendor chargePointModel chargePointSerialNumber chargeBoxSerialNumber meterType meterSerialNumber"
_VERSION = "0.1.0"


def next_call(station):
    """The call, when one is due."""
    return call(station) if station.registration.boot_due else None


def call(station):
    """The call, due or asked for."""
    payload = {"firmwareVersion": station.board["station"].get("firmwareVersion", _VERSION)}
    for name in _FIELDS.split():
        if station.board["station"].get(name):
            payload[name] = station.board["station"][name]
    again = station.registration.accepted

    def answered(result, failure):
        if failure:
            station.log("boot: BootNotification failed: %s" % failure)
            if not again:
                station.registration.unanswered()
            return
        set_clock(station, result["currentTime"])
        station.log("boot: registration %s, interval %d s" % (result["status"], result["interval"]))
        station.registration.answered(result["status"], result["interval"])
        if not station.registration.accepted:
            station.authorization.offline()
            station.notifier.offline()
        elif not again:
            station.authorization.online = True
            station.notifier.online(True)

    return "BootNotification", payload, answered


def set_clock(station, text: str):
    """Take the central system's time (OCPP 1.6 §4.2, §4.6), unless it is none."""
    try:
        station.clock.set(from_text(text))
    except ValueError:
        station.log("clock: %r is no date and time" % text[:40])
