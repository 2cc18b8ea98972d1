"""UpdateFirmware (OCPP 1.6 §5.19, §6.55): new firmware is fetched from a URL and installed."""

from ..base import loading
from ..base.timestamp import from_text
from ..messages.errors import CallError
from ..station.maintenance import NO_URL, is_url

loading.seldom(__name__)


def answer(station, payload):
    """Nothing: what becomes of it is told by FirmwareStatusNotification. Raises CallError for a location that cannot
    be a URL."""
    if station.config["SecurityProfile"]:
        raise CallError("NotSupported", "with a security profile firmware comes by SignedUpdateFirmware (L01.FR.20)")
    location = payload["location"]
    if not is_url(location):
        raise CallError("PropertyConstraintViolation", NO_URL)
    retries, interval = payload.get("retries", 1), payload.get("retryInterval", 60)
    station.maintenance().offer(location, from_text(payload["retrieveDate"]), retries, interval)
    return {}
