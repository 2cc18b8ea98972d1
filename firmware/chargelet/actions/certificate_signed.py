"""CertificateSigned (security whitepaper §5.1, A02): the certificate for the key that was asked for, with its chain."""

from ..base import loading
from ..certificates import arrivals
from . import incoming

loading.seldom(__name__)


def answer(station, payload):
    """A generator: Rejected, or what says Accepted or Rejected later (station/renewal.py): the message leaves RAM
    before its chain is looked at. The pair in use stays until a connection with the new one works."""
    security = station.security
    size, most = len(payload["certificateChain"]), station.config["CertificateSignedMaxChainSize"]
    if size > most:
        said = "%d characters; see CertificateSignedMaxChainSize" % size
        security.note("InvalidChargePointCertificate", said)
        return {"status": "Rejected"}
    if security.chain == security.CAME:
        station.log("security: another certificate is still being looked at")
        return {"status": "Rejected"}
    try:
        yield from arrivals.received(station.storage, payload.pop("certificateChain"))
    except OSError as error:
        station.log("security: the certificate is not kept: flash says %s" % error)
        return {"status": "Rejected"}
    security.chain = security.CAME
    return incoming.when_known(security.verdict)
