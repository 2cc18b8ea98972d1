"""Every combination of what the keys say, what the list and the cache know, and whether there is a connection."""

from fakes.bench import Bench
from fakes.charging_profiles import now
from fakes.reservations import reserve

KEYS = (
    "LocalAuthorizeOffline", "LocalPreAuthorize", "AuthorizationCacheEnabled", "AllowOfflineTxForUnknownId",
    "LocalAuthListEnabled",
)  # fmt: skip
PAST = 700000000
# A word of the list or the cache, and when it ends.
WORDS = (
    None, ("Accepted", None), ("Accepted", PAST), ("ConcurrentTx", None), ("Blocked", None), ("Expired", None),
    ("Invalid", PAST),
)  # fmt: skip


def oracle(keys, listed, cached, online):
    """Accepted, refused or asks: OCPP 1.6 §3.5 in plain words."""
    in_list = keys["LocalAuthListEnabled"] and listed
    known = in_list or (keys["AuthorizationCacheEnabled"] and cached)
    valid = known and known[0] in ("Accepted", "ConcurrentTx") and known[1] is None
    if online:
        if not keys["LocalPreAuthorize"] or not known:
            return "asks"
        if valid:
            return "Accepted"
        return "refused" if in_list and known[0] in ("Blocked", "Invalid") else "asks"
    if known and not valid:
        return "refused"  # whatever else is allowed (§3.5.4)
    allowed = keys["AllowOfflineTxForUnknownId"] or (known and keys["LocalAuthorizeOffline"])
    return "Accepted" if allowed else "refused"


def decision(authorization):
    said = []
    authorization.ask("A", 1, lambda status, parent: said.append(status))
    if not said:
        authorization._questions.clear()
        return "asks"
    return "Accepted" if said == ["Accepted"] else "refused"


def test_every_combination_of_keys_list_and_cache():
    bench = Bench()
    station = bench.station
    authorization = station.authorization
    count = 0
    for cached in WORDS:
        station.config["AuthorizationCacheEnabled"] = station.config["LocalAuthListEnabled"] = True
        station.local_list.update(1 + station.local_list.version, [], True, 10)
        authorization.cache().drop("A")
        if cached:
            authorization.learn("a", cached[0], cached[1], None)
        for listed in WORDS:
            entries = [("a", listed[0], listed[1], None)] if listed else []
            station.local_list.update(1 + station.local_list.version, entries, True, 10)
            for bits in range(64):
                keys = {name: bool(bits >> at & 1) for at, name in enumerate(KEYS)}
                for name in KEYS:
                    station.config[name] = keys[name]
                authorization.online = bool(bits & 32)
                found, wanted = decision(authorization), oracle(keys, listed, cached, authorization.online)
                assert found == wanted, (keys, listed, cached, authorization.online, found)
                count += 1
    print("%d decisions" % count)


def lists(bench, **info):
    request = {"listVersion": 1, "updateType": "Full", "localAuthorizationList": [{"idTag": "A", "idTagInfo": info}]}
    assert bench.ask("SendLocalList", request) == {"status": "Accepted"}


def conflicts(bench, status):
    """What the station shows of its list after the central system has said this of the card."""
    bench.central.answers["Authorize"] = {"idTagInfo": {"status": status}}
    bench.swipe("A")
    bench.run(1000)
    bench.station.connectors[0].forget()
    bench.run(1000)
    told = [payload for payload in bench.central.all("StatusNotification") if payload["connectorId"] == 0]
    return told[-1]["errorCode"] == "LocalListConflict"


def test_the_list_is_in_conflict_for_as_long_as_the_two_say_different_things():
    bench = Bench()
    bench.central.clock = bench.clock  # else its Heartbeats hold the time
    lists(bench, status="Accepted", expiryDate=now(bench, 600))
    for status, differs in (("Blocked", True), ("ConcurrentTx", False), ("Expired", True), ("Accepted", False)):
        assert conflicts(bench, status) == differs, status
    bench.run(600000, 5000)
    # Both know that it has expired.
    for status, differs in (("Expired", False), ("Accepted", True), ("Invalid", False)):
        assert conflicts(bench, status) == differs, status
    # A card that charged somewhere when the list was made.
    lists(bench, status="ConcurrentTx")
    for status, differs in (("Accepted", False), ("ConcurrentTx", False), ("Blocked", True)):
        assert conflicts(bench, status) == differs, status
    bench.ask("ChangeConfiguration", {"key": "LocalAuthListEnabled", "value": "false"})
    bench.run(1000)
    (*_before, told) = bench.central.all("StatusNotification")
    assert told["errorCode"] == "NoError", "a list that is not used contradicts nobody"


def test_a_conflict_is_told_though_records_were_damaged_since_the_boot():
    bench = Bench()
    bench.station.outbox._journal.sidecar.damaged = 1
    lists(bench, status="Blocked")
    bench.run(1000)
    assert bench.central.all("StatusNotification")[-1]["vendorErrorCode"] == "JournalDamaged"
    assert conflicts(bench, "Accepted")
    lists(bench, status="Accepted")
    bench.run(1000)
    assert bench.central.all("StatusNotification")[-1]["vendorErrorCode"] == "JournalDamaged"


def test_what_the_list_drops_is_not_what_the_cache_had_before():
    for kind, cached_again in (("Full", False), ("Differential", False), ("Differential", True)):
        bench = Bench()
        bench.station.authorization.learn("a", "Accepted", None, None)
        bench.station.authorization.learn("B", "Accepted", None, None)
        if cached_again:  # while the list was not used
            lists(bench, status="Blocked")
            bench.station.config["LocalAuthListEnabled"] = False
            bench.station.authorization.learn("A", "Accepted", None, None)
            bench.station.config["LocalAuthListEnabled"] = True
            assert conflicts(bench, "Blocked") is False
        else:
            lists(bench, status="Blocked")
        request = {"listVersion": 2, "updateType": kind, "localAuthorizationList": []}
        if kind == "Differential":
            request["localAuthorizationList"].append({"idTag": "A"})
        assert bench.ask("SendLocalList", request) == {"status": "Accepted"}
        bench.drop()
        assert bench.station.authorization.local("A") is None and bench.station.authorization.local("B")
        bench.plug()
        bench.swipe("A")
        bench.run(1000)
        assert bench.status() == "Preparing"


def of_group(bench):
    bench.central.answers["Authorize"] = {"idTagInfo": {"status": "Accepted", "parentIdTag": "P"}}


def test_what_only_a_group_may_do_is_asked_for_where_the_group_is_not_known():
    # §5.13: a reservation for its group, and a list that says nothing of groups.
    for remote, authorizes in ((False, True), (True, True), (True, False)):
        bench = Bench(config={"LocalPreAuthorize": True, "AuthorizeRemoteTxRequests": authorizes})
        of_group(bench)
        lists(bench, status="Accepted")
        assert reserve(bench, 5, 1, "Z", parent="P") == "Accepted"
        bench.plug()
        if remote:
            assert bench.ask("RemoteStartTransaction", {"idTag": "A", "connectorId": 1}) == {"status": "Accepted"}
        else:
            bench.swipe("A")
        bench.run(1000)
        (start,) = bench.central.all("StartTransaction")
        assert start["reservationId"] == 5
        assert bench.central.all("Authorize") == [{"idTag": "A"}]
    # §3.10: what another card of the group has started.
    bench = Bench(config={"LocalPreAuthorize": True})
    of_group(bench)
    lists(bench, status="Accepted")
    bench.charging("B")
    bench.swipe("A")
    bench.run(1000)
    (stop,) = bench.central.all("StopTransaction")
    assert stop["idTag"] == "A"
    # Where it may start by itself nobody is asked.
    bench = Bench(2, config={"LocalPreAuthorize": True})
    of_group(bench)
    lists(bench, status="Accepted")
    bench.charging("B")
    del bench.central.sent[:]
    bench.plug(2)
    bench.swipe("A")
    bench.run(1000)
    assert [payload["connectorId"] for payload in bench.central.all("StartTransaction")] == [2]
    assert bench.central.all("Authorize") == []
