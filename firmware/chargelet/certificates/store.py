"""Roots, and the station's own key with its certificate: installed, asked for, tried, deleted. On flash: kept.py.

Each function loads what it needs: a connection only asks for names.
"""

import hashlib
from binascii import hexlify

from ..base import loading
from .kept import CENTRAL_SYSTEM, FOLDER, names, state, tidy, write

loading.seldom(__name__)

MANUFACTURER = "m"
# The use that the whitepaper (§6.4) has a name for → ours
USES = {"CentralSystemRootCertificate": CENTRAL_SYSTEM, "ManufacturerRootCertificate": MANUFACTURER}
_PIECE = 512
# A chain that has come, until it is a pair's: no pair has this name, so kept.tidy() removes what a power cut has left.
_NEW = FOLDER + "/x.pem"


def fallback(storage) -> "str | None":
    """The value with the root that counts only where the new one fails (M05.FR.11), or None."""
    return state(storage)["fallback"]


def roots(storage, use: str):
    """What chain.check() wants: a function that gives the DER of each root of a use, in a list of its own."""

    def each():
        for name in names(storage, use):
            yield [storage.read(name)]

    return each


def install(storage, use: str, text: str, now: "int | None", most: int, additional: bool):
    """A generator that installs the root that a PEM holds (M05). Raises ValueError when it is not taken (Rejected), and
    OSError when flash fails (Failed): nothing has changed then.

    `most` is CertificateStoreMaxLength and `additional` AdditionalRootCertificateCheck: a new root for the central
    system must be signed by the old one then, and replaces it; the old one stays as the fallback until confirm_root(),
    and no other is taken before.
    """
    from . import certificate, chain, der

    encoded = yield from der.only(text)
    text = None  # RAM is scarce: what follows needs it
    name = "%s/%s-%s" % (FOLDER, use, hexlify(hashlib.sha256(encoded).digest()[:8]).decode())
    one, key = yield from chain.root(encoded, now, roots(storage, use))
    if storage.there(name):
        return
    found = state(storage)
    old = names(storage, use)
    replaces = additional and use == CENTRAL_SYSTEM and old
    if replaces:
        if len(old) > 1:
            raise ValueError("AdditionalRootCertificateCheck: %d roots are installed, and one may be" % len(old))
        (before,) = old
        above = yield from certificate.parse(storage.read(before))
        try:
            yield from chain.issued(one, above)
        except ValueError:
            raise ValueError("AdditionalRootCertificateCheck: the old root has not signed it") from None
        write(storage, found, fallback=before)  # it is none before the new one is there
    elif len(names(storage)) >= most:
        raise ValueError("CertificateStoreMaxLength: %d certificates are installed already" % most)
    storage.mkdir(FOLDER)
    if key is not one.key:
        storage.write(name.replace("/", "/k-"), bytes(key))
    storage.write(name, encoded)


def confirm_root(storage):
    """The central system has been reached with the new root: remove the fallback (M05.FR.12)."""
    old = fallback(storage)
    if old:
        storage.remove(old)
        write(storage, state(storage))


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
        write(storage, found, next=None, asked=None)
        yield None
    pair = "b" if found["client"] == "a" else "a"
    key = signing_request.private_key(private, public)
    yield None
    storage.write("%s/%s.key" % (FOLDER, pair), key.encode())
    yield None
    write(storage, found, asked=pair)
    return text


def received(storage, text: str):
    """A generator that puts the chain that has come (PEM) on flash for signed(): so it needs no RAM while it is looked
    at. Raises OSError."""
    storage.mkdir(FOLDER)
    pieces = (text[at : at + _PIECE].encode() for at in range(0, len(text), _PIECE))
    return storage.writing(_NEW, pieces)


def signed(storage, now: "int | None", common_name: str, organization: "str | None" = None):
    """A generator that takes the chain for the key that was asked for, the station's own certificate first, and keeps
    the pair as the next to be tried. One that comes again is taken again. Raises ValueError when something is wrong
    with it, OSError when flash fails: nothing of it stays then.
    """
    try:
        yield from _signed(storage, now, common_name, organization)
    finally:
        storage.remove(_NEW)


def _signed(storage, now, common_name, organization):
    from . import chain, der

    found = state(storage)
    pair = found["asked"]
    if not pair:
        for kept in (found["next"], found["client"]):
            if kept and (yield from _same(storage, "%s/%s.pem" % (FOLDER, kept))):
                return
        raise ValueError("no certificate has been asked for")
    with storage.stream(_NEW) as file:
        blocks = der.blocks(file, held=True)
        # One that begins later is kept until then (A02.FR.08).
        one = yield from chain.check(blocks, roots(storage, CENTRAL_SYSTEM), now, chain.CLIENT, True)
    with storage.stream("%s/%s.key" % (FOLDER, pair)) as file:
        key = yield from der.only(file, "EC PRIVATE KEY")
    chain.belongs(one, key[-65:], common_name, organization)
    storage.rename(_NEW, "%s/%s.pem" % (FOLDER, pair))
    write(storage, found, next=pair, asked=None, since=one.begins if one.begins > now else None)


def since(storage) -> "int | None":
    """When the next pair's certificate begins to be valid (A02.FR.08), in seconds since 2000, where that was still to
    come; None from begun() on."""
    return state(storage)["since"]


def begun(storage):
    """It has begun. Raises OSError when flash fails."""
    write(storage, state(storage), since=None)


def _same(storage, name: str):
    """A generator that returns whether the chain that has come is that of a pair already."""
    with storage.stream(_NEW) as new, storage.stream(name) as file:
        while True:
            piece = new.read(_PIECE)
            if piece != file.read(_PIECE):
                return False
            if not piece:
                return True
            yield None


def confirm_client(storage):
    """The central system has been reached with the next pair: it is the one in use now, and the old one goes."""
    found = state(storage)
    if found["next"]:
        write(storage, found, client=found["next"], next=None)


def drop_client(storage):
    """The next pair does not reach the central system: it goes."""
    found = state(storage)
    if found["next"]:
        write(storage, found, next=None)


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
