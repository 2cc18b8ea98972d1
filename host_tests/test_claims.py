"""Who may start, stop and unlock what on a connector, and when it is faulted: drivers and operators at one station."""

from chargelet.base.timestamp import to_text
from fakes.bench import Bench
from fakes.site import Site
from fakes.storage import PowerCut


def group(bench, **parents):
    """Authorize knows these groups; "" for a central system that sends an empty one."""

    def answer(payload):
        info = {"status": "Accepted"}
        if payload["idTag"] in parents:
            info["parentIdTag"] = parents[payload["idTag"]]
        return {"idTagInfo": info}

    bench.central.answers["Authorize"] = answer


def reserve(bench, connector_id=1, tag="A", seconds=600, parent=None):
    request = {"connectorId": connector_id, "idTag": tag, "reservationId": 5}
    request["expiryDate"] = to_text(bench.clock.now() + seconds)
    if parent is not None:
        request["parentIdTag"] = parent
    status = bench.ask("ReserveNow", request)["status"]
    bench.run(200)
    return status


# The bolt and its owner


def kept(**config):
    """A station after its vehicle was unplugged in mid-session, with the cable still locked in."""
    bench = Bench(config=dict({"UnlockConnectorOnEVSideDisconnect": False}, **config)).charging("CARD")
    bench.unplug()
    bench.run(3000)
    assert bench.evse.locked and bench.status() == "Finishing"
    return bench


def test_the_owner_opens_the_bolt_also_after_a_power_cut_or_a_reset():
    for reset in (False, True):
        bench = kept()
        if reset:
            bench.ask("Reset", {"type": "Soft"})
            bench.run(3000)
        bench = bench.cut()
        bench.connect()
        bench.run(2000)
        assert bench.evse.locked and bench.status() == "Finishing"
        bench.swipe("OTHER")
        bench.run(500)
        assert bench.evse.locked and bench.status() == "Finishing"
        bench.swipe("card")
        bench.run(3000)
        assert not bench.evse.locked and bench.status() == "Available"
        assert bench.storage.read("cables") is None
        bench = bench.cut()
        bench.connect()
        bench.run(2000)
        assert bench.status() == "Available"
        bench.plug()
        bench.swipe("OTHER")
        assert bench.status() == "Charging"


def test_the_power_is_cut_at_every_write_of_a_stop_that_keeps_the_cable():
    for cuts in range(8):
        bench = Bench(config={"UnlockConnectorOnEVSideDisconnect": False}).charging("CARD")
        (bench.records if cuts % 2 else bench.storage).cut(cuts // 2)
        try:
            bench.unplug()
        except PowerCut:
            pass
        bench.records.cut(10**9)
        bench.storage.cut(10**9)
        bench = bench.cut()
        bench.connect()
        bench.run(5000)
        # In doubt for the driver: either the cable is free, or its owner frees it.
        if bench.evse.locked:
            bench.swipe("CARD")
            bench.run(3000)
        assert not bench.evse.locked and bench.status() == "Available", (cuts, bench.status())
        stops = bench.central.all("StopTransaction")
        assert [stop for stop in stops if stop != stops[0]] == [], stops  # perhaps the same one again


def test_nobody_else_charges_on_a_cable_that_waits_for_its_owner():
    bench = kept()
    bench.plug()  # a stranger's vehicle at the cable that lies there
    bench.run(1000)
    bench.swipe("STRANGER")
    bench.run(1000)
    assert len(bench.central.all("StartTransaction")) == 1 and bench.status() == "Finishing"
    assert bench.ask("RemoteStartTransaction", {"idTag": "STRANGER", "connectorId": 1}) == {"status": "Rejected"}
    assert bench.ask("UnlockConnector", {"connectorId": 1}) == {"status": "Unlocked"}
    bench.unplug()
    bench.run(2000)
    assert bench.status() == "Available"


def test_a_bolt_that_nobody_owns_opens_after_a_power_cut():
    bench = Bench().charging()
    bench.evse.lock_sticks = True
    bench.swipe()
    bench.run(500)
    assert bench.evse.locked
    after = bench.cut()
    after.connect()
    after.run(2000)
    assert not after.evse.locked


def test_a_bolt_that_goes_in_for_a_claim_comes_out_when_it_is_forgotten():
    bench = Bench(config={"ConnectionTimeOut": 5})
    bench.plug()
    bench.records.full = True  # no transaction starts
    bench.swipe()
    bench.run(10000)
    assert bench.central.all("StartTransaction") == [] and not bench.evse.locked


def test_a_bolt_that_jams_at_a_stop_and_the_next_card():
    bench = Bench().charging("CARD")
    bench.evse.lock_sticks = True
    bench.swipe("CARD")
    bench.run(2000)
    assert bench.status() == "Faulted"
    told = bench.central.all("StatusNotification")[-1]
    assert told["errorCode"] == "ConnectorLockFailure"
    # The driver means: let my cable go; a stranger gets no session on a cable that does not come out.
    bench.swipe("CARD")
    bench.swipe("STRANGER")
    bench.run(1000)
    assert len(bench.central.all("StartTransaction")) == 1 and bench.evse.locked
    bench.evse.lock_sticks = False
    bench.swipe("CARD")
    bench.run(1000)
    assert not bench.evse.locked and bench.status() == "Finishing"
    bench.unplug()
    bench.run(1000)
    assert bench.status() == "Available"


def test_a_bolt_that_jams_is_sent_again_by_itself():
    bench = Bench().charging()
    bench.evse.lock_sticks = True
    bench.swipe()
    bench.run(5000)
    bench.evse.lock_sticks = False
    bench.run(61000, 500)
    assert not bench.evse.locked and bench.status() == "Finishing"


def test_a_lock_that_does_not_close_is_faulted_and_the_next_plug_gets_a_try():
    bench = Bench()
    bench.evse.lock_sticks = True
    bench.plug()
    assert bench.status() == "Preparing"
    bench.swipe()
    bench.run(2000)
    assert bench.status() == "Faulted"
    assert bench.central.all("StatusNotification")[-1]["errorCode"] == "ConnectorLockFailure"
    assert reserve(bench) == "Faulted"
    bench.unplug()
    bench.run(500)
    assert bench.status() == "Preparing"  # the card still waits
    bench.evse.lock_sticks = False
    bench.plug()
    bench.run(500)
    assert bench.status() == "Charging"


def test_a_real_lock_that_does_not_close():
    site = Site()
    bench = Bench(site=site)
    bench.run(2000)
    site.point.bolt_sticks = True
    site.vehicle.plug()
    bench.run(1000)
    bench.station.swipe("CARD")
    bench.run(20000)
    told = [p for p in bench.central.all("StatusNotification") if p["connectorId"] == 1]
    assert [p["status"] for p in told] == ["Available", "Preparing", "Faulted"], told
    assert told[-1]["errorCode"] == "ConnectorLockFailure"
    site.point.bolt_sticks = False
    bench.run(62000)
    assert bench.status() == "Preparing"  # nobody's turn any more: ConnectionTimeOut
    bench.station.swipe("CARD")
    bench.run(5000)
    assert bench.status() == "Charging"


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
    assert reserve(bench, seconds=-60) == "Faulted" and reserve(bench, 0, seconds=-60) == "Faulted"
    bench.evse.set_fault(None)
    bench.ask("ChangeAvailability", {"connectorId": 1, "type": "Inoperative"})
    bench.run(200)
    assert reserve(bench, seconds=-60) == "Unavailable" and reserve(bench, 0, seconds=-60) == "Unavailable"
    bench.ask("ChangeAvailability", {"connectorId": 1, "type": "Operative"})
    bench.plug()
    assert reserve(bench, seconds=-60) == "Occupied"


def test_connector_zero_is_not_reserved_where_the_installer_says_so():
    bench = Bench(config={"ReserveConnectorZeroSupported": False})
    assert reserve(bench, 0) == "Rejected" and reserve(bench, 1) == "Accepted"


# What the vehicle asks for


def test_a_vehicle_that_asks_in_vain_is_suspended_by_the_station():
    site = Site()
    bench = Bench(site=site)
    site.vehicle.diode = False
    site.vehicle.plug()
    bench.run(1000)
    bench.station.swipe("CARD")
    bench.run(15000)
    told = [p for p in bench.central.all("StatusNotification") if p["connectorId"] == 1]
    assert "SuspendedEV" not in [p["status"] for p in told] and told[-1]["status"] == "SuspendedEVSE", told
    assert told[-1]["errorCode"] == "EVCommunicationError" and told[-1]["vendorErrorCode"] == "NoDiode"


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
                    if first == "remote" or between:
                        assert told.get("A", "Accepted") == "Accepted" and told.get("B", "Rejected") == "Rejected", case
                    cases += 1
    print("%d ways to be first" % cases)
