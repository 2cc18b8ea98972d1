"""GetLog (security whitepaper §5.9, N01): the diagnostics or the security log are sent to a URL."""

from ..base import loading
from ..base.timestamp import from_text
from ..messages.errors import CallError
from ..station.maintenance import NO_URL, is_url

loading.seldom(__name__)


def answer(station, payload):
    """The name of the file that will be sent. Raises CallError for a location that cannot be a URL."""
    wanted = payload["log"]
    location = wanted["remoteLocation"]
    if not is_url(location):
        raise CallError("PropertyConstraintViolation", NO_URL)
    oldest, latest = [
        from_text(wanted[name]) if name in wanted else None for name in ("oldestTimestamp", "latestTimestamp")
    ]
    retries, interval = payload.get("retries", 1), payload.get("retryInterval", 30)
    maintenance = station.maintenance()
    status = "AcceptedCanceled" if maintenance.upload else "Accepted"
    log = payload["logType"], payload["requestId"]
    return {"status": status, "filename": maintenance.diagnose(location, oldest, latest, retries, interval, log)}
