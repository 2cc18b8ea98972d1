"""Knows ClearCache (OCPP 1.6 §5.4, §6.11). Knows that there is no cache to clear."""


def answer(station, payload):
    """Rejected: what a station without an authorization cache answers (errata 3.23)."""
    return {"status": "Rejected"}
