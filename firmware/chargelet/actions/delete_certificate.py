"""DeleteCertificate (security whitepaper §5.3, M04): a root certificate goes, but never the one in use."""

from ..base import loading
from ..certificates import store

loading.seldom(__name__)


def answer(station, payload):
    """A generator that returns Accepted, Failed or NotFound."""
    wanted = payload["certificateHashData"]
    storage, security = station.storage, station.security
    hashes = [wanted[name] for name in ("issuerNameHash", "issuerKeyHash", "serialNumber")]
    name = yield from store.find(storage, int(wanted["hashAlgorithm"][3:]), *hashes)
    if name is None:
        return {"status": "NotFound"}
    if name == security.root:
        station.log("security: the root certificate of this connection is not deleted")
        return {"status": "Failed"}
    try:
        store.delete(storage, name)
    except OSError as error:
        station.log("security: a certificate is not deleted: flash says %s" % error)
        return {"status": "Failed"}
    security.note("ReconfigurationOfSecurityParameters", "a root certificate is deleted")
    return {"status": "Accepted"}
