"""ReserveNow and CancelReservation: who may charge where, and how a reservation ends."""

from fakes.bench import Bench
from fakes.reservations import reserve
from fakes.storage import PowerCut


def cancel(bench, number=5):
    status = bench.ask("CancelReservation", {"reservationId": number})["status"]
    bench.run(200)
    return status


def groups(bench, **parents):
    bench.central.answers["Authorize"] = lambda payload: {
        "idTagInfo": {"status": "Accepted", "parentIdTag": parents[payload["idTag"]]}
        if payload["idTag"] in parents
        else {"status": "Accepted"}
    }


def starts(bench):
    return [(p["idTag"], p["connectorId"], p.get("reservationId")) for p in bench.central.all("StartTransaction")]


def test_only_the_reserved_card_starts():
    bench = Bench()
    assert reserve(bench) == "Accepted" and bench.status() == "Reserved"
    bench.swipe("B")
    assert bench.central.all("Authorize") == [] and bench.status() == "Reserved"
    bench.swipe("a")
    assert bench.status() == "Preparing"
    bench.plug()
    bench.run(1000)
    assert starts(bench) == [("a", 1, 5)] and bench.status() == "Charging"
    bench.swipe("a")
    bench.unplug()
    bench.run(3000)
    assert bench.central.statuses()[-1] == "Available" and cancel(bench) == "Rejected"


def test_a_stranger_who_plugs_in_first_waits_in_vain():
    bench = Bench()
    reserve(bench)
    bench.plug()
    assert bench.status() == "Reserved"
    bench.swipe("B")
    assert starts(bench) == []
    bench.swipe("A")
    bench.run(1000)
    assert starts(bench) == [("A", 1, 5)]


def test_remote_starts_keep_to_it():
    for authorize in (True, False):
        bench = Bench(config={"AuthorizeRemoteTxRequests": authorize})
        reserve(bench)
        assert bench.ask("RemoteStartTransaction", {"idTag": "B", "connectorId": 1}) == {"status": "Rejected"}
        assert bench.ask("RemoteStartTransaction", {"idTag": "B"}) == {"status": "Rejected"}
        assert bench.ask("RemoteStartTransaction", {"idTag": "A"}) == {"status": "Accepted"}
        bench.plug()
        bench.run(1000)
        assert starts(bench) == [("A", 1, 5)]


def test_a_group_may_share_it():
    for remote in (False, True):
        bench = Bench()
        groups(bench, B="P", C="Q")
        reserve(bench, parent="P")
        bench.plug()
        for tag in ("C", "B"):
            if remote:
                bench.ask("RemoteStartTransaction", {"idTag": tag, "connectorId": 1})
                bench.run(500)
            else:
                bench.swipe(tag)
            assert (starts(bench) == []) == (tag == "C"), (remote, tag)
        assert starts(bench) == [("B", 1, 5)]


def test_whose_group_it_is_the_central_system_has_to_say_whatever_the_key_says():
    for parent, starts_here in (("P", True), ("Q", False), (None, False)):
        bench = Bench(config={"AuthorizeRemoteTxRequests": False})
        bench.central.answers["Authorize"] = {"idTagInfo": {"status": "Accepted", "parentIdTag": parent}}
        reserve(bench, parent="P")
        bench.plug()
        assert bench.ask("RemoteStartTransaction", {"idTag": "B", "connectorId": 1}) == {"status": "Accepted"}
        bench.run(1000)
        assert len(bench.central.all("Authorize")) == 1 and bool(starts(bench)) == starts_here, parent
    # Where it is known here nobody is asked.
    bench = Bench(config={"AuthorizeRemoteTxRequests": False})
    reserve(bench, parent="P")
    bench.station.authorization.learn("B", "Accepted", None, "P")
    bench.plug()
    assert bench.ask("RemoteStartTransaction", {"idTag": "B", "connectorId": 1}) == {"status": "Accepted"}
    bench.run(1000)
    assert starts(bench) == [("B", 1, 5)] and bench.central.all("Authorize") == []


def test_it_expires():
    bench = Bench()
    assert reserve(bench, seconds=20) == "Accepted"
    bench.run(21000, 500)
    assert bench.central.statuses()[-2:] == ["Reserved", "Available"]
    bench.plug()
    bench.swipe("B")
    assert starts(bench) == [("B", 1, None)]


def test_what_cannot_be_reserved():
    bench = Bench(2)
    assert reserve(bench, connector_id=9) == "Rejected" and reserve(bench, seconds=-1) == "Rejected"
    bench.evses[0].set_fault("GroundFailure")
    assert reserve(bench) == "Faulted"
    bench.evses[0].set_fault(None)
    bench.ask("ChangeAvailability", {"connectorId": 1, "type": "Inoperative"})
    assert reserve(bench) == "Unavailable"
    bench.ask("ChangeAvailability", {"connectorId": 1, "type": "Operative"})
    bench.plug(1)
    assert reserve(bench) == "Occupied" and reserve(bench, 6, 2) == "Accepted"
    assert reserve(bench, 7, 2) == "Occupied" and reserve(bench, 7, 2, "B") == "Occupied"
    without = Bench(board=dict(bench.board, profiles=["Core"]))
    request = {"connectorId": 1, "expiryDate": "2030-01-01T00:00:00Z", "idTag": "A", "reservationId": 1}
    assert without.ask("ReserveNow", request) == {"status": "Rejected"}


def test_the_same_number_replaces():
    bench = Bench()
    reserve(bench, seconds=20)
    assert reserve(bench, tag="B", seconds=60) == "Accepted"
    bench.run(30000, 500)
    assert bench.status() == "Reserved"
    bench.plug()
    bench.swipe("A")
    assert starts(bench) == []
    bench.swipe("B")
    assert starts(bench) == [("B", 1, 5)]


def test_cancelling():
    bench = Bench()
    reserve(bench)
    assert cancel(bench, 6) == "Rejected" and bench.status() == "Reserved"
    assert cancel(bench) == "Accepted" and bench.central.statuses()[-1] == "Available"


def test_faults_and_unavailability_end_it():
    bench = Bench()
    reserve(bench)
    bench.evse.set_fault("GroundFailure")
    bench.run(500)
    bench.evse.set_fault(None)
    bench.run(500)
    assert bench.status() == "Available" and cancel(bench) == "Rejected"
    reserve(bench)
    bench.ask("ChangeAvailability", {"connectorId": 0, "type": "Inoperative"})
    bench.run(500)
    assert bench.status() == "Unavailable" and cancel(bench) == "Rejected"


def test_any_connector_keeps_the_last_free_one():
    bench = Bench(2)
    assert reserve(bench, connector_id=0) == "Accepted"
    assert [bench.status(1), bench.status(2)] == ["Available", "Available"]
    bench.plug(1)
    bench.swipe("B", 1)
    bench.run(500)
    assert bench.status(2) == "Reserved"
    bench.plug(2)
    bench.swipe("C", 2)
    assert [tag for tag, _, _ in starts(bench)] == ["B"]
    bench.swipe("A", 2)
    bench.run(500)
    assert starts(bench)[1] == ("A", 2, 5)


def test_any_connector_of_one():
    bench = Bench()
    assert reserve(bench, connector_id=0) == "Accepted" and bench.status() == "Reserved"
    assert reserve(bench, 6, 1) == "Occupied" and reserve(bench, 6, 0) == "Occupied"
    bench.swipe("B")
    assert bench.central.all("Authorize") == []
    bench.swipe("A")
    bench.plug()
    bench.run(500)
    assert starts(bench) == [("A", 1, 5)]


def test_any_connector_when_none_is_free():
    bench = Bench(2)
    bench.plug(1)
    bench.plug(2)
    assert reserve(bench, connector_id=0) == "Occupied"
    bench.unplug(1)
    bench.unplug(2)
    bench.run(2000)
    for evse in bench.evses:
        evse.set_fault("GroundFailure")
    assert reserve(bench, connector_id=0) == "Faulted"


def test_a_card_without_a_reader_of_its_own_goes_where_it_may():
    bench = Bench(2)
    reserve(bench, connector_id=1)
    bench.swipe("B")
    assert [bench.status(1), bench.status(2)] == ["Reserved", "Preparing"]
    bench.plug(1)  # the cable goes into the wrong one
    bench.run(1000)
    assert starts(bench) == []
    bench.swipe("A")
    bench.run(500)
    assert starts(bench) == [("A", 1, 5)]


def test_a_reservation_outlives_a_power_cut_but_not_its_time():
    bench = Bench()
    reserve(bench, seconds=60)
    after = bench.cut()
    after.connect()
    after.run(1000)
    assert after.central.statuses()[-1] == "Reserved"
    late = Bench(storage=bench.storage, records=bench.records, now=bench.clock.now() + 3600)
    assert late.central.statuses() == ["Available"] and late.storage.read("reservations") is None


def test_a_power_cut_leaves_it_or_not():
    for cuts in range(2):
        bench = Bench()
        bench.storage.cut(cuts)
        try:
            reserve(bench)
        except PowerCut:
            pass
        after = bench.cut()
        after.run(1000)
        assert after.status() == ("Reserved" if cuts else "Available")
