"""Checks the signature of SignedUpdateFirmware over a file that was fetched (security whitepaper L01.FR.04, FR.12)."""

import gc
from binascii import a2b_base64, unhexlify

from ..base import loading
from ..base.log import ERROR
from ..base.pieces import in_turn
from .location import public

loading.seldom(__name__)


def _right(stored: dict, digest: bytes):
    """A generator that returns whether a file with this SHA-256 was signed: by RSA-PSS or ECDSA, with SHA-256. Raises
    ValueError for what is no signature."""
    from ..certificates import algorithms

    kind = stored["kind"]
    algorithm = ("EC", 256, 0) if kind == "EC" else ("PSS", 256, None)
    key, signature = unhexlify(stored["key"]), a2b_base64(stored["signature"])
    return (yield from algorithms.verify(kind, key, algorithm, digest, signature))


def _proof(storage, job) -> dict:
    try:
        stored = storage.kept(job["proof"]) or {}
        return {name: stored[name] + "" for name in ("kind", "key", "signature")}
    except (ValueError, KeyError, TypeError):
        raise OSError("what checks its signature is damaged") from None


async def _check(station, job, make):
    digest = await make().digest()
    loading.settle()  # what has read it makes room for RSA
    await station.clock.sleep(0)
    if not await in_turn(_right(_proof(station.storage, job), digest), station.clock):
        raise ValueError("the signature of SignedUpdateFirmware is not that of the file")


async def verified(station, maintenance, make, forget):
    """Check the file that has been fetched, and tell what comes of it; `forget()` is what removes it.

    Raises MemoryError: that says nothing of the file, and it is tried again.
    """
    job = maintenance.update
    gc.collect()
    ends = error = None
    try:
        await _check(station, job, make)
    except ValueError as caught:
        ends, error = "InvalidSignature", caught
        station.security.note("InvalidFirmwareSignature", public(job["location"]))
    except OSError as caught:
        ends, error = "InstallVerificationFailed", caught  # flash: it says nothing of the file either
    if error:
        station.log("files: firmware: %s" % error, ERROR)
    if maintenance.update is not job:
        return
    if ends:
        try:
            await forget()
        except OSError as error:
            station.log("files: firmware: %r" % error)
        maintenance.end_update(ends)
        return
    job["proved"] = True
    maintenance.tell("SignatureVerified")
    if job["install"] is not None and job["install"] > (station.clock.now() or 0):
        maintenance.tell("InstallScheduled")
