"""Sessions from the first plug or card to the last status, as the central system sees them."""

from fakes.bench import Bench


def test_plug_first():
    bench = Bench()
    assert bench.central.statuses(0) == ["Available"] and bench.central.statuses() == ["Available"]
    bench.plug()
    assert bench.status() == "Preparing"
    bench.evse.meter.wh = 1000
    bench.swipe("CARD")
    bench.run(1000)
    (start,) = bench.central.all("StartTransaction")
    assert start == {"connectorId": 1, "idTag": "CARD", "meterStart": 1000, "timestamp": "2026-11-20T12:00:01Z"}
    assert bench.central.statuses() == ["Available", "Preparing", "Charging"]
    assert bench.evse.locked
    bench.evse.meter.wh = 1500
    bench.swipe("card")
    bench.run(1000)
    (stop,) = bench.central.all("StopTransaction")
    assert stop["meterStop"] == 1500 and stop["idTag"] == "card" and stop["transactionId"] == 1
    assert stop["reason"] == "Local"
    assert len(bench.central.all("Authorize")) == 1, "the same idTag was asked about again"
    assert not bench.evse.locked and not bench.evse.contactor_closed
    bench.unplug()
    assert bench.central.statuses() == ["Available", "Preparing", "Charging", "Finishing", "Available"]


def test_card_first():
    bench = Bench()
    bench.swipe("CARD")
    assert bench.status() == "Preparing"
    bench.plug()
    assert bench.status() == "Charging"
    order = [name for name, payload in bench.central.sent if name in ("Authorize", "StartTransaction")]
    assert order == ["Authorize", "StartTransaction"]


def test_a_card_without_a_cable_is_forgotten_after_connection_time_out():
    bench = Bench(config={"ConnectionTimeOut": 5})
    bench.swipe("CARD")
    bench.run(4500)
    assert bench.status() == "Preparing"
    bench.run(1000)
    assert bench.status() == "Available"
    bench.plug()
    bench.run(1000)
    assert bench.central.all("StartTransaction") == []
    assert bench.central.statuses() == ["Available", "Preparing", "Available", "Preparing"]


def test_the_same_card_twice_before_the_cable_is_a_change_of_mind():
    bench = Bench()
    bench.swipe("CARD")
    bench.swipe("CARD")
    assert bench.status() == "Available"


def test_cards_that_are_not_accepted_start_nothing():
    for status in ("Blocked", "Expired", "Invalid", "ConcurrentTx"):
        bench = Bench()
        bench.central.answers["Authorize"] = {"idTagInfo": {"status": status}}
        bench.swipe("CARD")
        bench.plug()
        bench.run(2000)
        assert bench.central.all("StartTransaction") == []
        assert bench.central.statuses() == ["Available", "Preparing"]


def test_an_authorize_that_is_never_answered_starts_nothing_and_blocks_nothing():
    bench = Bench(config={"MessageTimeout": 5})
    bench.central.answers["Authorize"] = None
    bench.swipe("CARD")
    bench.run(6000)
    del bench.central.answers["Authorize"]
    bench.plug()
    bench.swipe("OTHER")
    assert bench.status() == "Charging"


def test_another_card_of_the_group_stops():
    bench = Bench()
    bench.central.answers["Authorize"] = lambda request: {
        "idTagInfo": {"status": "Accepted", "parentIdTag": "STRANGERS" if request["idTag"] == "C" else "FAMILY"}
    }
    bench.charging("A")
    bench.swipe("C")
    assert bench.status() == "Charging"
    bench.swipe("B")
    (stop,) = bench.central.all("StopTransaction")
    assert stop["idTag"] == "B"


def test_the_group_may_also_come_with_start_transaction():
    bench = Bench()
    bench.central.answers["StartTransaction"] = {
        "transactionId": 5,
        "idTagInfo": {"status": "Accepted", "parentIdTag": "FAMILY"},
    }
    bench.charging("A")
    bench.central.answers["Authorize"] = {"idTagInfo": {"status": "ConcurrentTx", "parentIdTag": "family"}}
    bench.swipe("B")
    assert bench.central.all("StopTransaction")[0]["transactionId"] == 5


def test_the_vehicle_goes_away():
    bench = Bench().charging()
    bench.unplug()
    (stop,) = bench.central.all("StopTransaction")
    assert stop["reason"] == "EVDisconnected" and "idTag" not in stop
    assert not bench.evse.locked
    bench.run(3000)
    assert bench.central.statuses()[-2:] == ["Finishing", "Available"]
    told = [p for p in bench.central.all("StatusNotification") if p["status"] == "Finishing"]
    assert told[0]["info"] == "EV side disconnected"


def test_the_vehicle_goes_away_and_the_cable_stays_locked():
    bench = Bench(config={"UnlockConnectorOnEVSideDisconnect": False}).charging("CARD")
    bench.unplug()
    bench.run(5000)
    assert bench.evse.locked and bench.status() == "Finishing"
    bench.swipe("OTHER")
    assert bench.evse.locked
    bench.swipe("CARD")
    bench.run(3000)
    assert not bench.evse.locked and bench.status() == "Available"
    assert len(bench.central.all("StartTransaction")) == 1


def test_the_vehicle_may_come_back():
    bench = Bench(config={"StopTransactionOnEVSideDisconnect": False}).charging()
    bench.unplug()
    assert bench.status() == "SuspendedEV" and bench.evse.locked
    bench.plug()
    assert bench.status() == "Charging"
    assert bench.ask("RemoteStopTransaction", {"transactionId": 1}) == {"status": "Accepted"}
    bench.run(500)
    assert bench.central.all("StopTransaction")[0]["reason"] == "Remote"


def test_the_vehicle_pauses():
    bench = Bench().charging()
    bench.evse.wants = False
    bench.run(200)
    bench.evse.wants = True
    bench.run(200)
    assert bench.central.statuses()[-3:] == ["Charging", "SuspendedEV", "Charging"]


def test_two_connectors_and_one_reader():
    bench = Bench(connectors=2)
    bench.plug(2)
    bench.swipe("A")
    assert bench.central.all("StartTransaction")[0]["connectorId"] == 2
    bench.swipe("B")
    assert bench.status(1) == "Preparing"
    bench.plug(1)
    assert bench.central.all("StartTransaction")[1]["connectorId"] == 1
    bench.swipe("A")
    assert bench.status(2) == "Finishing" and bench.status(1) == "Charging"


def test_the_card_follows_the_cable():
    bench = Bench(connectors=2)
    bench.swipe("A")
    assert bench.status(1) == "Preparing"
    bench.plug(2)
    bench.run(500)
    assert bench.status(1) == "Available" and bench.status(2) == "Charging"


def test_a_cable_that_nobody_claims_is_not_charged_to_the_next_card():
    bench = Bench(connectors=2, config={"ConnectionTimeOut": 5})
    bench.plug(1)
    bench.run(6000)
    assert bench.status(1) == "Finishing"  # errata 3.20, B6
    bench.swipe("A")
    assert bench.status(2) == "Preparing"
    bench.swipe("A")
    bench.swipe("B", 1)
    assert bench.status(1) == "Charging"
