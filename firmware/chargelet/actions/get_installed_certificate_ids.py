"""GetInstalledCertificateIds (security whitepaper §5.7, M03): which root certificates there are."""

from ..base import loading
from ..certificates import kept, store

loading.seldom(__name__)

_NAMES = ("issuerNameHash", "issuerKeyHash", "serialNumber")


def answer(station, payload):
    """A generator that returns the hashes of each root of a type, or NotFound."""
    found = yield from store.installed(station.storage, kept.USES[payload["certificateType"]])
    if not found:
        return {"status": "NotFound"}
    data = [dict(zip(_NAMES, hashes), hashAlgorithm="SHA256") for hashes in found]
    return {"status": "Accepted", "certificateHashData": data}
