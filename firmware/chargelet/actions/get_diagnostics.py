"""Knows GetDiagnostics (OCPP 1.6 §5.9, §6.25). Knows not what is in the file."""

from ..ground.timestamp import from_text


def answer(station, payload):
    """The name of the file that will be sent."""
    start, stop = [from_text(payload[name]) if name in payload else None for name in ("startTime", "stopTime")]
    retries, interval = payload.get("retries", 1), payload.get("retryInterval", 30)
    return {"fileName": station.maintenance().diagnose(payload["location"], start, stop, retries, interval)}
