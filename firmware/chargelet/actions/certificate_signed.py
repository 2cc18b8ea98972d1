"""CertificateSigned (security whitepaper §5.1, A02): the certificate for the key that was asked for, with its chain."""

from ..base import loading
from ..certificates import store

loading.seldom(__name__)


def answer(station, payload):
    """A generator: Accepted or Rejected. The pair in use stays until a connection with the new one works."""
    config, security = station.config, station.security
    text = payload["certificateChain"]
    try:
        if len(text) > config["CertificateSignedMaxChainSize"]:
            raise ValueError("%d characters; see CertificateSignedMaxChainSize" % len(text))
        names = security.serial, config["CpoName"] or None
        yield from store.signed(station.storage, text, station.clock.now(), *names)
    except ValueError as error:
        security.note("InvalidChargePointCertificate", str(error))
        return {"status": "Rejected"}
    except OSError as error:
        station.log("security: the certificate is not kept: flash says %s" % error)
        return {"status": "Rejected"}
    security.note("ReconfigurationOfSecurityParameters", "a new certificate, to be tried")
    if config["SecurityProfile"] == 3:
        station.credentials.renew = True
    return {"status": "Accepted"}
