"""SignCertificate (security whitepaper §5.17, A02, A03): asks for a certificate for the key that was made."""

from ..base import loading
from .patience import unheard

loading.seldom(__name__)


def next_call(station):
    """The call, when a request is ready."""
    security = station.security

    def answered(result, failure):
        if unheard(failure):
            return
        security.csr = None
        if failure or result["status"] != "Accepted":
            # Not asked again by itself: somebody has to look into it (A02, error handling).
            station.log("security: the central system takes no SignCertificate: %s" % (failure or result["status"]))

    return "SignCertificate", {"csr": security.csr}, answered
