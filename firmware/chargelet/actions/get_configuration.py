"""Knows GetConfiguration (OCPP 1.6 §5.8, §6.23). Knows no keys."""


def answer(station, payload):
    """All readable keys, or those asked for; names that are none come back as unknownKey."""
    asked = payload.get("key")
    found, unknown = [], []
    for name in asked or (None,):
        before = len(found)
        for key, readonly, text in station.config.report(name):
            found.append({"key": key, "readonly": readonly, "value": text[:500]})
        if name is not None and len(found) == before:
            unknown.append(name)
    response = {"configurationKey": found}
    if unknown:
        response["unknownKey"] = unknown
    return response
