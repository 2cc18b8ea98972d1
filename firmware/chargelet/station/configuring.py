"""How a configuration key is changed and reported, whoever asks: the central system, or somebody at the page."""

from ..base import loading
from ..base.cistring import folded
from . import samples

loading.seldom(__name__)


def change(station, key: str, text: str):
    """A generator that returns Accepted, Rejected or NotSupported (OCPP 1.6 §5.3); nothing is changed unless Accepted.
    No key needs a reboot."""
    name = folded(key)
    if name == "securityprofile":
        from . import security_profile

        return (yield from security_profile.rise(station, text))
    if name == "authorizationkey":
        station.credentials.keep()
    status = station.config.change(key, text)
    if status == "Accepted" and name in ("authorizationkey", "cponame"):
        # Which key, and never its value (security whitepaper A01.FR.11, A01.FR.12).
        station.security.note("ReconfigurationOfSecurityParameters", key)
    return status


def report(station):
    """The function that gives rows (name, read-only, text) of all keys, or of one by its name."""
    station.config["StopTransactionMaxMeterValues"] = samples.stop_most(station)
    return station.config.report
