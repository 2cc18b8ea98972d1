"""RemoteStopTransaction (OCPP 1.6 §5.12, §6.35). How a transaction ends is in station/transaction.py."""

from ..base import loading
from ..station.card import remote_stop

loading.seldom(__name__)


def answer(station, payload):
    """Accepted when such a transaction was running; it has been stopped then."""
    accepted = station.registration.accepted and remote_stop(station, payload["transactionId"])
    return {"status": "Accepted" if accepted else "Rejected"}
