"""InstallCertificate (security whitepaper §5.11, M05): a root certificate of the central system or the manufacturer."""

from ..base import loading
from ..certificates import arrivals, kept

loading.seldom(__name__)


def answer(station, payload):
    """A generator that returns Accepted, Rejected (the certificate is not right, or one too many) or Failed (flash)."""
    config = station.config
    kind = payload["certificateType"]
    most, additional = config["CertificateStoreMaxLength"], config["AdditionalRootCertificateCheck"]
    storage, now = station.storage, station.clock.now()
    try:
        # Out of the payload: in RAM it has no room beside what looks at it.
        yield from arrivals.install(storage, kept.USES[kind], payload.pop("certificate"), now, most, additional)
    except ValueError as error:
        station.log("security: %s is not installed: %s" % (kind, error))
        return {"status": "Rejected"}
    except OSError as error:
        station.log("security: %s is not installed: flash says %s" % (kind, error))
        return {"status": "Failed"}
    except MemoryError:
        station.security.note("MemoryExhaustion", "RAM")
        return {"status": "Failed"}
    station.security.note("ReconfigurationOfSecurityParameters", "installed: " + kind)
    return {"status": "Accepted"}
