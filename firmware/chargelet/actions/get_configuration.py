"""Knows GetConfiguration (OCPP 1.6 §5.8, §6.23). Knows no keys."""

from ..station import metering


def answer(station, payload):
    """All readable keys, or those asked for; names that are none come back as unknownKey."""
    asked = payload.get("key")
    station.config["StopTransactionMaxMeterValues"] = metering.stop_most(station)
    unknown = [name for name in asked or () if not list(station.config.report(name))]

    def found():
        for name in asked or (None,):
            for key, readonly, text in station.config.report(name):
                yield {"key": key, "readonly": readonly, "value": text[:500]}

    # Made while it is written: all of it at once would take twice as much RAM as its text.
    response = {"configurationKey": found}
    if unknown:
        response["unknownKey"] = unknown
    return response
