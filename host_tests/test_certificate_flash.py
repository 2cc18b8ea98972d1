"""Keys and certificates on a flash that loses its power at a write, is full, or has spoilt a file."""

from chargelet.base.pieces import finish
from chargelet.certificates import chain, kept, store
from fakes import authority
from fakes.storage import FakeStorage, PowerCut
from fakes.stored import (
    CROSSED,
    DRAWN,
    MAKER,
    NOON,
    STEPS,
    check,
    copied,
    install,
    look,
    request,
    strays,
    with_pair,
)  # fmt: skip


def test_a_flash_that_is_full_changes_nothing():
    storage = with_pair()
    before = dict(storage.values)
    storage.full = True
    for work in (
        lambda: install(storage, MAKER, kept.MANUFACTURER),
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


def test_a_power_cut_at_any_write_leaves_the_store_whole():
    storage = FakeStorage()
    cuts = 0
    for at, step in enumerate(STEPS):
        drawn = len(DRAWN)
        done = copied(storage)
        step(done)
        allowed = [look(storage), look(done)]
        left = 0
        while True:
            after = copied(storage)
            del DRAWN[drawn:]  # the same key again: what comes after can be compared
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
    install(good, MAKER, kept.MANUFACTURER)
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
                finish(authority.check([leaf], kept.roots(storage, "c"), NOON, chain.CLIENT))
            except ValueError as error:
                assert name[13:15] == "c-" and "none of the roots" in str(error), name
            request(storage)
            assert store.client(storage)
