"""ChangeConfiguration (OCPP 1.6 §5.3, §6.9). The keys are declared in station/, by the parts that use them."""

from ..base import loading
from ..base.cistring import folded

loading.seldom(__name__)


def answer(station, payload):
    """Accepted, Rejected, RebootRequired or NotSupported; nothing is changed unless Accepted."""
    key = folded(payload["key"])
    if key == "securityprofile":
        from ..station import security_profile

        return {"status": (yield from security_profile.rise(station, payload["value"]))}
    status = station.config.change(payload["key"], payload["value"])
    if status == "Accepted" and key in ("authorizationkey", "cponame"):
        # Which key, and never its value (security whitepaper A01.FR.11, A01.FR.12).
        station.security.note("ReconfigurationOfSecurityParameters", payload["key"])
    return {"status": status}
