"""Takes in what the central system sends: a root, the chain for the station's own key, whose firmware is to be taken.

It is looked at in two goes: all but its signatures, then those. What reads certificates leaves RAM in between.
"""

from ..base import loading
from .kept import CENTRAL_SYSTEM, FOLDER, MANUFACTURER, name_of, names, roots, state, write

loading.seldom(__name__)

_PIECE = 512
# What has come, until it is judged; kept.tidy() knows it by its first letter.
NEW = FOLDER + "/x.pem"


def install(storage, use: str, text, now: "int | None", most: int, additional: bool):
    """A generator that installs the root that a PEM holds, a text or an open file (M05). Raises ValueError when it is
    not taken (Rejected), and OSError when flash fails (Failed): nothing has changed then.

    `most` is CertificateStoreMaxLength and `additional` AdditionalRootCertificateCheck: a new root for the central
    system must be signed by the old one then, and replaces it; the old one stays as the fallback until confirm_root(),
    and no other is taken before.
    """
    from . import der

    encoded = yield from der.only(text)
    text = der = None  # RAM is scarce: what follows needs it
    name = name_of(use, encoded)
    key, old, proofs = yield from _root(storage, use, name, encoded, now, most, additional)
    yield from _proved(proofs)
    if storage.there(name):
        return
    if old:
        write(storage, fallback=old)  # it is none before the new one is there
    storage.mkdir(FOLDER)
    if key:
        storage.write(name.replace("/", "/k-"), key)
    storage.write(name, encoded)


def _root(storage, use, name, encoded, now, most, additional):
    """A generator that returns (the key of its issuer, where that is another root; the root whose place it takes; what
    is to be proved) of one that is to be installed."""
    from . import certificate, chain

    one, key, proofs = yield from chain.root(encoded, now, roots(storage, use))
    key = None if key is one.key else bytes(key)
    old = names(storage, use)
    if storage.there(name):
        return None, None, proofs
    if not (additional and use == CENTRAL_SYSTEM and old):
        if len(names(storage)) >= most:
            raise ValueError("CertificateStoreMaxLength: %d certificates are installed already" % most)
        return key, None, proofs
    if len(old) > 1:
        raise ValueError("AdditionalRootCertificateCheck: %d roots are installed, and one may be" % len(old))
    (before,) = old
    unsigned = "AdditionalRootCertificateCheck: the old root has not signed it"
    above = yield from certificate.parse(storage.read(before))
    try:
        proofs.append((unsigned, [(yield from chain.to_prove(one, above))]))
    except ValueError:
        raise ValueError(unsigned) from None
    return key, before, proofs


def _proved(proofs: list):
    """algorithms.proved(), after what has read certificates has left RAM."""
    loading.settle()
    yield None
    from . import algorithms

    yield None
    yield from algorithms.proved(proofs)


def signer(storage, file, now: "int | None"):
    """A generator that returns (RSA or EC, the key) of the certificate in an open file, which the manufacturer's root
    itself must have signed. Raises ValueError."""
    kind, key, proofs = yield from _firmware(storage, file, now)
    yield from _proved(proofs)
    return kind, key


def _firmware(storage, file, now):
    yield None  # loading this was a piece of work, and what reads certificates is another
    from . import chain, der

    yield None
    held = [(yield from der.only(file))]
    one, proofs = yield from chain.examined((held,), roots(storage, MANUFACTURER), now, chain.FIRMWARE)
    return one.key_kind, one.key, proofs


def received(storage, text, before: str = ""):
    """A generator that puts what has come (PEM; a text, or something to read it from) on flash, as NEW: so it needs no
    RAM while it is looked at. `before` is a line that goes ahead of it. Raises OSError."""
    storage.mkdir(FOLDER)
    return storage.writing(NEW, _pieces(text, before))


def _pieces(text, before):
    if before:
        yield before.encode()
    if hasattr(text, "read"):
        piece = text.read(_PIECE)
        while piece:
            yield piece
            piece = text.read(_PIECE)
    else:
        for at in range(0, len(text), _PIECE):
            yield text[at : at + _PIECE].encode()


def signed(storage, now: "int | None", common_name: str, organization: "str | None" = None):
    """A generator that takes the chain for the key that was asked for, the station's own certificate first, and keeps
    the pair as the next to be tried; returns whether its time is still to come. One that comes again is taken again.
    Raises ValueError when something is wrong with it, OSError when flash fails: the pair is not there then.
    """
    found = yield from _examined(storage, now, common_name, organization)
    if found:
        pair, begins, proofs = found
        yield from _proved(proofs)
        storage.rename(NEW, "%s/%s.pem" % (FOLDER, pair))
        write(storage, next=pair, asked=None, since=begins if begins > now else None)
    return state(storage)["since"] is not None


def _examined(storage, now, common_name, organization):
    """A generator that returns (which pair it is, when it begins to be valid, what is to be proved) of the chain that
    has come, None where that is a pair's already."""
    yield None  # loading this was a piece of work, and what reads certificates is another
    from . import chain, der

    yield None
    found = state(storage)
    pair = found["asked"]
    if not pair:
        for kept in (found["next"], found["client"]):
            if kept and (yield from _same(storage, "%s/%s.pem" % (FOLDER, kept))):
                return None
        raise ValueError("no certificate has been asked for")
    with storage.stream(NEW) as file:
        # One that begins later is kept until then (A02.FR.08).
        given = der.blocks(file, held=True), roots(storage, CENTRAL_SYSTEM), now, chain.CLIENT, True
        one, proofs = yield from chain.examined(*given)
    with storage.stream("%s/%s.key" % (FOLDER, pair)) as file:
        key = yield from der.only(file, "EC PRIVATE KEY")
    chain.belongs(one, key[-65:], common_name, organization)
    return pair, one.begins, proofs


def _same(storage, name: str):
    """A generator that returns whether the chain that has come is that of a pair already."""
    with storage.stream(NEW) as new, storage.stream(name) as file:
        while True:
            piece = new.read(_PIECE)
            if piece != file.read(_PIECE):
                return False
            if not piece:
                return True
            yield None
