"""ClearChargingProfile (OCPP 1.6 §5.5, §6.13). What profiles do is in station/charging_profiles.py."""

from ..base import loading

loading.seldom(__name__)


def answer(station, payload):
    """Accepted when a profile matched all that was given, else Unknown. An id decides alone (errata 3.25, 3.26)."""
    profiles = station.profiles()
    from ..station.charging_profile import PURPOSES

    purpose = dict(PURPOSES).get(payload.get("chargingProfilePurpose"))
    wanted = (("connector", payload.get("connectorId")), ("stack", payload.get("stackLevel")), ("purpose", purpose))
    if "id" in payload:
        wanted = (("id", payload["id"]),)

    def matches(profile):
        return all([value is None or getattr(profile, name) == value for name, value in wanted])

    return {"status": "Accepted" if profiles.clear(matches) else "Unknown"}
