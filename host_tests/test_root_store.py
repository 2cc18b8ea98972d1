"""The roots on flash: what is taken for one, how many, by which hashes they are known, and which replaces which."""

from chargelet.base.pieces import finish
from chargelet.certificates import arrivals, kept, store
from fakes import authority
from fakes.storage import FakeStorage
from fakes.stored import CROSSED, MAKER, NOON, ROOT, THIRD, install, refused


def test_roots_are_bounded_known_by_their_hashes_and_deleted():
    storage = FakeStorage()
    install(storage, ROOT)
    install(storage, ROOT)  # twice is once
    install(storage, MAKER, kept.MANUFACTURER)
    assert len(store.names(storage)) == 2 and len(store.names(storage, "c")) == len(store.names(storage, "m")) == 1
    refused(
        arrivals.install(storage, "c", authority.pem(authority.root(5)), NOON, 2, False), "CertificateStoreMaxLength: 2"
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
        refused(arrivals.install(storage, "c", text, now, 4, False), said)
        assert storage.values == {}, said


def test_with_the_additional_check_a_root_replaces_the_one_that_has_signed_it():
    storage = FakeStorage()
    install(storage, ROOT, additional=True)
    (first,) = store.names(storage)
    stranger = authority.root(5)
    refused(arrivals.install(storage, "c", authority.pem(stranger), NOON, 4, True), "the old root has not signed it")
    assert store.names(storage) == [first]
    install(storage, CROSSED, most=1, additional=True)
    (second,) = [name for name in store.names(storage) if name != first]
    assert store.fallback(storage) == first and len(finish(store.installed(storage, "c"))) == 2
    refused(arrivals.install(storage, "c", authority.pem(THIRD), NOON, 4, True), "2 roots are installed")
    # Its hashes name the key of the root that has signed it, also when that is gone.
    hashes = finish(store.installed(storage, "c"))
    store.confirm_root(storage)
    assert store.names(storage) == [second] and store.fallback(storage) is None
    assert finish(store.installed(storage, "c"))[0] in hashes
    install(storage, MAKER, kept.MANUFACTURER, additional=True)  # the check is about the central system only
    install(storage, THIRD, additional=True)
    assert store.fallback(storage) == second
    # The new one may be deleted again: the old one is the one then.
    (third,) = [name for name in store.names(storage, "c") if name != second]
    store.delete(storage, third)
    assert store.names(storage, "c") == [second] and store.fallback(storage) is None
    assert [name for name in storage.values if "/k-" in name] == [second.replace("/", "/k-")]
