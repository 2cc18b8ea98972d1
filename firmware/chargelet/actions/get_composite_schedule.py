"""GetCompositeSchedule (OCPP 1.6 §5.7, §6.21). The schedule comes from station/composite_schedule.py."""

from ..base import loading
from ..base.timestamp import to_text
from ..station.composite_schedule import composite

loading.seldom(__name__)


def answer(station, payload):
    """What a connector, or with 0 the station, may draw from now on; Rejected for one that is not here.

    A generator: it works in pieces. The schedule's duration says how much of what was asked for it covers.
    """
    connector_id, duration = payload["connectorId"], payload["duration"]
    if (connector_id and station.connector(connector_id) is None) or station.clock.now() is None:
        return {"status": "Rejected"}
    unit = payload.get("chargingRateUnit", "A")
    most = 2 * station.config["ChargingScheduleMaxPeriods"]
    begin = station.clock.now()
    periods, covered = yield from composite(station, connector_id, duration, unit, most)
    made = []
    for start, tenths, phases in periods:
        period = {"startPeriod": start, "limit": tenths / 10 if tenths % 10 else tenths // 10}
        if phases:
            period["numberPhases"] = phases
        made.append(period)
    return {
        "status": "Accepted",
        "connectorId": connector_id,
        "scheduleStart": to_text(begin),
        "chargingSchedule": {"duration": covered, "chargingRateUnit": unit, "chargingSchedulePeriod": made},
    }
