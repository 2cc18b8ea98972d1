"""Says how the next connection to the central system is made secure, and what its success or failure means: for the
profile that is tried, for root certificates, and for the station's own pair (security whitepaper A02, A05, M05).
"""

from uwebsockets.errors import HandshakeError
from uwebsockets.sockets import present, trust

from ..base import loading
from ..certificates import kept, store
from ..station import security_profile
from . import tls_failures

loading.seldom(__name__)


# Why the other pair has its turn: odd, for it is the second of two.
_TRIED, _REFUSED = 1, 3


def roots(storage) -> list:
    """The paths of the root certificates that servers are verified against; the fallback is the last."""
    return [storage.path(name) for name in _roots(storage)]


def _roots(storage) -> list:
    names = store.names(storage, kept.CENTRAL_SYSTEM)
    fallback = store.fallback(storage)
    if fallback in names:
        names.remove(fallback)
        names.append(fallback)
    return names


def prepare(security, url: str, password) -> tuple:
    """(URL, password) of the next attempt, for which it is set what TLS trusts and presents. From profile 2 on nothing
    goes without TLS, with 3 no password goes at all."""
    station = security.station
    storage = station.storage
    profile = station.config["SecurityProfile"]
    security.root = security.pair = None
    station.credentials.renew = False  # this is the connection that was to be made again
    if profile >= 2:
        url = security.secure or ("wss" + url[2:] if url[:3] == "ws:" else url)
    if url[:4] != "wss:":
        if security.before is not None:
            security_profile.warn(station, False)
        return url, password
    names = _roots(storage)
    if names:
        # One at a time: so it is known which of them counts.
        security.root = names[security.refused % len(names)]
        trust(storage.path(security.root))
    pair = ()
    if profile == 3:
        password = None
        fields = ["next"] if _ready(station) else []
        fields += ["client"] if store.client(storage) else []
        if fields:
            security.pair = fields[security.spare % len(fields)]
            pair = [storage.path(name) for name in store.client(storage, security.pair)]
    present(*pair)
    return url, password


def _ready(station) -> bool:
    """Whether there is another pair that may be tried: its time has come."""
    since = store.since(station.storage) or 0
    return bool(store.client(station.storage, "next")) and since <= (station.clock.now() or 0)


def reached(security):
    """There is a connection. What goes wrong with flash is tried again with the next one."""
    station = security.station
    storage = station.storage
    trust(*roots(storage))  # files may lie with others
    security.fitted = security.refused
    try:
        if security.before is not None:
            security_profile.worked(station)
        if security.root and security.root == store.fallback(storage):
            security.refused = security.fitted = 0  # the new root has its turn with the next connection
        elif security.root:
            store.confirm_root(storage)
        if security.pair == "next":
            store.confirm_client(storage)
            security.note("ReconfigurationOfSecurityParameters", "the new certificate is in use")
        elif security.pair == "client" and security.spare == _REFUSED and _ready(station):
            # The old one is taken and the new one was not. One that came to nothing for another reason is tried again.
            store.drop_client(storage)
            security.note("InvalidChargePointCertificate", "the central system refuses it: the one before stays")
    except OSError as error:
        station.log("security: flash says %s" % error)
    security.spare = 0


def failed(security, error):
    """There is none. Raises OSError of the flash."""
    station = security.station
    trust(*roots(station.storage))
    event, said = tls_failures.event(error), tls_failures.sentence(error)
    if said != str(error):
        security.station.log("security: " + said)
    if isinstance(error, HandshakeError) and error.status in (401, 403):
        event = "FailedToAuthenticationAtCentralSystem"
    if event == "InvalidCentralSystemCertificate":
        security.refused += 1
        if (security.refused - security.fitted) % max(1, len(_roots(station.storage))):
            return  # another root may be the one: it has the next attempt
    if event:
        security.note(event, said)
    if security.pair:
        security.spare = 0 if security.spare else _REFUSED if tls_failures.refusal(error) else _TRIED
    if security.before is not None:
        security_profile.back(station, said)
