"""UnlockConnector (OCPP 1.6 §5.18, §6.53). How the bolt is moved is in station/unlocking.py."""

from ..base import loading
from ..station.unlocking import unlock

loading.seldom(__name__)


def answer(station, payload):
    """Unlocked, UnlockFailed or NotSupported (no lock, no such connector: errata 3.87), once it is known."""
    poll = unlock(station, payload["connectorId"])

    def later():
        status = poll()
        return None if status is None else {"status": status}

    return later
