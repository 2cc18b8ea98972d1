"""Knows RemoteStartTransaction (OCPP 1.6 §5.11, §6.33). Knows not who may charge."""

from ..station.presentation import remote_start


def answer(station, payload):
    """Accepted when it will be tried. A chargingProfile is passed over without Smart Charging (§5.11)."""
    accepted = remote_start(station, payload["idTag"], payload.get("connectorId"))
    return {"status": "Accepted" if accepted else "Rejected"}
