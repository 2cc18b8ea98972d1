"""Sessions that the central system starts, stops or disowns, as it sees them."""

from fakes.bench import Bench


def test_remote_start_cable_first():
    bench = Bench()
    bench.plug()
    assert bench.ask("RemoteStartTransaction", {"idTag": "APP", "connectorId": 1}) == {"status": "Accepted"}
    bench.run(500)
    assert bench.central.all("Authorize") == [{"idTag": "APP"}]
    assert bench.central.all("StartTransaction")[0]["idTag"] == "APP"
    assert bench.status() == "Charging"


def test_remote_start_first_without_authorize():
    bench = Bench(config={"AuthorizeRemoteTxRequests": False})
    assert bench.ask("RemoteStartTransaction", {"idTag": "APP"}) == {"status": "Accepted"}
    bench.run(200)
    assert bench.status() == "Preparing"
    bench.plug()
    assert bench.central.all("Authorize") == []
    assert bench.status() == "Charging"


def test_remote_start_of_somebody_who_is_refused():
    bench = Bench()
    bench.central.answers["Authorize"] = {"idTagInfo": {"status": "Invalid"}}
    assert bench.ask("RemoteStartTransaction", {"idTag": "APP", "connectorId": 1}) == {"status": "Accepted"}
    bench.plug()
    bench.run(1000)
    assert bench.central.all("StartTransaction") == []


def test_remote_start_time_out():
    bench = Bench(config={"ConnectionTimeOut": 3})
    bench.ask("RemoteStartTransaction", {"idTag": "APP"})
    bench.run(5000)
    assert bench.central.statuses() == ["Available", "Preparing", "Available"]


def test_remote_start_is_rejected_where_it_cannot_work():
    bench = Bench(connectors=2).charging()
    for number in (0, 1, 3):
        request = {"idTag": "APP", "connectorId": number}
        assert bench.ask("RemoteStartTransaction", request) == {"status": "Rejected"}, request
    bench.ask("ChangeAvailability", {"connectorId": 2, "type": "Inoperative"})
    assert bench.ask("RemoteStartTransaction", {"idTag": "APP", "connectorId": 2}) == {"status": "Rejected"}
    assert bench.ask("RemoteStartTransaction", {"idTag": "APP"}) == {"status": "Rejected"}
    bench.run(1000)
    assert len(bench.central.all("Authorize")) == 1


def test_remote_stop_of_what_does_not_run():
    bench = Bench().charging()
    for wrong in (99, -1, 0):
        assert bench.ask("RemoteStopTransaction", {"transactionId": wrong}) == {"status": "Rejected"}
    assert bench.status() == "Charging"


def test_remote_stop_minus_one_while_the_start_is_not_confirmed():
    bench = Bench()
    bench.central.answers["StartTransaction"] = None
    bench.charging()
    assert bench.ask("RemoteStopTransaction", {"transactionId": -1}) == {"status": "Rejected"}
    assert bench.status() == "Charging"


def test_the_central_system_disowns_the_card():
    bench = Bench()
    bench.central.answers["StartTransaction"] = {"transactionId": 9, "idTagInfo": {"status": "Blocked"}}
    bench.plug()
    bench.swipe()
    bench.run(500)
    (stop,) = bench.central.all("StopTransaction")
    assert stop["reason"] == "DeAuthorized" and stop["transactionId"] == 9
    assert bench.evse.locked, "the lock waits for the card that started"
    bench.swipe("CARD")
    bench.run(500)
    assert not bench.evse.locked


def test_the_central_system_disowns_the_card_but_the_transaction_goes_on():
    bench = Bench(config={"StopTransactionOnInvalidId": False})
    bench.central.answers["StartTransaction"] = {"transactionId": 9, "idTagInfo": {"status": "Blocked"}}
    bench.plug()
    bench.swipe()
    bench.run(500)
    assert bench.central.all("StopTransaction") == []
    assert bench.status() == "SuspendedEVSE" and bench.evse.offered_ma == 0
