"""CertificateSigned (security whitepaper §5.1, A02): the certificate for the key that was asked for, with its chain."""

from ..base import loading
from ..certificates import store

loading.seldom(__name__)


def answer(station, payload):
    """A generator: Accepted or Rejected. The pair in use stays until a connection with the new one works."""
    config, security = station.config, station.security
    try:
        size, most = len(payload["certificateChain"]), config["CertificateSignedMaxChainSize"]
        if size > most:
            raise ValueError("%d characters; see CertificateSignedMaxChainSize" % size)
        # Out of the payload: in RAM it has no room beside what looks at it.
        yield from store.received(station.storage, payload.pop("certificateChain"))
        yield from store.signed(station.storage, station.clock.now(), security.serial, config["CpoName"] or None)
    except ValueError as error:
        security.note("InvalidChargePointCertificate", str(error))
        return {"status": "Rejected"}
    except OSError as error:
        station.log("security: the certificate is not kept: flash says %s" % error)
        return {"status": "Rejected"}
    except MemoryError:
        security.note("MemoryExhaustion", "RAM")
        return {"status": "Rejected"}
    security.note("ReconfigurationOfSecurityParameters", "a new certificate, to be tried")
    if config["SecurityProfile"] == 3:
        station.credentials.renew = True
    return {"status": "Accepted"}
