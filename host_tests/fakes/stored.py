"""A store of roots and pairs, all that can be done to it (STEPS), and what has to be so whenever somebody looks."""

from chargelet.base.pieces import finish
from chargelet.certificates import arrivals, der, kept, store

from . import authority
from .storage import FakeStorage

NOON = authority.NOON
ROOT = authority.root(1)
CROSSED = authority.root(2, by=1)
THIRD = authority.root(3, by=2)
MAKER = authority.root(4)
DRAWN = []


def chance(count):
    """Bytes that differ each time."""
    DRAWN.append(1)
    return bytes([len(DRAWN) & 255, len(DRAWN) >> 8]) + b"chance" * 7


def install(storage, certificate, use=kept.CENTRAL_SYSTEM, most=4, additional=False):
    finish(arrivals.install(storage, use, authority.pem(certificate), NOON, most, additional))


def request(storage):
    return finish(store.request(storage, chance, "CS-1", "Operator"))


def taken(storage, text, *arguments):
    """What CertificateSigned does."""
    yield from arrivals.received(storage, text)
    try:
        yield from arrivals.signed(storage, *arguments)
    finally:
        storage.remove(arrivals.NEW)


def answer(storage, number=1, **given):
    """The chain that the authority of a root makes for the key that was asked for."""
    pair = store.state(storage)["asked"]
    key = finish(der.only(storage.read("certificates/%s.key" % pair).decode(), "EC PRIVATE KEY"))
    return authority.pem(
        authority.make("CS-1", key[-65:], "Root %d" % number, authority.key(number)[0], **given),
    )


def signed(storage, number=1):
    finish(taken(storage, answer(storage, number), NOON, "CS-1", "Operator"))


def refused(work, said):
    try:
        finish(work)
    except ValueError as error:
        assert said in str(error), error
    else:
        raise AssertionError("it was taken, and should have been refused: " + said)


def with_pair():
    storage = FakeStorage()
    install(storage, ROOT)
    request(storage)
    signed(storage)
    store.confirm_client(storage)
    return storage


def look(storage):
    """What the store is for those who use it."""
    pairs = []
    for field in ("client", "next"):
        names = store.client(storage, field)
        pairs.append(names and tuple([storage.read(name) for name in names]))
    roots = {name: storage.read(name) for name in store.names(storage)}
    return pairs[0], pairs[1], store.state(storage)["asked"], roots, store.fallback(storage)


def fits(pair):
    """Whether a chain is for its key."""
    text, key = pair
    for one in der.blocks(text.decode()):
        if one:
            return finish(der.only(key.decode(), "EC PRIVATE KEY"))[-65:] in one


def newest(storage):
    """The root that is no fallback."""
    return [name for name in store.names(storage, "c") if name != store.fallback(storage)][0]


STEPS = (
    lambda storage: install(storage, ROOT),
    lambda storage: install(storage, MAKER, kept.MANUFACTURER),
    request,
    signed,
    store.confirm_client,
    request,
    request,
    signed,
    store.drop_client,
    request,
    signed,
    request,
    signed,
    store.confirm_client,
    lambda storage: install(storage, CROSSED, additional=True),
    lambda storage: store.delete(storage, newest(storage)),
    lambda storage: install(storage, CROSSED, additional=True),
    store.confirm_root,
    lambda storage: install(storage, THIRD, additional=True),
    store.confirm_root,
    lambda storage: store.delete(storage, store.names(storage, "m")[0]),
)  # fmt: skip


def copied(storage):
    new = FakeStorage()
    new.values = dict(storage.values)
    new.folders = set(storage.folders)
    return new


def check(seen, allowed, asking):
    """What a cut has left is what was before or what comes after; a request may have given up what was asked before."""
    assert seen in allowed or (asking and seen == (allowed[0][0], None, None) + allowed[0][3:]), (seen, allowed)
    for pair in seen[:2]:
        assert pair is None or fits(pair)


def strays(storage):
    """Files that nobody needs."""
    there = list(storage.each("certificates"))
    state = store.state(storage)
    pairs = [state["client"], state["next"], state["asked"]]
    return [
        name
        for name in there
        if name != "state"
        and name[:2] not in ("c-", "m-")
        and not (name[:2] == "k-" and name[2:] in there)
        and not (name[0] in pairs and name[1:] in (".key", ".pem"))
    ]
