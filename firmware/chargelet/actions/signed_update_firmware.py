"""SignedUpdateFirmware (security whitepaper §5.21, L01): firmware that its manufacturer has signed is installed."""

import json

from ..base import loading
from ..base.timestamp import from_text
from ..messages.errors import CallError
from ..station import judged
from . import incoming

loading.seldom(__name__)


def answer(station, payload):
    """A generator: Rejected, or what says Accepted, AcceptedCanceled, Rejected or InvalidCertificate later
    (station/judged.py): the message leaves RAM first. Raises CallError for a location that cannot be a URL."""
    from ..station.maintenance import NO_URL, is_url

    firmware = payload["firmware"]
    if not is_url(firmware["location"]):
        raise CallError("PropertyConstraintViolation", NO_URL)
    yield None
    certificate = firmware.pop("signingCertificate")
    install = firmware.get("installDateTime")
    times = from_text(firmware["retrieveDateTime"]), install and from_text(install)
    tries = payload.get("retries", 1), payload.get("retryInterval", 60)
    line = json.dumps((firmware["location"], firmware["signature"], payload["requestId"], times, tries)) + "\n"
    known = yield from judged.comes(station, "SignedUpdateFirmware", certificate, line)
    return incoming.when_known(known)
