"""SignedUpdateFirmware (security whitepaper §5.21, L01): firmware that its manufacturer has signed is installed."""

import json

from ..base import loading
from ..base.timestamp import from_text
from ..certificates import chain, der, store
from ..messages.errors import CallError
from ..station.maintenance import NO_URL, is_url

loading.seldom(__name__)

# Read by transport/signed_firmware.py.
_FILE = "update-signed"


def answer(station, payload):
    """A generator: Accepted, AcceptedCanceled, Rejected or InvalidCertificate. Raises CallError for a location that
    cannot be a URL."""
    firmware = payload["firmware"]
    location = firmware["location"]
    if not is_url(location):
        raise CallError("PropertyConstraintViolation", NO_URL)
    storage = station.storage
    text = firmware["signingCertificate"]
    try:
        roots = store.roots(storage, store.MANUFACTURER)
        yield from chain.check(der.blocks(text), roots, station.clock.now(), chain.FIRMWARE)
    except ValueError as error:
        station.security.note("InvalidFirmwareSigningCertificate", str(error))
        return {"status": "InvalidCertificate"}
    maintenance = station.maintenance()
    running = maintenance.update
    if maintenance.on_trial or (running and running["installing"]):
        return {"status": "Rejected"}  # it can't be stopped any more (L01.FR.27)
    install = from_text(firmware["installDateTime"]) if "installDateTime" in firmware else None
    retries, interval = payload.get("retries", 1), payload.get("retryInterval", 60)
    kept = {"certificate": text, "signature": firmware["signature"]}
    try:
        storage.write(_FILE, json.dumps(kept).encode())
        retrieve = from_text(firmware["retrieveDateTime"])
        maintenance.offer(location, retrieve, retries, interval, payload["requestId"], install)
    except OSError as error:
        station.log("firmware: not taken: flash says %s" % error)
        return {"status": "Rejected"}
    return {"status": "AcceptedCanceled" if running else "Accepted"}
