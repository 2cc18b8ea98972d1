"""Reset (OCPP 1.6 §5.14, §6.39). How the station goes down is in station/reset.py."""

from ..base import loading
from ..station import reset

loading.seldom(__name__)


def answer(station, payload):
    """Accepted, and the station ends what runs, delivers what it can and restarts."""
    reset.begin(station, payload["type"])
    return {"status": "Accepted"}
