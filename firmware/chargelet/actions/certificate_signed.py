"""CertificateSigned (security whitepaper §5.1, A02): the certificate for the key that was asked for, with its chain."""

from ..base import loading
from ..station import judged
from . import incoming

loading.seldom(__name__)


def answer(station, payload):
    """A generator: Rejected, or what says Accepted or Rejected later (station/judged.py): the message leaves RAM
    before its chain is looked at. The pair in use stays until a connection with the new one works."""
    security = station.security
    size, most = len(payload["certificateChain"]), station.config["CertificateSignedMaxChainSize"]
    if size > most:
        said = "%d characters; see CertificateSignedMaxChainSize" % size
        security.note("InvalidChargePointCertificate", said)
        return {"status": "Rejected"}
    known = yield from judged.comes(station, "CertificateSigned", payload.pop("certificateChain"))
    return incoming.when_known(known)
