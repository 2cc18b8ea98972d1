"""Roots and the station's own pair on flash: what is taken, what is refused, and a power cut at every write."""

from chargelet.base.pieces import finish
from chargelet.certificates import chain, der, store
from fakes import authority
from fakes.storage import FakeStorage, PowerCut

NOON = authority.NOON
ROOT = authority.root(1)
CROSSED = authority.root(2, by=1)
THIRD = authority.root(3, by=2)
MAKER = authority.root(4)
_drawn = []


def chance(count):
    """Bytes that differ each time."""
    _drawn.append(1)
    return bytes([len(_drawn) & 255, len(_drawn) >> 8]) + b"chance" * 7


def install(storage, certificate, use=store.CENTRAL_SYSTEM, most=4, additional=False):
    finish(store.install(storage, use, authority.pem(certificate), NOON, most, additional))


def request(storage):
    return finish(store.request(storage, chance, "CS-1", "Operator"))


def taken(storage, text, *arguments):
    """What CertificateSigned does."""
    yield from store.received(storage, text)
    yield from store.signed(storage, *arguments)


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


def test_a_pair_is_made_tried_and_used():
    storage = FakeStorage()
    assert store.client(storage) is None and finish(store.expires(storage)) is None
    install(storage, ROOT)
    assert "BEGIN CERTIFICATE REQUEST" in request(storage)
    assert store.client(storage) is None and store.client(storage, "next") is None
    signed(storage)
    assert store.client(storage) is None
    assert store.client(storage, "next") == ("certificates/a.pem", "certificates/a.key")
    store.confirm_client(storage)
    assert store.client(storage) == ("certificates/a.pem", "certificates/a.key")
    assert finish(store.expires(storage)) == NOON + 31536000
    # The next one is beside it until it has been tried.
    old = storage.read("certificates/a.key")
    request(storage)
    signed(storage)
    assert store.client(storage)[1] == "certificates/a.key" and store.client(storage, "next")[1] == "certificates/b.key"
    assert storage.read("certificates/a.key") == old != storage.read("certificates/b.key")
    store.drop_client(storage)
    assert store.client(storage)[1] == "certificates/a.key" and not storage.there("certificates/b.key")
    request(storage)
    signed(storage)
    store.confirm_client(storage)
    assert store.client(storage)[1] == "certificates/b.key" and not storage.there("certificates/a.key")


def test_an_answer_that_comes_again_is_taken_again():
    storage = FakeStorage()
    install(storage, ROOT)
    request(storage)
    text = answer(storage)
    finish(taken(storage, text, NOON, "CS-1", "Operator"))
    for step in (lambda storage: None, store.confirm_client):
        step(storage)
        before = dict(storage.values)
        finish(taken(storage, text, NOON, "CS-1", "Operator"))
        assert storage.values == before
    refused(taken(storage, text + "\n", NOON, "CS-1", "Operator"), "no certificate has been asked for")


def test_what_comes_for_another_key_or_name_is_not_taken():
    storage = with_pair()
    before = dict(storage.values)
    refused(taken(storage, "", NOON, "CS-1"), "no certificate has been asked for")
    request(storage)
    asked = dict(storage.values)
    good = answer(storage)
    stranger = authority.make("CS-1", authority.key(9)[1], "Root 1", authority.key(1)[0])
    for text, name, owner, now, said in (
        ("", "CS-1", "Operator", NOON, "no certificate"),
        (authority.pem(stranger), "CS-1", "Operator", NOON, "not the key"),
        (good, "CS-2", "Operator", NOON, "common name"),
        (good, "CS-1", "Other", NOON, "organization"),
        (good, "CS-1", "Operator", None, "time is not known"),
        (good, "CS-1", "Operator", NOON + 40000000, "expired"),
        (good[:300], "CS-1", "Operator", NOON, "PEM"),
        (good + authority.pem(MAKER), "CS-1", "Operator", NOON, "certificate 2"),
        (answer(storage, 4), "CS-1", "Operator", NOON, "none of the roots"),
        (answer(storage, ends=NOON - 1), "CS-1", "Operator", NOON, "expired"),
        (answer(storage, begins=NOON + 1), "CS-1", "Operator", NOON, "not before"),
        (answer(storage, authority=True), "CS-1", "Operator", NOON, "an authority"),
    ):
        refused(taken(storage, text, now, name, owner), said)
        assert storage.values == asked, said
    for name in before:
        if name != "certificates/state":
            assert storage.values[name] == before[name]
    signed(storage)
    assert store.client(storage, "next")


def test_a_flash_that_is_full_changes_nothing():
    storage = with_pair()
    before = dict(storage.values)
    storage.full = True
    for work in (
        lambda: install(storage, MAKER, store.MANUFACTURER),
        lambda: install(storage, CROSSED, additional=True),
        lambda: request(storage),
    ):
        try:
            work()
        except OSError:
            pass
        else:
            raise AssertionError
        assert storage.values == before


def test_roots_are_bounded_known_by_their_hashes_and_deleted():
    storage = FakeStorage()
    install(storage, ROOT)
    install(storage, ROOT)  # twice is once
    install(storage, MAKER, store.MANUFACTURER)
    assert len(store.names(storage)) == 2 and len(store.names(storage, "c")) == len(store.names(storage, "m")) == 1
    refused(
        store.install(storage, "c", authority.pem(authority.root(5)), NOON, 2, False), "CertificateStoreMaxLength: 2"
    )
    (hashes,) = finish(store.installed(storage, "c"))
    assert [len(one) for one in hashes] == [64, 64, 3] and hashes[2] == "FFF"
    for bits in (256, 384, 512):
        name_hash, key_hash, serial = finish(store._hashes(storage, store.names(storage, "c")[0], bits))
        assert len(name_hash) == bits // 4
        found = finish(store.find(storage, bits, name_hash.upper(), key_hash, "000fff"))
        assert found == store.names(storage, "c")[0]
        for wrong in ((key_hash, key_hash, serial), (name_hash, name_hash, serial), (name_hash, key_hash, "FF")):
            assert finish(store.find(storage, bits, *wrong)) is None
    store.delete(storage, found)
    assert store.names(storage, "c") == [] and len(store.names(storage, "m")) == 1


def test_what_is_no_root_is_not_installed():
    storage = FakeStorage()
    leaf = authority.make("CS-1", authority.key(9)[1], "Root 1", authority.key(1)[0])
    for text, now, said in (
        ("", NOON, "nothing, where one block belongs"),
        ("x", NOON, "no -----BEGIN"),
        (authority.pem(ROOT, ROOT), NOON, "more than one"),
        (authority.pem(leaf), NOON, "not an authority"),
        (authority.pem(ROOT)[:-30], NOON, "no -----END"),
        (authority.pem(ROOT[:-1]), NOON, "DER"),
        (authority.pem(ROOT[:-1] + b"\x00"), NOON, "signature"),
        (authority.pem(ROOT), None, "time is not known"),
        (authority.pem(ROOT), NOON + 40000000, "expired"),
        (authority.pem(CROSSED), NOON, "neither itself nor an installed root"),
        (authority.pem(authority.root(1, ends=NOON - 1)), NOON, "expired"),
        (authority.pem(authority.root(1, begins=NOON + 1)), NOON, "not before"),
    ):
        refused(store.install(storage, "c", text, now, 4, False), said)
        assert storage.values == {}, said


def test_with_the_additional_check_a_root_replaces_the_one_that_has_signed_it():
    storage = FakeStorage()
    install(storage, ROOT, additional=True)
    (first,) = store.names(storage)
    stranger = authority.root(5)
    refused(store.install(storage, "c", authority.pem(stranger), NOON, 4, True), "the old root has not signed it")
    assert store.names(storage) == [first]
    install(storage, CROSSED, most=1, additional=True)
    (second,) = [name for name in store.names(storage) if name != first]
    assert store.fallback(storage) == first and len(finish(store.installed(storage, "c"))) == 2
    refused(store.install(storage, "c", authority.pem(THIRD), NOON, 4, True), "2 roots are installed")
    # Its hashes name the key of the root that has signed it, also when that is gone.
    hashes = finish(store.installed(storage, "c"))
    store.confirm_root(storage)
    assert store.names(storage) == [second] and store.fallback(storage) is None
    assert finish(store.installed(storage, "c"))[0] in hashes
    install(storage, MAKER, store.MANUFACTURER, additional=True)  # the check is about the central system only
    install(storage, THIRD, additional=True)
    assert store.fallback(storage) == second
    # The new one may be deleted again: the old one is the one then.
    (third,) = [name for name in store.names(storage, "c") if name != second]
    store.delete(storage, third)
    assert store.names(storage, "c") == [second] and store.fallback(storage) is None
    assert [name for name in storage.values if "/k-" in name] == [second.replace("/", "/k-")]


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
    lambda storage: install(storage, MAKER, store.MANUFACTURER),
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


def test_a_power_cut_at_any_write_leaves_the_store_whole():
    storage = FakeStorage()
    cuts = 0
    for at, step in enumerate(STEPS):
        drawn = len(_drawn)
        done = copied(storage)
        step(done)
        allowed = [look(storage), look(done)]
        left = 0
        while True:
            after = copied(storage)
            del _drawn[drawn:]  # the same key again: what comes after can be compared
            after.cut(left)
            try:
                step(after)
                break
            except PowerCut:
                pass
            after._left = None
            # The power fails again while the store is tidied up.
            again = 0
            while True:
                once = copied(after)
                once.cut(again)
                try:
                    store.tidy(once)
                    once._left = None
                    break
                except PowerCut:
                    cuts += 1
                    again += 1
                    after = once
                    after._left = None
            check(look(once), allowed, step is request)
            assert strays(once) == []
            cuts += 1
            if look(once) == allowed[0] and at < 20:
                step(once)  # it can be done again, and comes to what it should
                assert look(once)[3:] == allowed[1][3:], at
            left += 1
        storage = done
    print("%d power cuts" % cuts)
    assert cuts > 50


DAMAGE = (
    b"", b"\x00", b"\xff" * 40, b"{", b"[]", b"{}", b"null", b"7", b'"text"', b'{"client": "c"}', b'{"client": 1}',
    b'{"client": null, "next": [], "asked": {}}', b'{"client": "a", "fallback": 7}', b"\xc3\x28",
)  # fmt: skip


def test_whatever_flash_spoils_the_key_in_use_stays_and_the_other_roots_count():
    good = with_pair()
    install(good, MAKER, store.MANUFACTURER)
    install(good, authority.root(5))
    for name in list(good.values):
        for damage in DAMAGE:
            storage = copied(good)
            storage.values[name] = damage
            store.tidy(storage)
            assert storage.there("certificates/a.key") and storage.there("certificates/a.pem"), (name, damage)
            assert store.client(storage) == ("certificates/a.pem", "certificates/a.key")
            assert len(finish(store.installed(storage, "c"))) >= 2 - (name[13:15] == "c-")
            finish(store.find(storage, 256, "", "", ""))
            finish(store.expires(storage))
            leaf = authority.make("CS-1", authority.key(9)[1], "Root 1", authority.key(1)[0])
            try:
                finish(chain.check([leaf], store.roots(storage, "c"), NOON, chain.CLIENT))
            except ValueError as error:
                assert name[13:15] == "c-" and "none of the roots" in str(error), name
            request(storage)
            assert store.client(storage)


def test_a_pair_that_provisioning_has_put_there_is_in_use():
    good = with_pair()
    storage = FakeStorage()
    storage.mkdir("certificates")
    for name in ("a.key", "a.pem"):
        storage.write("certificates/" + name, good.values["certificates/" + name])
    store.tidy(storage)
    assert store.client(storage) == ("certificates/a.pem", "certificates/a.key")
