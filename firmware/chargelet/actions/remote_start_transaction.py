"""RemoteStartTransaction (OCPP 1.6 §5.11, §6.33). Who may charge is decided in station/card.py."""

from ..base import loading
from ..station.card import remote_start

loading.seldom(__name__)


def answer(station, payload):
    """Accepted when the station will try. A chargingProfile is ignored without Smart Charging (§5.11)."""
    profile = None
    if "chargingProfile" in payload and "SmartCharging" in station.config["SupportedFeatureProfiles"]:
        connector_id = payload.get("connectorId", 1)
        from . import set_charging_profile

        try:
            profile = set_charging_profile.taken(station, connector_id, payload["chargingProfile"])
            if profile.purpose != "Tx":
                raise ValueError("chargingProfilePurpose: only TxProfile is allowed")
        except ValueError as error:
            station.log("remote start: charging profile refused: %s" % error)
            return {"status": "Rejected"}
    accepted = remote_start(station, payload["idTag"], payload.get("connectorId"), profile)
    return {"status": "Accepted" if accepted else "Rejected"}
