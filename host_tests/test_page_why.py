"""Why it does not charge: each situation has its reason, derived from the station's state alone."""

from chargelet.page import why
from fakes.bench import Bench
from fakes.charging_profiles import install, now, profile

NOON = 848491200


def reason(bench, connector=1):
    return why.of_connector(bench.station, bench.station.connector(connector))


def whole(bench, online=True):
    return why.of_station(bench.station, True, online)


def test_before_a_session():
    bench = Bench()
    assert reason(bench) == ["free"]
    bench.plug()
    assert reason(bench) == ["card"]
    bench.central.answers["Authorize"] = None
    bench.swipe()
    assert reason(bench) == ["asking"]
    bench = Bench()
    bench.swipe()
    assert reason(bench)[0] == "plug_in" and 55 <= reason(bench)[1] <= 60
    bench = Bench(config={"ConnectionTimeOut": 0})
    bench.swipe()
    assert reason(bench) == ["plug_in_now"]
    bench = Bench()
    bench.central.answers["Authorize"] = {"idTagInfo": {"status": "Blocked"}}
    bench.plug()
    bench.swipe()
    assert reason(bench) == ["refused"]
    bench.run(31000, 1000)
    assert reason(bench) == ["card"]


def test_nobody_came_with_a_card():
    bench = Bench(2)
    bench.plug()
    bench.run(61000, 1000)
    assert reason(bench) == ["waited_out"] and reason(bench, 2) == ["free"]


def test_free_charging():
    bench = Bench(config={"FreeVend": True})
    assert reason(bench) == ["free_vend"]


def test_the_lock():
    bench = Bench()
    bench.evse.lock_sticks = True
    bench.plug()
    bench.swipe()
    assert reason(bench) == ["locking"]
    bench.run(20000, 500)
    assert reason(bench) == ["bolt_out"]


def test_the_meter_has_not_been_heard():
    bench = Bench()
    bench.evse.meter.known = False
    bench.plug()
    bench.swipe()
    bench.run(1000)
    assert reason(bench) == ["meter"]


def test_the_vehicle():
    bench = Bench()
    bench.evse.wants = False
    bench.plug()
    bench.swipe()
    bench.run(10000, 500)
    assert reason(bench) == ["not_asked"]
    bench.evse.wants = True
    bench.run(10000, 500)
    assert reason(bench) == ["charging"]
    bench.evse.wants = False
    bench.run(10000, 500)
    assert reason(bench) == ["vehicle_paused"]


def test_a_vehicle_whose_signal_is_not_right():
    bench = Bench().charging()
    bench.evse.wants = False
    bench.run(10000, 500)
    assert reason(bench) == ["vehicle_paused"]
    bench.evse.odd = "EVCommunicationError", "PilotShort"  # it could not say what it wants
    assert reason(bench) == ["refusing"]
    bench = Bench()
    bench.evse.ventilation = True
    bench.plug()
    bench.swipe()
    bench.run(1000, 100)
    assert reason(bench) == ["closing"]
    bench.run(10000, 500)
    assert reason(bench) == ["ventilation"]
    bench.evse.ventilation = False
    bench.run(1000, 100)
    assert reason(bench) == ["charging"]


def test_who_limits():
    bench = Bench().charging()
    connector = bench.station.connectors[0]
    connector.limits["person"] = 10000
    assert reason(bench) == ["by_person", 10000]
    connector.limits["person"] = 0
    bench.run(1000)
    assert reason(bench) == ["none_person", 0]
    del connector.limits["person"]
    assert install(bench, 1, profile(7, "TxDefaultProfile", [(0, 10)], kind="Relative")) == "Accepted"
    bench.run(1000)
    assert reason(bench)[:3] == ["by_profile", 10000, 7]
    made = profile(7, "TxDefaultProfile", [(0, 10), (3600, 20)], schedule_more={"startSchedule": now(bench)})
    assert install(bench, 1, made) == "Accepted"
    bench.run(1000)
    found = reason(bench)
    assert found[:3] == ["by_profile_until", 10000, 7] and NOON < found[3] <= NOON + 3700
    connector.limits["person"] = 8000
    assert reason(bench) == ["by_person", 8000]


def test_what_people_lowered_ends_with_the_session():
    bench = Bench().charging()
    bench.station.connectors[0].limits["person"] = 0
    bench.run(1000)
    assert reason(bench) == ["none_person", 0]
    bench.swipe()
    bench.run(3000)
    assert reason(bench) == ["finished"]
    bench.unplug()
    bench.run(3000)
    bench.charging()
    assert reason(bench) == ["charging"]


def test_a_profile_of_no_current():
    bench = Bench().charging()
    assert install(bench, 1, profile(3, "TxDefaultProfile", [(0, 0)], kind="Relative")) == "Accepted"
    bench.run(1000)
    assert reason(bench)[:3] == ["none_profile", 0, 3]


def test_out_of_order():
    bench = Bench()
    bench.evse.set_fault("GroundFailure")
    bench.run(100)
    assert reason(bench) == ["fault", "GroundFailure"]
    bench = Bench()
    assert bench.ask("ChangeAvailability", {"connectorId": 1, "type": "Inoperative"})["status"] == "Accepted"
    assert reason(bench) == ["inoperative"]


def test_a_card_that_is_no_longer_accepted():
    bench = Bench(config={"StopTransactionOnInvalidId": False})
    bench.central.answers["StartTransaction"] = {"transactionId": 9, "idTagInfo": {"status": "Blocked"}}
    bench.plug()
    bench.swipe()
    bench.run(2000)
    assert reason(bench) == ["not_accepted"]


def test_a_reservation():
    bench = Bench()
    request = {"connectorId": 1, "expiryDate": "2026-11-20T14:00:00Z", "idTag": "R", "reservationId": 7}
    assert bench.ask("ReserveNow", request)["status"] == "Accepted"
    assert reason(bench) == ["reserved", NOON + 7200]


def test_what_waits_for_the_central_system():
    bench = Bench(config={"AllowOfflineTxForUnknownId": True})
    assert whole(bench) == []
    bench.drop()
    bench.plug()
    bench.swipe()
    bench.run(5000)
    found = whole(bench, False)
    assert found[0] == ["offline"] and found[1][:2] == ["waiting_since", 1] and abs(found[1][2] - NOON) < 60
    bench.connect()
    bench.run(3000)
    assert whole(bench) == []


def test_registration_and_time():
    bench = Bench(now=None, online=False)
    bench.central.answers["BootNotification"] = {
        "status": "Pending", "currentTime": "2026-11-20T12:00:00Z", "interval": 300,
    }  # fmt: skip
    assert ["no_time"] in whole(bench, False)
    bench.connect()
    bench.run(1000)
    assert whole(bench) == [["pending"]]
