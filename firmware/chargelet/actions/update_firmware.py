"""Knows UpdateFirmware (OCPP 1.6 §5.19, §6.53). Knows not how firmware is fetched and installed."""

from ..ground.timestamp import from_text


def answer(station, payload):
    """Nothing: what becomes of it is told by FirmwareStatusNotification."""
    retries, interval = payload.get("retries", 1), payload.get("retryInterval", 60)
    station.maintenance().offer(payload["location"], from_text(payload["retrieveDate"]), retries, interval)
    return {}
