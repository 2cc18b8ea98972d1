"""What lies on flash of keys and certificates, and what of it counts. A power cut at any write leaves it whole.

One folder of a Storage:

    c-…, m-…      a root in DER: CentralSystemRootCertificate, ManufacturerRootCertificate
    k-c-…         the public key of its issuer, for a root that another one has signed
    a.key, a.pem  a private key, and the chain for it (PEM); b.key, b.pem are the other pair
    state         JSON: which pair is in use (client), is to be tried (next), waits for its certificate (asked); which
                  root is the fallback; when `next` begins to be valid (since), where that was still to come

A file becomes valid by its name or by the state, each written in one go after all that it needs. Files that nothing
names are removed. Without a state, a whole pair is in use: that is how provisioning puts one there.
"""

import hashlib
from binascii import hexlify

from ..base import loading

loading.seldom(__name__)

FOLDER = "certificates"
CENTRAL_SYSTEM = "c"
MANUFACTURER = "m"
# The use that the whitepaper (§6.4) has a name for → ours
USES = {"CentralSystemRootCertificate": CENTRAL_SYSTEM, "ManufacturerRootCertificate": MANUFACTURER}
_PAIRS = "ab"
_CAME = "x"
_PAIR = ("a", "b", None)
_STATE = FOLDER + "/state"
_OF_PAIRS = ("client", "next", "asked")
_FIELDS = ("client", "next", "asked", "fallback", "since")


def names(storage, use: str = "") -> list:
    """The values that hold the roots of a use, or of all; the fallback is among them."""
    found = [name for name in storage.each(FOLDER) if name[:2] in ("c-", "m-") and name[-1] != "~"]
    return sorted([FOLDER + "/" + name for name in found if name.startswith(use)])


def name_of(use: str, encoded) -> str:
    """The value that a root of this DER is."""
    return "%s/%s-%s" % (FOLDER, use, hexlify(hashlib.sha256(encoded).digest()[:8]).decode())


def roots(storage, use: str):
    """What chain.examined() wants: a function that gives the DER of each root of a use, in a list of its own;
    with a DER those that may be the same."""

    def each(like=None):
        only = like and name_of(use, like)
        for name in names(storage, use):
            if not only or name == only:
                yield [storage.read(name)]

    return each


def state(storage) -> dict:
    """Which pairs and which fallback count: {client, next, asked, fallback, since}, each None where there is none."""
    there = list(storage.each(FOLDER))
    found = _stored(storage, there)
    for field in _OF_PAIRS:
        pair = found[field]
        if not pair or pair + ".key" not in there or (field != "asked" and pair + ".pem" not in there):
            found[field] = None
    trusted = [FOLDER + "/" + name for name in there if name[:2] == "c-" and name[-1] != "~"]
    if len(trusted) < 2 or found["fallback"] not in trusted:
        found["fallback"] = None  # the new root never came: the old one is the one
    if not found["next"] or type(found["since"]) is not int:
        found["since"] = None
    return found


def _stored(storage, there) -> dict:
    """The state as flash has it. Where it has none, or a damaged one, the pairs that are whole count: a key that may be
    in use must not go."""
    try:
        found = storage.kept(_STATE)
    except ValueError:
        found = None
    if type(found) is not dict or [field for field in _OF_PAIRS if found.get(field, "") not in _PAIR]:
        whole = [pair for pair in _PAIRS if pair + ".key" in there and pair + ".pem" in there]
        found = dict(zip(("client", "next"), whole))
    return {field: found.get(field) for field in _FIELDS}


def change(storage, **changes):
    """Make changes to the state, as it is now: what somebody has read before he gave way is out of date."""
    found = state(storage)
    found.update(changes)
    storage.keep(_STATE, found)


def write(storage, **changes):
    """Make changes to the state, and remove the files that nothing names any more."""
    change(storage, **changes)
    tidy(storage)


def tidy(storage, start: bool = False):
    """Remove what a power cut has left: at the start, and after each change. What has come and is not judged yet
    (arrivals.NEW) goes at the start only: it may be looked at just now."""
    found = state(storage)
    pairs = [found[field] for field in _OF_PAIRS]
    there = list(storage.each(FOLDER))
    for name in there:
        if name[:1] == _CAME and not start:
            continue
        kept = name[2:] in there if name[:2] == "k-" else name[1:] not in (".key", ".pem") or name[0] in pairs
        if name[-1] == "~" or not kept:
            storage.remove(FOLDER + "/" + name)
