"""Roots, and the station's own key with its certificate: told, asked for, tried, deleted. On flash: kept.py; what the
central system sends is taken in by arrivals.py.

Each function loads what it needs: a connection only asks for names.
"""

from ..base import loading
from .kept import FOLDER, change, names, state, tidy, write

loading.seldom(__name__)


def fallback(storage) -> "str | None":
    """The value with the root that counts only where the new one fails (M05.FR.11), or None."""
    return state(storage)["fallback"]


def confirm_root(storage):
    """The central system has been reached with the new root: remove the fallback (M05.FR.12)."""
    old = fallback(storage)
    if old:
        storage.remove(old)
        write(storage)


def _hashes(storage, name: str, bits: int):
    from . import certificate, chain

    try:
        one = yield from certificate.parse(storage.read(name))
    except ValueError:
        return None  # what flash has spoilt
    key = storage.read(name.replace("/", "/k-")) or one.key
    return (yield from chain.hash_data(one, key, bits))


def installed(storage, use: str):
    """A generator that returns (issuerNameHash, issuerKeyHash, serialNumber) of each root of a use, by SHA-256."""
    found = []
    for name in names(storage, use):
        hashes = yield from _hashes(storage, name, 256)
        if hashes:
            found.append(hashes)
    return found


def find(storage, bits: int, name_hash: str, key_hash: str, serial: str):
    """A generator that returns the value with the root of this CertificateHashData, or None. `bits` are those of the
    hashAlgorithm."""
    wanted = name_hash.lower(), key_hash.lower(), serial.upper().lstrip("0") or "0"
    for name in names(storage):
        if (yield from _hashes(storage, name, bits)) == wanted:
            return name
    return None


def delete(storage, name: str):
    """Remove a root that find() has found. Raises OSError when flash fails."""
    storage.remove(name)
    tidy(storage)


def client(storage, field: str = "client") -> "tuple | None":
    """The values with (the chain, the private key) in PEM of the pair that is in use, or `next`; None without one."""
    pair = state(storage)[field]
    return pair and ("%s/%s.pem" % (FOLDER, pair), "%s/%s.key" % (FOLDER, pair))


def request(storage, random, common_name: str, organization: str):
    """A generator that makes a new key pair, keeps it, and returns the request for its certificate (PEM).

    The pair in use stays as it is; another that was asked for or was to be tried is given up. Raises ValueError for a
    name that no certificate may have, OSError when flash fails.
    """
    from . import p256, signing_request

    private, public = yield from p256.key_pair(random)
    text = yield from signing_request.make(private, public, common_name, organization)
    storage.mkdir(FOLDER)
    found = state(storage)
    yield None
    if found["next"] or found["asked"]:
        write(storage, next=None, asked=None)
        yield None
    key = signing_request.private_key(private, public)
    yield None
    # In one piece: others change the state meanwhile, and remove what it does not name.
    pair = "b" if state(storage)["client"] == "a" else "a"
    storage.write("%s/%s.key" % (FOLDER, pair), key.encode())
    change(storage, asked=pair)
    yield None
    tidy(storage)
    return text


def since(storage) -> "int | None":
    """When the next pair's certificate begins to be valid (A02.FR.08), in seconds since 2000, where that was still to
    come; None from begun() on."""
    return state(storage)["since"]


def begun(storage):
    """It has begun. Raises OSError when flash fails."""
    write(storage, since=None)


def confirm_client(storage):
    """The central system has been reached with the next pair: it is the one in use now, and the old one goes."""
    found = state(storage)
    if found["next"]:
        write(storage, client=found["next"], next=None)


def drop_client(storage):
    """The next pair does not reach the central system: it goes."""
    found = state(storage)
    if found["next"]:
        write(storage, next=None)


def expires(storage):
    """A generator that returns when the certificate in use expires, in seconds since 2000: None without one, 0 for one
    that flash has spoilt."""
    from . import certificate, der

    pair = client(storage)
    if not pair:
        return None
    name, _key = pair
    with storage.stream(name) as file:
        try:
            for encoded in der.blocks(file):
                if encoded:
                    return (yield from certificate.parse(encoded)).ends
                yield None
        except ValueError:
            pass
    return 0
