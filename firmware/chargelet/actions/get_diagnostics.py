"""GetDiagnostics (OCPP 1.6 §5.9, §6.25): a file with what is known of the station is sent to a URL."""

from ..base import loading
from ..base.timestamp import from_text
from ..messages.errors import CallError
from ..station.maintenance import NO_URL, is_url

loading.seldom(__name__)


def answer(station, payload):
    """The name of the file that will be sent. Raises CallError for a location that cannot be a URL."""
    location = payload["location"]
    if not is_url(location):
        raise CallError("PropertyConstraintViolation", NO_URL)
    start, stop = [from_text(payload[name]) if name in payload else None for name in ("startTime", "stopTime")]
    retries, interval = payload.get("retries", 1), payload.get("retryInterval", 30)
    return {"fileName": station.maintenance().diagnose(location, start, stop, retries, interval)}
