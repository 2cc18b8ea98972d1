"""The station's own pair on flash: made, asked for, tried, used; and what comes for another key or name."""

from chargelet.base.pieces import finish
from chargelet.certificates import store
from fakes import authority
from fakes.storage import FakeStorage
from fakes.stored import MAKER, NOON, ROOT, answer, install, refused, request, signed, taken, with_pair


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
        (answer(storage, authority=True), "CS-1", "Operator", NOON, "an authority"),
    ):
        refused(taken(storage, text, now, name, owner), said)
        assert storage.values == asked, said
    for name in before:
        if name != "certificates/state":
            assert storage.values[name] == before[name]
    signed(storage)
    assert store.client(storage, "next")


def test_a_pair_that_provisioning_has_put_there_is_in_use():
    good = with_pair()
    storage = FakeStorage()
    storage.mkdir("certificates")
    for name in ("a.key", "a.pem"):
        storage.write("certificates/" + name, good.values["certificates/" + name])
    store.tidy(storage)
    assert store.client(storage) == ("certificates/a.pem", "certificates/a.key")
