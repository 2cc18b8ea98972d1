"""Judges certificates that the central system has sent: a root, a chain for the station's own key, and whose signature
firmware must have. They lie on flash, for their message leaves RAM first (certificates/arrivals.py).
"""

import json

from ..base import loading
from ..base.log import ERROR
from ..base.pieces import in_turn, with_memory

loading.seldom(__name__)

_CHAIN = "CertificateSigned"
_SIGNER = "SignedUpdateFirmware"
_SIGNATURE = "signature"
# Read by transport/signed_firmware.py: what checks the file. There are two, for a request that can't be kept must leave
# that of the update before it.
_PROOFS = "update-signed-a", "update-signed-b"


def comes(station, what: str, text, before: str = ""):
    """A generator that puts on flash what a call has brought: returns its status, or the list whose second has it
    later. `what` is the call, or the certificateType; `text` is PEM (arrivals.received()), `before` a line of the call
    itself."""
    from ..certificates import arrivals

    security = station.security
    if security.came:
        station.log("security: %s: another certificate is still being looked at" % what)
        return _failed(what)
    try:
        yield from arrivals.received(station.storage, text, before)
    except OSError as error:
        return _not_kept(station, what, error)
    security.came = came = [what, None]
    station.woken()
    return came


def _failed(what: str) -> str:
    return "Rejected" if what in (_CHAIN, _SIGNER) else "Failed"


def _not_kept(station, what, error) -> str:
    station.log("security: %s: not kept: flash says %s" % (what, error))
    return _failed(what)


async def work(station):
    """Judge what has come, and keep what is to be answered: an ESP32 takes seconds for it, in pieces."""
    security = station.security
    what = security.came[0]
    answer = _failed(what)  # whatever else happens
    short = False
    try:
        answer = await with_memory(lambda: _judged(station, what), station.clock)
    except MemoryError:
        short = True
    except Exception as error:
        station.log("security: %s: %r" % (what, error), ERROR)
    finally:
        security.answer(answer)
    if short:
        loading.settle()  # out of the handler: what the try held has gone
        security.note("MemoryExhaustion", "RAM")
    station.woken()
    loading.sweep()
    _forget(station)


async def _judged(station, what: str) -> str:
    judge = {_CHAIN: _chain, _SIGNER: _signer}.get(what, _root)
    loading.settle()
    await station.clock.sleep(0)  # loading this was a piece of work, and what judges is another
    try:
        return await judge(station, what)
    except OSError as error:
        return _not_kept(station, what, error)


def _forget(station):
    try:
        from ..certificates import arrivals

        station.storage.remove(arrivals.NEW)
    except (OSError, MemoryError):
        pass  # the next one takes its place


async def _chain(station, _what) -> str:
    """CertificateSigned (security whitepaper A02)."""
    from ..certificates import arrivals

    config, security, clock = station.config, station.security, station.clock
    given = clock.now(), security.serial, config["CpoName"] or None
    try:
        later = await in_turn(arrivals.signed(station.storage, *given), clock)
    except ValueError as error:
        await clock.sleep(0)
        security.note("InvalidChargePointCertificate", str(error))
        return "Rejected"
    security.note("ReconfigurationOfSecurityParameters", "a new certificate, to be tried")
    if later:
        security.look_at = 0  # its time is still to come
    elif config["SecurityProfile"] == 3:
        station.credentials.renew = True
    return "Accepted"


async def _root(station, kind: str) -> str:
    """InstallCertificate (M05): Rejected is one that is not right, or one too many."""
    from ..certificates import arrivals, kept

    config, storage, clock = station.config, station.storage, station.clock
    given = clock.now(), config["CertificateStoreMaxLength"], config["AdditionalRootCertificateCheck"]
    try:
        with storage.stream(arrivals.NEW) as file:
            await in_turn(arrivals.install(storage, kept.USES[kind], file, *given), clock)
    except ValueError as error:
        station.log("security: %s is not installed: %s" % (kind, error))
        return "Rejected"
    station.security.note("ReconfigurationOfSecurityParameters", "installed: " + kind)
    return "Accepted"


async def _signer(station, _what) -> str:
    """SignedUpdateFirmware (L01)."""
    try:
        request, kind, key = await in_turn(_of_manufacturer(station.storage, station.clock.now()), station.clock)
    except ValueError as error:
        station.security.note("InvalidFirmwareSigningCertificate", str(error))
        return "InvalidCertificate"
    loading.settle()  # what checks signatures makes room for what keeps updates
    await station.clock.sleep(0)
    return _offered(station, request, kind, key)


def _of_manufacturer(storage, now):
    """A generator that returns (the request, RSA or EC, the key) of the certificate that has come, with the request in
    the line before it. Raises ValueError unless the manufacturer's root itself has signed it: there is no chain
    (whitepaper L01, remarks)."""
    from ..certificates import arrivals

    with storage.stream(arrivals.NEW) as file:
        request = file.readline()
        kind, key = yield from arrivals.signer(storage, file, now)
    return json.loads(request), kind, key


def _offered(station, request: list, kind: str, key) -> str:
    from binascii import hexlify

    location, signed, number, (retrieve, install), (retries, interval) = request
    maintenance = station.maintenance()
    running = maintenance.update
    if maintenance.on_trial == "Installed" or (running and running["installing"]):
        return "Rejected"  # it can't be stopped any more (L01.FR.27)
    proof = _PROOFS[bool(running and running["proof"] == _PROOFS[0])]
    kept = {"kind": kind, "key": hexlify(key).decode(), _SIGNATURE: signed}
    station.storage.keep(proof, kept)
    maintenance.offer(location, retrieve, retries, interval, number, install, proof)
    return "AcceptedCanceled" if running else "Accepted"
