"""Features that meet: two or three at once, as a tester combines them and nobody plans them."""

from fakes.bench import Bench
from fakes.charging_profiles import composite, install, profile
from fakes.reservations import reserve


def starts(bench):
    return [(p["idTag"], p["connectorId"], p.get("reservationId")) for p in bench.central.all("StartTransaction")]


def groups(bench, **parents):
    bench.central.answers["Authorize"] = lambda payload: {
        "idTagInfo": {"status": "Accepted", "parentIdTag": parents[payload["idTag"]]}
    }


def test_of_several_reservations_the_one_that_is_meant_is_used():
    # The connector's own before that of any connector, whichever came first.
    for numbers in ((5, 6), (6, 5)):
        bench = Bench(2)
        for number in numbers:
            assert reserve(bench, number, 0 if number == 5 else 1) == "Accepted"
        bench.plug(1)
        bench.swipe("A")
        bench.run(1000)
        assert starts(bench) == [("A", 1, 6)]
        assert bench.ask("CancelReservation", {"reservationId": 6}) == {"status": "Rejected"}
        assert bench.ask("CancelReservation", {"reservationId": 5}) == {"status": "Accepted"}
    # And the card's own before another one's of its group, who still counts on it.
    for numbers in ((5, 6), (6, 5)):
        bench = Bench(3)
        groups(bench, A="P", B="P")
        for number in numbers:
            assert reserve(bench, number, 0, "A" if number == 5 else "B", parent="P") == "Accepted"
        bench.plug(1)
        bench.swipe("B")
        bench.run(1000)
        bench.plug(2)
        bench.swipe("A")
        bench.run(1000)
        assert starts(bench) == [("B", 1, 6), ("A", 2, 5)]


def test_whatever_ends_a_transaction_whose_vehicle_has_gone_is_finishing_first():
    def card(bench):
        bench.swipe("CARD")

    def remote(bench):
        assert bench.ask("RemoteStopTransaction", {"transactionId": 1}) == {"status": "Accepted"}

    def unlock(bench):
        assert bench.ask("UnlockConnector", {"connectorId": 1}) == {"status": "Unlocked"}

    for has_lock in (True, False):
        for stop in (card, remote, unlock) if has_lock else (card, remote):
            bench = Bench(has_lock=has_lock)
            bench.station.config["StopTransactionOnEVSideDisconnect"] = False
            bench.charging("CARD")
            bench.unplug()
            bench.run(5000)
            assert bench.central.statuses()[-1] == "SuspendedEV"
            stop(bench)
            bench.run(3000)
            # The cable may still be in the station's socket: no contact tells when it goes.
            assert bench.central.statuses()[-2:] == ["Finishing", "Available"], (stop, bench.central.statuses())
            assert len(bench.central.all("StopTransaction")) == 1


def test_watts_of_a_station_with_one_connector_are_those_that_were_set():
    bench = Bench()
    install(bench, 1, profile(1, "TxDefaultProfile", [(0, 8000), (60, 6500)], kind="Relative", unit="W"))
    assert composite(bench, 1, 100, "W") == composite(bench, 0, 100, "W") == [(0, 8000), (60, 6500)]
    install(bench, 0, profile(2, "ChargePointMaxProfile", [(0, 7000)], kind="Relative", unit="W"))
    assert composite(bench, 0, 100, "W") == [(0, 7000), (60, 6500)]


def set_clock(bench, seconds):
    """The central system's clock is another one from now on."""
    bench.clock.set(bench.clock.now() + seconds)
    bench.station.woken()
    bench.run(100)


def test_what_counts_from_the_start_of_a_transaction_counts_on_whoever_sets_the_clock():
    for purpose, kind in (("TxProfile", "Relative"), ("TxDefaultProfile", "Relative"), ("TxProfile", "Absolute")):
        for jump in (-90000, -3600, -31, -7, 7, 31, 3600, 90000):
            bench = Bench().charging()
            made = profile(1, purpose, [(0, 10), (60, 8), (120, 6)], kind=kind)
            assert install(bench, 1, made) == "Accepted"
            left = 60000 - bench.clock.uptime() + bench.station.connectors[0].transaction.started
            bench.run(left - 30000)
            assert bench.evse.offered_ma == 10000
            set_clock(bench, jump)
            assert bench.evse.offered_ma == 10000, (kind, jump)
            shown = composite(bench, 1, 200)
            assert [limit for _start, limit in shown] == [10, 8, 6] and 28 <= shown[1][0] <= 31, (jump, shown)
            bench.run(28500)
            assert bench.evse.offered_ma == 10000, (kind, jump)
            bench.run(3000)
            assert bench.evse.offered_ma == 8000, (kind, jump)
            # And once more, the other way.
            set_clock(bench, -2 * jump)
            assert bench.evse.offered_ma == 8000, (kind, jump)
            bench.run(60000)
            assert bench.evse.offered_ma == 6000, (kind, jump)


def test_the_profile_of_a_remote_start_goes_with_its_transaction_however_short_that_is():
    bench = Bench()
    bench.central.answers["StartTransaction"] = {"transactionId": 3, "idTagInfo": {"status": "Blocked"}}
    bench.plug()
    request = {"idTag": "A", "connectorId": 1, "chargingProfile": profile(9, "TxProfile", [(0, 9)], kind="Relative")}
    assert bench.ask("RemoteStartTransaction", request) == {"status": "Accepted"}
    bench.run(2000)
    (stop,) = bench.central.all("StopTransaction")
    assert stop["reason"] == "DeAuthorized" and composite(bench, 1, 60) == [(0, 32)]
    assert bench.ask("ClearChargingProfile", {"id": 9}) == {"status": "Unknown"}
    assert [name for name in bench.storage.names() if name.startswith("profile-")] == []


def test_a_remote_start_without_a_connector_follows_the_cable():
    for authorize in (True, False):
        bench = Bench(2, config={"AuthorizeRemoteTxRequests": authorize})
        request = {"idTag": "A", "chargingProfile": profile(9, "TxProfile", [(0, 9)], kind="Relative")}
        assert bench.ask("RemoteStartTransaction", request) == {"status": "Accepted"}
        bench.run(1000)
        assert bench.status(1) == "Preparing"
        bench.plug(2)
        bench.run(1000)
        assert starts(bench) == [("A", 2, None)] and (bench.status(1), bench.status(2)) == ("Available", "Charging")
        assert bench.evses[1].offered_ma == 9000 and composite(bench, 2, 60) == [(0, 9)]
        # One that names its connector waits for that one.
        request["connectorId"] = 1
        bench.unplug(2)
        bench.run(3000)
        assert bench.ask("RemoteStartTransaction", request) == {"status": "Accepted"}
        bench.run(1000)
        bench.plug(2)
        bench.run(1000)
        assert bench.status(1) == "Preparing" and len(starts(bench)) == 1
        bench.plug(1)
        bench.run(1000)
        assert starts(bench)[1:] == [("A", 1, None)]
    # And what is kept for another one is left alone.
    bench = Bench(3)
    assert reserve(bench, 5, 2, "B") == "Accepted"
    assert bench.ask("RemoteStartTransaction", {"idTag": "A"}) == {"status": "Accepted"}
    bench.run(1000)
    bench.plug(2)
    bench.run(1000)
    assert starts(bench) == []
    bench.plug(3)
    bench.run(1000)
    assert starts(bench) == [("A", 3, None)]


def test_remote_starts_without_a_connector_find_the_one_that_is_theirs():
    # Two at once: the second takes the other connector, though nobody has answered for the first yet.
    bench = Bench(2)
    bench.delay = 500
    for tag in ("A", "B"):
        assert bench.ask("RemoteStartTransaction", {"idTag": tag}) == {"status": "Accepted"}
    assert bench.ask("RemoteStartTransaction", {"idTag": "C"}) == {"status": "Rejected"}
    bench.run(3000)
    assert [bench.status(1), bench.status(2)] == ["Preparing"] * 2
    # Of a group that is known only after Authorize: the connector that is kept for it, or one that is free.
    for parent, meant in (("P", 1), ("Q", 2)):
        bench = Bench(2)
        groups(bench, B=parent)
        assert reserve(bench, 5, 1, "A", parent="P") == "Accepted"
        assert bench.ask("RemoteStartTransaction", {"idTag": "B"}) == {"status": "Accepted"}
        bench.run(1000)
        bench.plug(meant)
        bench.run(1000)
        assert starts(bench) == [("B", meant, 5 if meant == 1 else None)]
    # Who has a reservation does not pay for the vehicle that waits beside it, whoever asks.
    for remote in (True, False):
        bench = Bench(2)
        assert reserve(bench, 5, 1, "A") == "Accepted"
        bench.plug(2)
        if remote:
            assert bench.ask("RemoteStartTransaction", {"idTag": "A"}) == {"status": "Accepted"}
        else:
            bench.swipe("A")
        bench.run(2000)
        assert starts(bench) == [] and [bench.status(1), bench.status(2)] == ["Preparing"] * 2
        bench.plug(1)
        bench.run(1000)
        assert starts(bench) == [("A", 1, 5)]


def test_what_is_optional_and_wrong_in_an_answer_costs_no_transaction():
    bench = Bench(config={"TransactionMessageRetryInterval": 1})
    odd = {"status": "Accepted", "expiryDate": "", "parentIdTag": 5}
    bench.central.answers["Authorize"] = {"idTagInfo": odd}
    bench.central.answers["StartTransaction"] = {"transactionId": 7, "idTagInfo": odd}
    bench.central.answers["StopTransaction"] = {"idTagInfo": {}}
    bench.charging("A")
    bench.run(10000)
    bench.swipe("A")
    bench.run(10000)
    assert len(starts(bench)) == 1
    (stop,) = bench.central.all("StopTransaction")
    assert stop["transactionId"] == 7 and len(bench.station.outbox) == 0


def test_what_was_cached_before_the_cache_was_switched_off_does_not_come_back_false():
    bench = Bench(config={"LocalPreAuthorize": True})
    said = {}
    bench.central.answers["Authorize"] = lambda payload: {
        "idTagInfo": {"status": said.get(payload["idTag"], "Accepted")}
    }
    for tag in ("A", "B"):
        bench.swipe(tag)
        bench.swipe(tag)  # never mind
    assert bench.ask("ChangeConfiguration", {"key": "AuthorizationCacheEnabled", "value": "false"})
    said["A"] = "Blocked"
    bench.swipe("A")
    assert bench.ask("ChangeConfiguration", {"key": "AuthorizationCacheEnabled", "value": "true"})
    del bench.central.sent[:]
    bench.plug()
    bench.swipe("A")
    assert starts(bench) == [] and len(bench.central.all("Authorize")) == 1
    bench.swipe("B")
    bench.run(1000)
    assert starts(bench) == [("B", 1, None)] and len(bench.central.all("Authorize")) == 1


def test_a_group_card_with_a_reservation_is_there_to_start_not_to_stop():
    for place, count in ((1, 2), (0, 3)):
        bench = Bench(count)
        groups(bench, A="P", B="P")
        bench.plug(2)
        bench.swipe("A")
        assert reserve(bench, 5, place, "B") == "Accepted"
        bench.swipe("B")
        bench.plug(1)
        bench.run(1000)
        assert starts(bench) == [("A", 2, None), ("B", 1, 5)] and not bench.central.all("StopTransaction")
    # A vehicle that waits where the card may not start keeps it from nothing.
    bench = Bench(2)
    groups(bench, A="P", B="P")
    bench.plug(2)
    bench.swipe("A")
    assert reserve(bench, 5, 1, "Z") == "Accepted"
    bench.plug(1)
    bench.swipe("B")
    bench.run(1000)
    assert [stop["idTag"] for stop in bench.central.all("StopTransaction")] == ["B"]
