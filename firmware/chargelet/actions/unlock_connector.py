"""UnlockConnector (OCPP 1.6 §5.18, §6.53). How the bolt is moved is in station/unlocking.py."""

from ..base import loading
from ..station.unlocking import unlock
from . import incoming

loading.seldom(__name__)


def answer(station, payload):
    """Unlocked, UnlockFailed or NotSupported (no lock, no such connector: errata 3.87), once it is known."""
    return incoming.when_known(unlock(station, payload["connectorId"]))
