"""CancelReservation (OCPP 1.6 §5.1, §6.5). What a reservation does is in station/reservations.py."""

from ..base import loading

loading.seldom(__name__)


def answer(station, payload):
    """Accepted, or Rejected when there is no such reservation."""
    return {"status": "Accepted" if station.reserving().cancel(payload["reservationId"]) else "Rejected"}
