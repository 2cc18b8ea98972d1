"""BootNotification (OCPP 1.6 §4.2, §6.3). When it is due is in station/registration.py."""

from .. import version
from ..base import loading
from .heartbeat import set_clock

loading.seldom(__name__)

_FIELDS = ("chargePointVendor", "chargePointModel", "chargePointSerialNumber", "meterType", "meterSerialNumber")

_INTERVAL_MAX = 86400


def call(station):
    """The call, due or asked for."""
    payload = {"firmwareVersion": version.of(station.board)}
    for name in _FIELDS:
        if station.board["station"].get(name):
            payload[name] = station.board["station"][name]
    again = station.registration.accepted
    asked = station.clock.uptime()

    def answered(result, failure):
        if failure:
            station.log("boot: BootNotification failed: %s" % failure)
            if not again:
                station.registration.unanswered()
                station.authorization.offline()
            return
        set_clock(station, result["currentTime"], asked)
        # A longer interval than a day is nobody's wish: the station would be lost for so long.
        interval = min(max(result["interval"], 0), _INTERVAL_MAX)
        station.log("boot: registration %s, interval %d s" % (result["status"], interval))
        station.registration.answered(result["status"], interval)
        if not station.registration.accepted:
            station.authorization.offline()
            station.notifier.offline()
            if result["status"] == "Rejected":
                del station.triggered[:]  # nothing at all is sent now (OCPP 1.6 §4.2)
        else:
            # Asked for again, too (errata 3.22): who asks has lost what it knew of the station.
            station.authorization.online = True
            station.notifier.online(True)

    return "BootNotification", payload, answered
