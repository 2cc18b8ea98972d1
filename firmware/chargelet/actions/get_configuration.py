"""GetConfiguration (OCPP 1.6 §5.8, §6.23)."""

from ..base import loading
from ..station import configuring

loading.seldom(__name__)


def answer(station, payload):
    """All readable keys, or those asked for; unknown names come back as unknownKey. Works a key at a time."""
    report = configuring.report(station)
    asked = payload.get("key") or None
    known, unknown = [], []
    for name in asked or ():
        (known if list(report(name)) else unknown).append(name)
        yield None

    def found():
        for name in known if asked else (None,):
            for key, readonly, text in report(name):
                yield {"key": key, "readonly": readonly, "value": text[:500]}

    # Made while it is written: all of it at once would take twice as much RAM as its text.
    response = {"configurationKey": found}
    if unknown:
        response["unknownKey"] = unknown
    return response
