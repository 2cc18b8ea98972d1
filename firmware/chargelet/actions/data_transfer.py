"""Knows DataTransfer (OCPP 1.6 §4.3, §6.15). Knows no vendor: there is none that this station talks to."""


def answer(station, payload):
    """UnknownVendorId: nobody has registered for any vendor."""
    return {"status": "UnknownVendorId"}
