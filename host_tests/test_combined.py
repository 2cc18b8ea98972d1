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
