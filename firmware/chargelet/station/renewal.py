"""Asks for a certificate of the station's own, when the central system wants it and when the one in use has a month to
live (security whitepaper A02, A03). What comes is for judged.py.
"""

from ..base import entropy, loading
from ..base.pieces import in_turn, with_memory
from ..certificates import store

loading.seldom(__name__)

_MONTH_S = 30 * 86400
# Of a certificate that nobody renews.
_DAY_MS = 86400000
_WEEK_MS = 7 * _DAY_MS


def due(station) -> bool:
    """Whether work() has something to do."""
    security = station.security
    if security.came or security.csr:
        return False
    if security.wanted:
        return True
    dated = station.config["SecurityProfile"] == 3 and station.clock.now() is not None
    return dated and station.clock.uptime() >= security.look_at


async def work(station):
    """Make a key and a request, or look whether it is time to. An ESP32 takes some seconds for it, in pieces."""
    security, clock, storage = station.security, station.clock, station.storage
    if not security.wanted:
        security.look_at = clock.uptime() + _DAY_MS
        since = _for_later(station)
        if security.pair == "client" and store.client(storage, "next"):
            station.credentials.renew = True  # a new one is there, and was not refused: it is tried again
        try:
            ends = await in_turn(store.expires(storage), clock)
        except ValueError as error:
            station.log("security: the certificate in use is damaged: %s" % error)
            ends = None
        if ends is None or ends - clock.now() > _MONTH_S or (since is not None and since <= ends):
            return
        station.log("security: the certificate in use expires in %d days" % ((ends - clock.now()) // 86400))
        security.look_at = clock.uptime() + _WEEK_MS
    security.wanted = False
    given = storage, entropy.secret, security.serial or "", station.config["CpoName"]
    short = False
    try:
        security.csr = await with_memory(lambda: in_turn(store.request(*given), clock), clock)
    except (ValueError, OSError) as error:
        station.log("security: no certificate is asked for: %s" % error)
    except MemoryError:
        short = True
    if short:
        loading.settle()  # out of the handler: what the try held has gone
        security.note("MemoryExhaustion", "RAM")
        station.log("security: no certificate is asked for: there is no memory")
    station.woken()


def _for_later(station) -> "int | None":
    """When the certificate begins that was to begin later, if there is one: then the connection is made with it
    (A02.FR.08)."""
    security, clock, storage = station.security, station.clock, station.storage
    since = store.since(storage)
    if since is None:
        return None
    wait = (since - clock.now()) * 1000
    if wait > 0:
        security.look_at = clock.uptime() + min(wait, _DAY_MS)
        return since
    try:
        store.begun(storage)
        station.credentials.renew = True
    except OSError as error:
        station.log("security: flash says %s" % error)
    return since
