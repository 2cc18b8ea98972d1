"""Checks the signature of SignedUpdateFirmware over a file that was fetched (security whitepaper L01.FR.04, FR.12)."""

import json
from binascii import a2b_base64

from ..base import loading
from ..base.log import ERROR
from ..base.pieces import in_turn
from ..certificates import algorithms, certificate, der
from .location import public

loading.seldom(__name__)

# The certificate and the signature, written by actions/signed_update_firmware.py.
FILE = "update-signed"


def right(stored: dict, digest: bytes):
    """A generator that returns whether a file with this SHA-256 was signed. Raises ValueError for what is no signature.

    The certificate's own chain was checked when it came: RSA-PSS with SHA-256, or ECDSA with it.
    """
    for encoded in der.blocks(stored["certificate"]):
        if encoded is None:
            yield None
            continue
        one = yield from certificate.parse(encoded)
        algorithm = ("EC", 256, 0) if one.key_kind == "EC" else ("PSS", 256, None)
        signature = a2b_base64(stored["signature"])
        return (yield from algorithms.verify(one.key_kind, one.key, algorithm, digest, signature))
    return False


async def check(station, installer):
    """Raises ValueError unless the file is the one that was signed; OSError of the flash."""
    digest = await installer.digest()
    stored = json.loads(station.storage.read(FILE) or b"{}")
    try:
        if await in_turn(right(stored, digest), station.clock):
            return
    except (KeyError, TypeError):
        pass
    raise ValueError("firmware: the signature of SignedUpdateFirmware is not that of the file")


async def verified(station, maintenance, make, tried, forget):
    """Check the file that has been fetched, and tell what comes of it. `tried` and `forget` are those of files.py."""
    job = maintenance.update
    right = await tried(station, lambda: "firmware", lambda: check(station, make()), ERROR)
    if not right:
        station.security.note("InvalidFirmwareSignature", public(job["location"]))
    if maintenance.update is not job:
        return
    if not right:
        await tried(station, lambda: "firmware", lambda: forget(station, make))
        maintenance.end_update("InvalidSignature")
        return
    maintenance.tell("SignatureVerified")
    if job["install"] is not None and job["install"] > (station.clock.now() or 0):
        maintenance.tell("InstallScheduled")
