"""SetChargingProfile (OCPP 1.6 §5.16, §6.43) and ChargingProfile (§7.8). What profiles do is in station/."""

from ..base import loading
from ..base.timestamp import from_text
from ..messages.errors import CallError

loading.seldom(__name__)

_RECURS = {"Daily": 86400, "Weekly": 604800}


def answer(station, payload):
    """Accepted, or Rejected with what is installed as it was. An unknown connector is an error (errata 3.39)."""
    connector_id = payload["connectorId"]
    connector = station.connector(connector_id)
    if connector is None and connector_id:
        raise CallError("PropertyConstraintViolation", "connectorId: %d is not here" % connector_id)
    station.profiles()  # what this loads stays: the less there is in RAM, the lower it comes to lie
    given = payload["csChargingProfiles"]
    profile_id, meant = given["chargingProfileId"], given.get("transactionId")
    try:
        profile = taken(station, connector_id, given)
    except ValueError as error:
        return _refused(station, profile_id, error)

    def install():
        # When the message has gone: what is loaded for good now must not settle behind it in RAM.
        try:
            _install(station, connector, profile, meant)
        except ValueError as error:
            return _refused(station, profile_id, error)
        return {"status": "Accepted"}

    return install


def _refused(station, profile_id, error):
    station.log("charging profile %d refused: %s" % (profile_id, error))
    return {"status": "Rejected"}


def _install(station, connector, profile, meant):
    if profile.purpose == "Tx":
        running = connector and connector.transaction
        if not running:
            raise ValueError("TxProfile: no transaction runs there")
        if meant is not None and meant != running.id:
            raise ValueError("transactionId: %d does not run there" % meant)
        profile.number = running.number
    elif profile.purpose == "Max" and connector:
        raise ValueError("ChargePointMaxProfile: only for connector 0")
    if not station.profiles().install(profile, station.config["MaxChargingProfilesInstalled"]):
        raise ValueError("there is no room for it")


def _time(table, name):
    return from_text(table[name]) if name in table else None


def taken(station, connector_id: int, given: dict):
    """The Profile that a payload describes. Raises ValueError with what is not allowed."""
    from ..station.charging_profile import PURPOSES, Profile

    config = station.config
    schedule = given["chargingSchedule"]
    kind = given["chargingProfileKind"]
    if kind == "Recurring" and "recurrencyKind" not in given:
        raise ValueError("recurrencyKind: is required")
    if not 0 <= given["stackLevel"] <= config["ChargeProfileMaxStackLevel"]:
        raise ValueError("stackLevel: from 0 to %d is allowed" % config["ChargeProfileMaxStackLevel"])
    valid_from, valid_to = _time(given, "validFrom"), _time(given, "validTo")
    if valid_from is not None and valid_to is not None and valid_to <= valid_from:
        raise ValueError("validTo: is not after validFrom")
    duration = schedule.get("duration")
    if duration is not None and duration < 0:
        raise ValueError("duration: is negative")
    if duration == 0:
        # Central systems write so what is not set. Taken literally it would be Accepted, and limit nothing.
        station.log("charging profile %d: duration 0 is taken as absent" % given["chargingProfileId"])
        duration = None
    values = (
        given["chargingProfileId"],
        dict(PURPOSES)[given["chargingProfilePurpose"]],
        connector_id,
        given["stackLevel"],
        kind,
        _RECURS[given["recurrencyKind"]] if kind == "Recurring" else 0,
        valid_from,
        valid_to,
        _time(schedule, "startSchedule"),
        duration,
        schedule["chargingRateUnit"],
        None,
        station.clock.now(),
    )
    return Profile(values, _periods(config, schedule["chargingSchedulePeriod"]))


def _periods(config, given) -> list:
    if not 0 < len(given) <= config["ChargingScheduleMaxPeriods"]:
        raise ValueError("chargingSchedulePeriod: from 1 to %d are allowed" % config["ChargingScheduleMaxPeriods"])
    periods = []
    before = None
    for period in given:
        start, limit, phases = period["startPeriod"], period["limit"], period.get("numberPhases", 0)
        if start != 0 if before is None else start <= before:
            raise ValueError("startPeriod: they begin with 0 and grow (errata 3.45)")
        if not 0 <= limit < 100000000 or not 0 <= phases <= 3 or start >= 1 << 31:
            raise ValueError("limit or numberPhases: from 0 on, and up to 3 phases are allowed")
        periods.append((start, int(limit * 10 + 0.5), phases))
        before = start
    return periods
