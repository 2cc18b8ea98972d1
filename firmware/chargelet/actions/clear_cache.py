"""Knows ClearCache (OCPP 1.6 §5.4, §6.11). Knows not where the cache is."""


def answer(station, payload):
    """Accepted when everybody is forgotten, Rejected when the cache is switched off (errata 3.23)."""
    return {"status": "Accepted" if station.authorization.clear() else "Rejected"}
