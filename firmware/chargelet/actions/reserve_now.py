"""ReserveNow (OCPP 1.6 §5.13, §6.37). What a reservation does is in station/reservations.py."""

from ..base import loading
from ..base.timestamp import from_text

loading.seldom(__name__)


def answer(station, payload):
    """Accepted, Faulted, Occupied, Unavailable, or Rejected."""
    expiry = from_text(payload["expiryDate"])
    status = station.reserving().reserve(
        payload["reservationId"], payload["connectorId"], expiry, payload["idTag"], payload.get("parentIdTag")
    )
    return {"status": status}
