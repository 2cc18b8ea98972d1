"""ChangeConfiguration (OCPP 1.6 §5.3, §6.9). The keys are declared in station/, by the parts that use them."""

from ..base import loading
from ..station import configuring

loading.seldom(__name__)


def answer(station, payload):
    """Accepted, Rejected or NotSupported; nothing is changed unless Accepted. No key needs a reboot."""
    return {"status": (yield from configuring.change(station, payload["key"], payload["value"]))}
