"""The security profile (whitepaper §2, A05): what each needs, how a higher one is tried, and how the station goes back.

One value on flash says it: the profile, the one before while the new one has not reached the central system yet, and
the one that was provisioned, with a mark of the URL. A power cut leaves the value before a change or the one after it.
It is kept twice. Where neither is whole (`lost`), the profile is the highest that the station has what it needs for:
too high a one costs a visit, too low a one would give away what the central system relies on.
"""

from binascii import crc32

from ..base import loading, twice
from ..base.log import ERROR
from .configuration import parse

loading.seldom(__name__)

_FILE = "security-profile"
_KEY = "SecurityProfile"
_KEY_MIN = 16
_EVENT = "ReconfigurationOfSecurityParameters"
# Of `lost`: nobody has said so yet.
_NEWLY = 2


def _state(storage, log) -> dict:
    found = twice.read(storage, _FILE, log, _right)
    if found is None and twice.there(storage, _FILE):
        return {"now": _within_reach(storage), "lost": _NEWLY}
    return found or {}


def _right(state: dict) -> bool:
    for name in ("now", "before", "given"):
        value = state.get(name)
        if value is not None and (type(value) is not int or not 0 <= value <= 3):
            return False
    return state.get("now") is not None


def _within_reach(storage) -> int:
    """The highest profile for which there are certificates; 1 where there are none."""
    from ..certificates import kept, store

    return 3 if store.client(storage) else 2 if store.names(storage, kept.CENTRAL_SYSTEM) else 1


def _write(station, **changes):
    """Change the state for good, then the key. Raises OSError: nothing has changed then."""
    state = _state(station.storage, station.log)
    state.update(changes)
    kept = {name: value for name, value in state.items() if value is not None}
    twice.write(station.storage, _FILE, kept)
    station.config[_KEY] = kept["now"]
    station.security.before = kept.get("before")


def load(station, security):
    """Take over what is stored, at boot."""
    state = _state(station.storage, station.log)
    station.config[_KEY] = state.get("now", 0)
    security.before = state.get("before")
    if state.get("lost") != _NEWLY:
        return
    said = "what is stored of it is damaged: it is %d, as its certificates have it" % state["now"]
    station.log("security: SecurityProfile: %s; `make provision` says another" % said, ERROR)
    try:
        _write(station, lost=1)
    except OSError as error:
        station.log("security: flash says %s" % error)
    security.note(_EVENT, "SecurityProfile: " + said)


def _mark(url: str) -> int:
    return crc32(url.encode()) & 0x3FFFFFFF


def _same(state, given, url) -> bool:
    """Whether this has been provisioned before."""
    return given == state.get("given") and state.get("mark") == _mark(url)


def after(storage, given: "int | None", url: str) -> int:
    """The profile that a start with an installation of this one, for a central system at `url`, begins with. One that
    is new counts, also a lower one, and so does that of a new place; the same again is no word of anybody's."""
    state = _state(storage, None)
    return state.get("now", 0) if given is None or _same(state, given, url) else _at_least(state, given)


def _at_least(state, given) -> int:
    return max(given, state["now"]) if state.get("lost") else given


def provision(station, given: "int | None", secure: bool, url: str = ""):
    """The installation that the installer has given. `secure`: whether the URL is one of TLS."""
    state = _state(station.storage, station.log)
    if given is not None and not _same(state, given, url):
        before, now = station.config[_KEY], _at_least(state, given)
        _write(station, now=now, given=given, mark=_mark(url), before=None, lost=None)
        if now != before:
            station.security.note(_EVENT, "provisioned: SecurityProfile %d, before %d" % (now, before))
    elif state.get("lost"):
        _write(station, lost=None)  # from here on another installation counts again
    warn(station, secure)


def warn(station, secure: bool):
    """Say on the console what the profile in force does not keep from others."""
    profile = station.config[_KEY]
    if profile < 2 and not secure:
        said = "without TLS: whoever is on the way to the central system can read and change everything"
    elif profile == 0:
        said = "asks for no TLS: nothing but the address wss:// does; from 2 on it stays so"
    else:
        return
    station.log("WARNING: security profile %d %s" % (profile, said))


def missing(station, profile: int):
    """A generator that returns what a profile still needs (A05.FR.02 to 04), or None."""
    if profile in (1, 2) and len(station.credentials.password() or "") < _KEY_MIN:
        return "AuthorizationKey: a password of %d characters or more" % _KEY_MIN
    from ..certificates import der, kept, store

    now = station.clock.now()
    if profile >= 2:
        for name in store.names(station.storage, kept.CENTRAL_SYSTEM):
            if (yield from _valid(station.storage.read(name), now)):
                break
        else:
            return "a CentralSystemRootCertificate that is valid now"
    if profile == 3:
        for field in ("client", "next"):
            pair = store.client(station.storage, field)
            if pair:
                name, _key = pair
                with station.storage.stream(name) as file:
                    for encoded in der.blocks(file):
                        if encoded is None:
                            yield None
                            continue
                        if (yield from _valid(encoded, now)):
                            return None
                        break
        return "a certificate of its own that is valid now, with its key"
    return None


def _valid(encoded, now):
    from ..certificates import certificate, chain

    try:
        chain.dated((yield from certificate.parse(encoded)), now)
        return True
    except ValueError:
        return False


def rise(station, text: str):
    """A generator for ChangeConfiguration of SecurityProfile: returns Accepted or Rejected. Durable on return."""
    now = station.config[_KEY]
    try:
        profile = parse("0..3", text)
        if profile <= now:
            raise ValueError("it only rises, and is %d" % now)
        lacking = yield from missing(station, profile)
        if lacking:
            raise ValueError("missing: %s" % lacking)
        before = station.security.before
        _write(station, now=profile, before=now if before is None else before)
    except (ValueError, OSError) as error:
        station.log("security: SecurityProfile is not changed to %s: %s" % (text[:20], error))
        return "Rejected"
    station.credentials.renew = True  # the connection is made again
    station.security.note(_EVENT, "SecurityProfile %d, to be tried" % profile)
    return "Accepted"


def worked(station):
    """The central system has been reached with the profile that was tried."""
    _write(station, before=None)
    station.security.note(_EVENT, "SecurityProfile %d is in use" % station.config[_KEY])


def back(station, error):
    """It could not be reached (A05.FR.08)."""
    tried = station.config[_KEY]
    _write(station, now=station.security.before, before=None)
    said = "SecurityProfile %d did not reach the central system: back to %d" % (tried, station.config[_KEY])
    station.log("security: %s (%s)" % (said, error), ERROR)
    station.security.note(_EVENT, said)
