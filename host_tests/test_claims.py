"""Who may start, stop and unlock what on a connector, and when it is faulted: drivers and operators at one station."""

from fakes.bench import Bench
from fakes.reservations import reserve
from fakes.site import Site


def group(bench, **parents):
    """Authorize knows these groups; "" for a central system that sends an empty one."""

    def answer(payload):
        info = {"status": "Accepted"}
        if payload["idTag"] in parents:
            info["parentIdTag"] = parents[payload["idTag"]]
        return {"idTagInfo": info}

    bench.central.answers["Authorize"] = answer


# The end of a transaction


def test_a_plug_that_comes_out_under_a_latched_fault_ends_the_transaction():
    site = Site()
    bench = Bench(site=site)
    site.vehicle.plug()
    bench.run(1000)
    bench.station.swipe("CARD")
    bench.run(5000)
    assert bench.status() == "Charging"
    site.evse.latch(("GroundFailure", "ResidualCurrent"))
    bench.run(2000)
    assert bench.status() == "Faulted" and bench.central.all("StopTransaction") == []
    site.vehicle.unplug()
    bench.run(3000)
    (stop,) = bench.central.all("StopTransaction")
    assert stop["reason"] == "EVDisconnected"
    assert not site.evse.locked


def test_where_the_vehicle_may_come_back_it_may_under_a_fault_too():
    bench = Bench(config={"StopTransactionOnEVSideDisconnect": False}).charging()
    bench.evse.latch(("GroundFailure", None))
    bench.unplug()
    bench.run(3000)
    assert bench.central.all("StopTransaction") == [] and bench.status() == "Faulted"


def test_a_group_card_stops_but_starts_where_a_vehicle_waits():
    bench = Bench(2)
    group(bench, A="P", B="P")
    bench.plug(1)
    bench.swipe("A")
    bench.plug(2)
    bench.swipe("B")
    assert [bench.status(1), bench.status(2)] == ["Charging", "Charging"]
    bench.swipe("B")
    assert [bench.status(1), bench.status(2)] == ["Charging", "Finishing"]
    bench.swipe("B")
    assert bench.status(1) == "Finishing"


# Nobody and no group


def test_an_empty_text_is_no_group():
    bench = Bench()
    group(bench, A="", STRANGER="")
    reserve(bench, parent="")
    bench.plug()
    bench.swipe("STRANGER")
    bench.run(1000)
    assert bench.central.all("StartTransaction") == []
    bench.swipe("A")
    bench.run(1000)
    assert bench.central.all("StartTransaction")[0]["reservationId"] == 5
    bench.swipe("STRANGER")
    bench.run(1000)
    assert bench.central.all("StopTransaction") == [] and bench.status() == "Charging"


def test_remote_starts_that_would_come_to_nothing_are_rejected():
    bench = Bench()
    assert bench.ask("RemoteStartTransaction", {"idTag": "", "connectorId": 1}) == {"status": "Rejected"}
    assert bench.ask("RemoteStartTransaction", {"idTag": ""}) == {"status": "Rejected"}
    bench.records.full = True
    bench.station.outbox.stop(1, 7, 0, 0, "Local", None)  # an end that flash does not take
    assert bench.station.outbox.full
    assert bench.ask("RemoteStartTransaction", {"idTag": "APP", "connectorId": 1}) == {"status": "Rejected"}


def profile(number, stack=0, purpose="TxProfile"):
    schedule = {"chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 6}]}
    return {
        "chargingProfileId": number,
        "stackLevel": stack,
        "chargingProfilePurpose": purpose,
        "chargingProfileKind": "Relative",
        "chargingSchedule": schedule,
    }


def test_the_profile_of_a_remote_start_is_applied_or_the_start_is_rejected():
    bench = Bench(2)
    most = bench.station.config["MaxChargingProfilesInstalled"]
    for number in range(most):
        purpose = "TxDefaultProfile" if number < 9 else "ChargePointMaxProfile"
        given = profile(100 + number, number % 9, purpose)
        given["chargingSchedule"]["chargingSchedulePeriod"][0]["limit"] = 32
        request = {"connectorId": 0, "csChargingProfiles": given}
        assert bench.ask("SetChargingProfile", request) == {"status": "Accepted"}, number
    bench.plug()
    request = {"idTag": "APP", "connectorId": 1, "chargingProfile": profile(1)}
    assert bench.ask("RemoteStartTransaction", request) == {"status": "Rejected"}
    assert bench.ask("ClearChargingProfile", {"id": 109}) == {"status": "Accepted"}
    # One room, and two who want it: the second is told so at once.
    assert bench.ask("RemoteStartTransaction", dict(request, connectorId=2)) == {"status": "Accepted"}
    bench.run(500)
    assert bench.ask("RemoteStartTransaction", dict(request, chargingProfile=profile(2))) == {"status": "Rejected"}
    bench.plug(2)
    bench.run(1000)
    assert bench.status(2) == "Charging" and bench.evses[1].offered_ma == 6000


def test_the_room_for_a_profile_that_goes_before_the_start_takes_the_start_with_it():
    bench = Bench()
    request = {"idTag": "APP", "connectorId": 1, "chargingProfile": profile(1)}
    assert bench.ask("RemoteStartTransaction", request) == {"status": "Accepted"}
    bench.run(500)
    for number in range(bench.station.config["MaxChargingProfilesInstalled"]):
        purpose = "TxDefaultProfile" if number < 9 else "ChargePointMaxProfile"
        given = profile(100 + number, number % 9, purpose)
        bench.ask("SetChargingProfile", {"connectorId": 0, "csChargingProfiles": given})
    bench.plug()
    bench.run(2000)
    assert bench.central.all("StartTransaction") == []


# Reservations


def test_what_a_reservation_needs_is_looked_at_in_order():
    bench = Bench()
    assert reserve(bench, seconds=-60) == "Rejected"
    bench.evse.set_fault("GroundFailure")
    bench.run(200)
    assert reserve(bench, seconds=-60) == "Faulted" and reserve(bench, connector_id=0, seconds=-60) == "Faulted"
    bench.evse.set_fault(None)
    bench.ask("ChangeAvailability", {"connectorId": 1, "type": "Inoperative"})
    bench.run(200)
    assert reserve(bench, seconds=-60) == "Unavailable" and reserve(bench, connector_id=0, seconds=-60) == "Unavailable"
    bench.ask("ChangeAvailability", {"connectorId": 1, "type": "Operative"})
    bench.plug()
    assert reserve(bench, seconds=-60) == "Occupied"


def test_connector_zero_is_not_reserved_where_the_installer_says_so():
    bench = Bench(config={"ReserveConnectorZeroSupported": False})
    assert reserve(bench, connector_id=0) == "Rejected" and reserve(bench) == "Accepted"


# Times


def test_connection_time_out_zero_is_no_time_out():
    bench = Bench(config={"ConnectionTimeOut": 0})
    bench.swipe()
    bench.run(3600000, 10000)
    bench.plug()
    assert bench.status() == "Charging"


def test_everybody_at_the_readers_gets_an_answer():
    bench = Bench(2, config={"MessageTimeout": 30})
    bench.central.answers["Authorize"] = None
    decided = []
    for number in range(12):
        tag = "CARD%d" % number
        bench.station.authorization.ask(tag, 1, lambda status, parent, tag=tag: decided.append((tag, status)))
    assert len(decided) == 8, "a queue without a bound"
    bench.run(100000, 500)
    assert [tag for tag, _ in decided] == ["CARD%d" % number for number in range(12)], decided
    assert not bench.station.authorization.waiting


def test_who_was_first_keeps_the_connector_and_who_was_told_accepted_charges():
    """Two at almost the same moment: cards at the connector's own reader or the station's, and remote starts."""
    cases = 0
    for connectors in (1, 2):
        for first in ("remote", "own", "shared"):
            for second in ("remote", "own", "shared"):
                for between in (0, 500):
                    bench = Bench(connectors)
                    bench.delay = 300
                    told = {}
                    for tag, way in (("A", first), ("B", second)):
                        if way == "remote":
                            call = {"idTag": tag, "connectorId": 1}
                            told[tag] = bench.ask("RemoteStartTransaction", call)["status"]
                        else:
                            bench.station.swipe(tag, 1 if way == "own" else None)
                        bench.run(between)
                    bench.run(2000)
                    case = connectors, first, second, between, told
                    bench.plug()
                    bench.run(2000)
                    assert [start["idTag"] for start in bench.central.all("StartTransaction")] == ["A"], case
                    if first != "shared" or between or connectors == 1:
                        assert told.get("A", "Accepted") == "Accepted" and told.get("B", "Rejected") == "Rejected", case
                    cases += 1
    print("%d ways to be first" % cases)


def test_a_connector_for_which_an_answer_is_waited_for_is_occupied():
    call = {"connectorId": 1, "idTag": "Q", "reservationId": 1, "expiryDate": "2026-11-20T13:00:00Z"}
    for way in ("remote", "own", "shared"):
        bench = Bench()
        bench.delay = 1000
        if way == "remote":
            assert bench.ask("RemoteStartTransaction", {"idTag": "A"}) == {"status": "Accepted"}
        else:
            bench.station.swipe("A", 1 if way == "own" else None)
        assert bench.ask("ReserveNow", call) == {"status": "Occupied"}, way
        bench.run(3000)
        bench.plug()
        bench.run(2000)
        assert [start["idTag"] for start in bench.central.all("StartTransaction")] == ["A"], way
