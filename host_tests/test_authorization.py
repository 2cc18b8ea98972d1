"""Who may charge: the cache, offline, and what the central system says afterwards."""

from chargelet.base.timestamp import from_text
from chargelet.station.authorization_cache import AuthorizationCache
from fakes.bench import Bench
from fakes.lines import Lines
from fakes.storage import FakeStorage


def make(storage=None):
    lines = Lines()
    storage = storage or FakeStorage()
    return AuthorizationCache(storage, lines), storage, lines


def test_everybody_is_kept_valid_or_not_and_through_reboots():
    cache, storage, _ = make()
    cache.put("Card", "Accepted", 5, "GROUP")
    cache.put("OTHER", "Blocked", None, None)
    cache, _, _ = make(storage)
    assert cache.find("CARD") == ("Accepted", 5, "GROUP")
    assert cache.find("other") == ("Blocked", None, None)
    assert cache.find("nobody") is None
    cache.put("card", "Invalid", None, None)
    assert cache.find("CARD") == ("Invalid", None, None)


def test_the_same_again_costs_no_write():
    cache, storage, _ = make()
    cache.put("CARD", "Accepted", None, None)
    writes = storage.writes
    cache.put("card", "Accepted", None, None)
    assert storage.writes == writes


def test_many_cards_in_small_files():
    # The fake flash lies in the same small heap; a real one takes 2,000 likewise.
    cache, storage, _ = make()
    for number in range(300):
        cache.put("CARD%04d" % number, "Accepted", None, None)
    for number in range(300):
        assert cache.find("CARD%04d" % number), number
    assert 55 <= len(storage.values) <= 64
    assert max([len(value) for value in storage.values.values()]) < 500


def test_those_that_are_not_valid_go_first_and_then_the_oldest():
    cache, _, _ = make()
    name = cache._name("CARD0")
    same, number = [], 0
    while len(same) < 34:
        if cache._name("CARD%d" % number) == name:
            same.append("CARD%d" % number)
        number += 1
    for number, tag in enumerate(same[:32]):
        cache.put(tag, "Blocked" if number == 5 else "Accepted", None, None)
    cache.put(same[32], "Accepted", None, None)
    assert cache.find(same[5]) is None and cache.find(same[0])
    cache.put(same[33], "Accepted", None, None)
    assert cache.find(same[0]) is None and cache.find(same[1])


def test_one_is_forgotten_and_those_of_the_same_file_are_not():
    cache, storage, lines = make()
    cache._name = lambda id_tag: "00"
    for tag in ("CARD", "CARD2"):
        cache.put(tag, "Accepted", None, None)
    cache.drop("nobody")
    assert storage.writes == 2
    cache.drop("card")
    assert cache.find("CARD") is None and cache.find("CARD2") and not lines


def test_damage_costs_one_file_and_tabs_break_nothing():
    cache, storage, lines = make()
    cache.put("CARD", "Accepted", None, None)
    cache.put("a\tb\nc", "Accepted", None, None)
    (name,) = storage.values
    storage.values[name] = storage.values[name][:-1] + b"X"
    assert cache.find("CARD") is None and "damaged" in lines[0]
    cache.put("CARD", "Accepted", None, None)
    assert cache.find("CARD")


def known(config=None, info=None):
    """A bench whose station has heard of CARD, which has charged once."""
    bench = Bench(config=config)
    if info:
        bench.central.answers["Authorize"] = {"idTagInfo": info}
        bench.swipe("CARD")
        bench.swipe("CARD")
        bench.central.answers.clear()
    else:
        bench.charging("CARD")
        bench.swipe("CARD")
        bench.unplug()
        bench.run(3000)
    del bench.central.sent[:]
    return bench


def test_local_pre_authorize_starts_without_asking():
    bench = known({"LocalPreAuthorize": True}).charging("CARD")
    assert bench.central.all("Authorize") == []
    bench = known({"LocalPreAuthorize": True})
    bench.plug()
    bench.ask("RemoteStartTransaction", {"idTag": "card", "connectorId": 1})
    bench.run(500)
    assert bench.central.all("Authorize") == [] and bench.status() == "Charging"


def test_a_cached_card_that_is_not_valid_is_asked_about_again():
    bench = known({"LocalPreAuthorize": True}, {"status": "Blocked"}).charging("CARD")
    assert bench.central.all("Authorize") == [{"idTag": "CARD"}]


def test_the_cache_is_cleared_in_pieces():
    bench = Bench()
    cache = AuthorizationCache(bench.cache, print)
    for number in range(100):
        cache.put("TAG%d" % number, "Accepted", None, None)
    files = len(bench.cache.names())
    changes = bench.cache.writes
    for _piece in bench.station.authorization.clear():
        assert bench.cache.writes <= changes + 1
        changes = bench.cache.writes
    assert files > 40 and bench.cache.values == {} and cache.find("TAG7") is None


def test_clear_cache_forgets_everybody_and_touches_nothing_else():
    bench = known({"LocalPreAuthorize": True})
    bench.charging("CARD")
    bench.drop()
    bench.swipe("CARD")
    records = dict(bench.records.values)
    assert len(records) == 2
    assert bench.ask("ClearCache", {}) == {"status": "Accepted"}
    assert bench.records.values == records and bench.cache.values == {}
    bench.connect()
    bench.run(1000)
    assert len(bench.central.all("StopTransaction")) == 1
    bench.swipe("CARD")
    assert bench.central.all("Authorize") == [{"idTag": "CARD"}]


def test_without_a_cache_clear_cache_is_rejected():
    bench = known({"AuthorizationCacheEnabled": False, "LocalPreAuthorize": True}).charging("CARD")
    assert bench.central.all("Authorize") == [{"idTag": "CARD"}]
    assert bench.ask("ClearCache", {}) == {"status": "Rejected"}


def offline(bench, tag="CARD"):
    """Whether a card starts a session after a reboot without a connection."""
    after = bench.cut()
    after.run(1000)
    after.plug()
    after.swipe(tag)
    after.run(1000)
    return after


def test_offline_after_a_reboot_a_known_card_charges():
    after = offline(known())
    assert after.status() == "Charging"
    after.swipe("CARD")
    after.run(500)
    after.endpoint.opened()
    after.run(2000)
    (start,) = after.central.all("StartTransaction")
    (stop,) = after.central.all("StopTransaction")
    assert from_text(start["timestamp"]) < from_text(stop["timestamp"])
    assert stop["transactionId"] == after.central.transactions


def test_offline_others_do_not():
    assert offline(known(), "STRANGER").status() == "Preparing"
    assert offline(known(info={"status": "Blocked"})).status() == "Preparing"
    expired = {"status": "Accepted", "expiryDate": "2026-11-20T12:00:01Z"}
    assert offline(known(info=expired)).status() == "Preparing"
    for config in ({"LocalAuthorizeOffline": "false"}, {"AuthorizationCacheEnabled": "false"}):
        bench = known()
        for key, value in config.items():
            bench.ask("ChangeConfiguration", {"key": key, "value": value})
        assert offline(bench).status() == "Preparing", config


def test_unknown_cards_offline_where_the_operator_allows_it():
    bench = known(info={"status": "Blocked"})
    bench.ask("ChangeConfiguration", {"key": "AllowOfflineTxForUnknownId", "value": "true"})
    assert offline(bench, "STRANGER").status() == "Charging"
    again = known(info={"status": "Blocked"})
    again.ask("ChangeConfiguration", {"key": "AllowOfflineTxForUnknownId", "value": "true"})
    assert offline(again, "CARD").status() == "Preparing"


def test_before_the_first_acceptance_ever_nobody_charges():
    bench = Bench(config={"AllowOfflineTxForUnknownId": True}, online=False)
    bench.plug()
    bench.swipe()
    bench.run(1000)
    assert bench.status() == "Preparing"


def test_an_offline_start_that_is_refused_later_is_stopped():
    after = offline(known())
    after.central.answers["StartTransaction"] = {"transactionId": 77, "idTagInfo": {"status": "Blocked"}}
    after.endpoint.opened()
    after.run(2000)
    (stop,) = after.central.all("StopTransaction")
    assert stop["reason"] == "DeAuthorized" and stop["transactionId"] == 77
    assert after.station.authorization.local("CARD")[0] == "Blocked"


def test_an_invalid_card_may_get_some_energy():
    for stops in (True, False):
        bench = Bench(config={"MaxEnergyOnInvalidId": 500, "StopTransactionOnInvalidId": stops})
        bench.central.answers["StartTransaction"] = {"transactionId": 9, "idTagInfo": {"status": "Blocked"}}
        bench.charging()
        bench.evse.meter.wh += 499
        bench.run(1000)
        assert bench.status() == "Charging"
        bench.evse.meter.wh += 1
        bench.run(1000)
        assert bench.status() == ("Finishing" if stops else "SuspendedEVSE")
        assert len(bench.central.all("StopTransaction")) == int(stops)


def test_what_was_said_of_a_card_counts_offline_whatever_it_came_with():
    """A card that was in use elsewhere for a moment is no wrong card."""
    cases = 0
    for status in ("Accepted", "ConcurrentTx", "Blocked", "Expired", "Invalid"):
        for action in ("Authorize", "StartTransaction", "StopTransaction"):
            bench = Bench(2, config={"StopTransactionOnInvalidId": False})
            info = {"idTagInfo": {"status": status}}
            bench.central.answers[action] = dict(info, transactionId=5) if action == "StartTransaction" else info
            bench.plug()
            bench.swipe()
            bench.run(1000)
            bench.swipe()
            bench.run(3000)
            bench.unplug()
            bench.run(3000)
            bench.drop()
            bench.plug()
            bench.swipe()
            bench.run(1000)
            accepted = status in ("Accepted", "ConcurrentTx")
            assert bench.status() == ("Charging" if accepted else "Preparing"), (status, action, bench.status())
            cases += 1
    print("%d words about a card" % cases)
