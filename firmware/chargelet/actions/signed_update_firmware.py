"""SignedUpdateFirmware (security whitepaper §5.21, L01): firmware that its manufacturer has signed is installed."""

import json
from binascii import hexlify

from ..base import loading
from ..base.timestamp import from_text
from ..messages.errors import CallError

loading.seldom(__name__)

# Read by transport/signed_firmware.py: what checks the file. There are two, for a request that can't be kept must leave
# that of the update before it.
_FILES = "update-signed-a", "update-signed-b"


def _signer(station, text):
    """A generator that returns (RSA or EC, its key, what is to be proved) of the certificate in a PEM. Raises
    ValueError unless it names the manufacturer's root itself as its issuer: there is no chain (L01, remarks)."""
    from ..certificates import chain, der, kept

    held = [(yield from der.only(text))]
    roots = kept.roots(station.storage, kept.MANUFACTURER)
    one, proofs = yield from chain.examined((held,), roots, station.clock.now(), chain.FIRMWARE)
    return one.key_kind, one.key, proofs


def _proved(proofs):
    loading.settle()  # what has read certificates makes room for RSA
    yield None
    from ..certificates import algorithms

    yield from algorithms.proved(proofs)


def answer(station, payload):
    """A generator: Accepted, AcceptedCanceled, Rejected or InvalidCertificate. Raises CallError for a location that
    cannot be a URL."""
    firmware = payload["firmware"]
    storage = station.storage
    try:
        # Out of the payload: in RAM it has no room beside what looks at it.
        kind, key, proofs = yield from _signer(station, firmware.pop("signingCertificate"))
        yield from _proved(proofs)
    except ValueError as error:
        station.security.note("InvalidFirmwareSigningCertificate", str(error))
        return {"status": "InvalidCertificate"}
    loading.sweep()  # what checks signatures makes room for what keeps updates
    yield None
    from ..station.maintenance import NO_URL, is_url

    location = firmware["location"]
    if not is_url(location):
        raise CallError("PropertyConstraintViolation", NO_URL)
    maintenance = station.maintenance()
    running = maintenance.update
    if maintenance.on_trial == "Installed" or (running and running["installing"]):
        return {"status": "Rejected"}  # it can't be stopped any more (L01.FR.27)
    install = from_text(firmware["installDateTime"]) if "installDateTime" in firmware else None
    retries, interval = payload.get("retries", 1), payload.get("retryInterval", 60)
    kept = {"kind": kind, "key": hexlify(key).decode(), "signature": firmware["signature"]}
    proof = _FILES[bool(running and running["proof"] == _FILES[0])]
    try:
        storage.write(proof, json.dumps(kept).encode())
        retrieve = from_text(firmware["retrieveDateTime"])
        maintenance.offer(location, retrieve, retries, interval, payload["requestId"], install, proof)
    except OSError as error:
        station.log("firmware: not taken: flash says %s" % error)
        return {"status": "Rejected"}
    return {"status": "AcceptedCanceled" if running else "Accepted"}
