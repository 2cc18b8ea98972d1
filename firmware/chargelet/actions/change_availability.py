"""ChangeAvailability (OCPP 1.6 §5.2, §6.7). What availability does is in station/availability.py."""

from ..base import loading
from ..messages.errors import CallError
from ..station import availability

loading.seldom(__name__)


def answer(station, payload):
    """Accepted, Rejected or Scheduled; connector 0 is the whole station."""
    connector_id = payload["connectorId"]
    if connector_id < 0:
        raise CallError("PropertyConstraintViolation", "connectorId: %d is less than 0" % connector_id)
    return {"status": availability.change(station, connector_id, payload["type"] == "Operative")}
