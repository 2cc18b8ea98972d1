"""DataTransfer both ways, and the password for the central system."""

import json

from chargelet.station.credentials import Credentials
from fakes.bench import Bench
from fakes.storage import FakeStorage, PowerCut


def test_a_vendor_that_nobody_registered_for():
    bench = Bench()
    assert bench.ask("DataTransfer", {"vendorId": "com.example"}) == {"status": "UnknownVendorId"}


def test_a_registered_vendor_answers_for_itself():
    bench = Bench()
    bench.station.vendors.register("com.example", lambda message, data: ("Accepted", "%s %s" % (message, data)))
    answer = bench.ask("DataTransfer", {"vendorId": "COM.example", "messageId": "m", "data": "d"})
    assert answer == {"status": "Accepted", "data": "m d"}
    try:
        bench.station.vendors.register("Com.Example", None)
    except ValueError as error:
        assert "taken" in str(error)
    else:
        raise AssertionError("two handlers for one vendor")


def test_the_journal_can_be_asked_for():
    bench = Bench()
    assert bench.ask("DataTransfer", {"vendorId": "org.chargelet", "messageId": "?"}) == {"status": "UnknownMessageId"}
    bench.station.outbox.values(1, 0, 5, "Sample.Clock", "")
    name = bench.records.names()[0]
    bench.records.values[name] = b"rubbish"
    bench.run(100)
    answer = bench.ask("DataTransfer", {"vendorId": "org.chargelet", "messageId": "Journal"})
    report = json.loads(answer["data"])
    assert report["capacity"] == 1000 and report["waiting"] == 0 and report["damaged"] == 1
    assert ["r1/" + aside for aside in report["setAside"]] == [name]


def test_a_transfer_of_ours_is_answered_once():
    bench = Bench()
    bench.central.answers["DataTransfer"] = {"status": "Accepted", "data": "thanks"}
    heard = []
    assert bench.station.vendors.send("com.example", "m", "d", lambda *answer: heard.append(answer))
    bench.run(100)
    assert bench.central.all("DataTransfer") == [{"vendorId": "com.example", "messageId": "m", "data": "d"}]
    bench.central.answers["DataTransfer"] = "InternalError"
    bench.station.vendors.send("com.example", answered=lambda *answer: heard.append(answer))
    bench.run(100)
    assert heard == [("Accepted", "thanks"), (None, None)]


def test_transfers_do_not_pile_up():
    bench = Bench()
    bench.drop()
    sent = [bench.station.vendors.send("com.example", "%d" % number) for number in range(6)]
    assert sent == [True] * 4 + [False] * 2
    bench.connect()
    bench.run(1000)
    assert [payload["messageId"] for payload in bench.central.all("DataTransfer")] == ["0", "1", "2", "3"]


# The password

HEX = "00112233445566778899aabbccddeeff"


def key(bench, value):
    return bench.ask("ChangeConfiguration", {"key": "AuthorizationKey", "value": value})["status"]


def test_the_key_can_be_set_and_never_read():
    bench = Bench()
    assert key(bench, HEX) == "Accepted"
    found = bench.ask("GetConfiguration", {})
    assert "AuthorizationKey" not in [row["key"] for row in found["configurationKey"]]
    assert bench.ask("GetConfiguration", {"key": ["AuthorizationKey"]})["unknownKey"] == ["AuthorizationKey"]
    for wrong in ("short", "x" * 41, "with spaces in it all", ""):
        assert key(bench, wrong) == "Rejected"
        assert not any([wrong and wrong in line for line in bench.lines])
    assert Bench(storage=bench.storage).station.credentials.password() == bytes(range(0, 256, 17))


def credentials(bench):
    made = Credentials(bench.station.config, bench.storage, bench._log)
    made.give("provisioned")
    return made


def test_a_refused_key_falls_back_step_by_step():
    bench = Bench()
    made = credentials(bench)
    assert made.password() == "provisioned" and not made.changed()
    key(bench, HEX)
    assert made.changed() and not made.changed()
    tried = []
    for _ in range(4):
        tried.append(made.password())
        made.refused()
    assert tried == [bytes(range(0, 256, 17)), HEX, "provisioned", bytes(range(0, 256, 17))]


def test_the_key_before_is_forgotten_when_the_new_one_is_taken():
    bench = Bench()
    made = credentials(bench)
    key(bench, "first key of sixteen".replace(" ", "-"))
    made.changed()
    made.accepted()
    key(bench, "the-second-one-is-plain")
    assert made.changed()
    # A power cut: the one before is still there, after the new one.
    made = credentials(bench)
    assert made.password() == "the-second-one-is-plain"
    made.refused()
    assert made.password() == "first-key-of-sixteen"
    made.refused()
    assert made.password() == "the-second-one-is-plain", "a key has taken the place of what was provisioned"
    made.refused()
    made.accepted()
    assert bench.storage.read("key_before") is not None
    made = credentials(bench)
    made.accepted()
    assert bench.storage.read("key_before") is None


def test_the_last_key_that_was_taken_stays_until_another_one_is():
    """However many are set meanwhile, with or without a connection, and whatever the power does."""
    for online in (True, False):
        for cut in (False, True):
            bench = Bench()
            made = credentials(bench)
            key(bench, "the-key-that-works")
            made.changed()
            made.accepted()
            for wrong in ("not-the-right-one-1", "not-the-right-one-2", "not-the-right-one-3"):
                key(bench, wrong)
                if online:
                    assert made.changed()
                assert made.password() == wrong and not made.changed(), "one connection, with the new one"
                made.refused()
                assert "the-key-that-works" in offered(made), (online, cut, wrong)
                if cut:
                    made = credentials(bench)
            made = credentials(bench)
            assert "the-key-that-works" in offered(made)
            made = credentials(bench)
            made.accepted()
            assert set(offered(made)) == {"not-the-right-one-3"}


def test_a_key_that_is_set_while_a_connection_is_being_made_is_not_what_was_taken():
    bench = Bench()
    made = credentials(bench)
    assert made.password() == "provisioned"
    key(bench, "a-key-of-the-owner")
    made.accepted()
    assert made.changed() and "provisioned" in offered(made)


def offered(made):
    """All that a central system that refuses everything gets to hear."""
    found = []
    for _ in range(8):
        found.append(made.password())
        made.refused()
    return found


def test_power_cuts_while_a_key_changes():
    """The central system has the new key once it has heard Accepted, and else the old one: that is offered, too."""
    cuts = 0
    for given in ("provisioned", None):
        for cut in range(12):
            bench = Bench()
            made = bench.station.credentials
            made.give(given)
            key(bench, "the-key-that-works")
            made.password()
            made.accepted()
            works = "the-key-that-works"
            bench.storage.cut(cut)
            try:
                key(bench, "another-key-of-mine")
                works = "another-key-of-mine"
                assert made.changed() and made.password() == works
                made.accepted()
            except PowerCut:
                cuts += 1
            bench.storage.cut(10**9)
            made = bench.cut().station.credentials
            made.give(given)
            assert works in offered(made), (given, cut)
    assert cuts >= 10, cuts


def test_what_is_to_be_sent_wakes_whoever_sends():
    bench = Bench()
    woken = []
    bench.station.woken = lambda: woken.append(bool(bench.station.vendors.waiting))
    assert bench.station.vendors.send("com.example") and woken == [True]
    for _ in range(8):
        bench.station.vendors.send("com.example")
    assert not bench.station.vendors.send("com.example") and all(woken), "and what is refused wakes nobody"


def test_what_a_key_has_replaced_is_told_to_nobody_any_more():
    bench = Bench()
    made = credentials(bench)
    key(bench, "a-plain-key-of-mine")
    assert made.changed() and "provisioned" in offered(made), "nobody has taken the key yet"
    made = credentials(bench)
    made.accepted()
    assert set(offered(made)) == {"a-plain-key-of-mine"}
    assert set(offered(credentials(bench))) == {"a-plain-key-of-mine"}, "after a restart too"
    made = credentials(bench)
    made.give("provisioned anew")
    assert offered(made)[:2] == ["a-plain-key-of-mine", "provisioned anew"], "somebody was at the station"
    assert b"provisioned" not in bench.storage.read("key_replaces")


def test_a_key_that_the_station_starts_with_is_no_new_one():
    bench = Bench(config={"AuthorizationKey": "from-the-installation"})
    made = bench.station.credentials
    made.give(None)
    assert not made.changed() and made.password() == "from-the-installation"


def test_without_any_password_none_is_sent():
    assert Credentials(Bench().station.config, FakeStorage(), print).password() is None
