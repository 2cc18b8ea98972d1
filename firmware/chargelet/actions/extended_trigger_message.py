"""ExtendedTriggerMessage (security whitepaper §5.5): TriggerMessage, with the messages of the whitepaper."""

from ..base import loading
from . import trigger_message

loading.seldom(__name__)

# What was asked for → what is told, where that is called something else.
_SENT = {
    "FirmwareStatusNotification": "SignedFirmwareStatusNotification",
    "LogStatusNotification": "LogStatusNotification",
}


def answer(station, payload):
    """Accepted and the message follows, Rejected when there is nothing to send, or NotImplemented."""
    name = payload["requestedMessage"]
    if name == "DiagnosticsStatusNotification":
        return {"status": "NotImplemented"}
    if name == "SignChargePointCertificate":
        return {"status": "Accepted" if _sign(station) else "Rejected"}
    if name not in _SENT:
        return trigger_message.answer(station, payload)
    if "FirmwareManagement" not in station.config["SupportedFeatureProfiles"]:
        return {"status": "NotImplemented"}
    if trigger_message.too_early(station, name):
        return {"status": "Rejected"}
    trigger_message.ask(station, _SENT[name])
    return {"status": "Accepted"}


def _sign(station) -> bool:
    if not station.config["CpoName"] or not station.security.serial:
        station.log("security: without CpoName no certificate is asked for")
        return False
    station.security.wanted = True
    return True
