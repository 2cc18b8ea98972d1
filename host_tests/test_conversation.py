"""Registration, statuses, heartbeats, samples and retries: when the station speaks, and when it does not."""

from chargelet.base.timestamp import from_text
from fakes.bench import BOARD, NOW, Bench
from fakes.fields import sample


def boot(status, interval):
    return {"status": status, "currentTime": NOW, "interval": interval}


def test_rejected_is_silent_until_the_interval_is_over():
    bench = Bench(online=False)
    bench.central.answers["BootNotification"] = boot("Rejected", 20)
    bench.endpoint.opened()
    bench.run(19000, 500)
    bench.plug()
    assert [name for name, _ in bench.central.sent] == ["BootNotification"]
    assert bench.endpoint.receive('[2,"a","GetConfiguration",{}]') is None
    bench.central.answers["BootNotification"] = boot("Accepted", 10)
    bench.run(2000)
    assert [name for name, _ in bench.central.sent][:4] == ["BootNotification"] * 2 + ["StatusNotification"] * 2
    assert bench.central.statuses(0) == ["Available"]


def test_pending_answers_and_says_nothing_itself():
    bench = Bench(online=False)
    bench.central.answers["BootNotification"] = boot("Pending", 15)
    bench.endpoint.opened()
    bench.run(1000)
    assert "configurationKey" in bench.ask("GetConfiguration", {})
    change = {"key": "MeterValueSampleInterval", "value": "7"}
    assert bench.ask("ChangeConfiguration", change) == {"status": "Accepted"}
    assert bench.ask("RemoteStartTransaction", {"idTag": "A"}) == {"status": "Rejected"}
    assert bench.ask("RemoteStopTransaction", {"transactionId": 1}) == {"status": "Rejected"}
    bench.plug()
    bench.swipe()
    bench.run(10000, 500)
    assert [name for name, _ in bench.central.sent] == ["BootNotification"]
    bench.central.answers["BootNotification"] = boot("Accepted", 10)
    bench.run(5000, 500)
    assert len(bench.central.all("BootNotification")) == 2
    assert bench.central.statuses() == ["Preparing"]


def test_rejected_is_silent_about_what_was_asked_for_before():
    bench = Bench(2, online=False)
    bench.central.answers["BootNotification"] = boot("Pending", 300)
    bench.endpoint.opened()
    bench.run(1000)
    del bench.central.sent[:]
    bench.delay = 2000
    bench.evse.lock_sticks = True
    bench.evse.locked = True
    # Unlocking takes its time; meanwhile everything is asked for, and the first answer to that is no.
    assert bench.endpoint.receive('[2,"unlock","UnlockConnector",{"connectorId":1}]') is None
    bench.central.answers["BootNotification"] = boot("Rejected", 300)
    for message in ("BootNotification", "Heartbeat", "StatusNotification", "FirmwareStatusNotification"):
        assert bench.ask("TriggerMessage", {"requestedMessage": message}) == {"status": "Accepted"}
    bench.run(100000, 500)
    assert [name for name, _ in bench.central.sent] == ["BootNotification"] and bench.heard == []
    bench.central.answers["BootNotification"] = boot("Accepted", 300)
    bench.run(210000, 500)
    assert [name for name, _ in bench.central.sent][:2] == ["BootNotification"] * 2 and bench.heard == []
    assert len(bench.central.all("StatusNotification")) == 3


def test_an_interval_of_zero_is_ours_to_choose():
    bench = Bench(online=False)
    bench.central.answers["BootNotification"] = boot("Rejected", 0)
    bench.endpoint.opened()
    bench.run(9000, 500)
    assert len(bench.central.all("BootNotification")) == 1
    bench.run(120000, 500)
    assert 2 <= len(bench.central.all("BootNotification")) <= 13


def test_boot_is_tried_again_when_nobody_answers_or_with_an_error():
    for answer in (None, "InternalError"):
        bench = Bench(online=False)
        bench.central.answers["BootNotification"] = answer
        bench.endpoint.opened()
        bench.run(100000, 500)
        assert 2 <= len(bench.central.all("BootNotification")) <= 5
        del bench.central.answers["BootNotification"]
        bench.run(60000, 500)
        assert bench.station.registration.accepted


def test_no_boot_after_a_reconnection_only_what_has_changed():
    bench = Bench(connectors=2)
    bench.drop()
    bench.plug(2)
    bench.run(5000)
    del bench.central.sent[:]
    bench.connect()
    bench.run(1000)
    assert bench.central.all("BootNotification") == []
    told = [(p["connectorId"], p["status"]) for p in bench.central.all("StatusNotification")]
    assert told == [(2, "Preparing")]


def test_a_status_that_came_and_went_while_offline_is_not_told():
    bench = Bench()
    bench.drop()
    bench.plug()
    bench.unplug()
    bench.run(3000)
    del bench.central.sent[:]
    bench.connect()
    bench.run(1000)
    assert bench.central.sent == []


def test_a_lost_boot_answer_is_asked_for_again_on_the_next_connection():
    bench = Bench(online=False)
    bench.central.answers["BootNotification"] = None
    bench.endpoint.opened()
    bench.run(1000)
    bench.drop()
    del bench.central.answers["BootNotification"]
    bench.connect()
    bench.run(1000)
    assert bench.station.registration.accepted


def test_one_lost_status_answer_stops_nothing():
    bench = Bench()
    bench.central.answers["StatusNotification"] = None
    bench.plug()
    bench.run(1000)
    del bench.central.answers["StatusNotification"]
    bench.run(31000, 500)
    bench.swipe()
    bench.run(500)
    assert bench.central.all("StartTransaction")
    bench.run(60000, 500)
    assert bench.central.statuses()[-1] == "Charging"


def test_a_status_error_is_an_answer():
    bench = Bench()
    bench.central.answers["StatusNotification"] = "InternalError"
    bench.plug()
    bench.run(200000, 1000)
    assert len(bench.central.statuses()) == 2


def test_short_states_are_not_told():
    bench = Bench(config={"MinimumStatusDuration": 5})
    bench.plug()
    bench.run(2000)
    bench.unplug()
    bench.run(10000)
    assert bench.central.statuses() == ["Available"]
    bench.plug()
    bench.run(6000)
    assert bench.central.statuses() == ["Available", "Preparing"]


def test_heartbeats_follow_the_newest_interval_and_set_the_clock():
    bench = Bench()
    assert bench.ask("GetConfiguration", {"key": ["HeartbeatInterval"]})["configurationKey"][0]["value"] == "300"
    bench.run(900000, 1000)
    assert len(bench.central.all("Heartbeat")) in (2, 3)
    bench.ask("ChangeConfiguration", {"key": "HeartbeatInterval", "value": "10"})
    before = len(bench.central.all("Heartbeat"))
    bench.central.answers["Heartbeat"] = {"currentTime": "2030-01-01T00:00:00.000Z"}
    bench.run(30000, 1000)
    assert 3 <= len(bench.central.all("Heartbeat")) - before <= 4
    assert bench.station.clock.now() - 946771200 < 15


def test_a_clock_that_is_no_clock_is_left_alone():
    bench = Bench(online=False)
    bench.central.answers["BootNotification"] = {"status": "Accepted", "currentTime": "soon", "interval": 5}
    bench.endpoint.opened()
    bench.run(40000, 500)
    # The whole answer is unusable; what is right once comes with the next one.
    del bench.central.answers["BootNotification"]
    bench.run(40000, 500)
    assert bench.station.registration.accepted


def test_get_configuration_tells_all_and_what_it_does_not_know():
    bench = Bench()
    all_keys = bench.ask("GetConfiguration", {})["configurationKey"]
    assert bench.ask("GetConfiguration", {"key": []})["configurationKey"] == all_keys
    names = [row["key"] for row in all_keys]
    assert len(names) == len(set(names)) and "HeartbeatInterval" in names
    some = bench.ask("GetConfiguration", {"key": ["heartbeatinterval", "Nope"]})
    assert some["unknownKey"] == ["Nope"]
    assert some["configurationKey"] == [{"key": "HeartbeatInterval", "readonly": False, "value": "300"}]


def test_what_the_station_has_nothing_for():
    bench = Bench()
    assert bench.ask("DataTransfer", {"vendorId": "x"}) == {"status": "UnknownVendorId"}
    assert bench.ask("Heartbeat", {}) == "NotSupported"
    without = Bench(board=dict(BOARD, profiles=["Core"]))
    assert without.ask("CancelReservation", {"reservationId": 1}) == "NotSupported"
    # Where the message has a word of its own for it, that word (OCPP 1.6 §5.10, §5.13, §6.42).
    assert without.ask("GetLocalListVersion", {}) == {"listVersion": -1}
    assert without.ask("SendLocalList", {"listVersion": 1, "updateType": "Full"}) == {"status": "NotSupported"}
    # Errata 3.39 wants an error of SetChargingProfile all the same; the others have no word for it.
    for action in ("SetChargingProfile", "ClearChargingProfile", "GetCompositeSchedule", "TriggerMessage", "GetLog"):
        assert without.ask(action, sample(action)) == "NotSupported", action
    assert without.station.config["SupportedFeatureProfiles"] == "Core"
    assert bench.ask("ChangeConfiguration", {"key": "Nope", "value": "1"}) == {"status": "NotSupported"}


def test_an_answer_that_was_long_under_way_does_not_turn_the_clock_back():
    bench = Bench()
    bench.central.clock = bench.clock
    bench.delay = 1900
    for _ in range(4):
        before = bench.clock.now()
        bench.ask("TriggerMessage", {"requestedMessage": "Heartbeat"})
        bench.run(5000)
        assert 5 <= bench.clock.now() - before <= 6
    bench.delay = 0
    for told, wanted in (("12:30:00Z", 1800), ("12:00:00Z", 0)):  # half an hour wrong is wrong
        bench.central.answers["Heartbeat"] = {"currentTime": "2026-11-20T" + told}
        bench.ask("TriggerMessage", {"requestedMessage": "Heartbeat"})
        bench.run(100)
        assert bench.clock.now() == from_text("2026-11-20T12:00:00Z") + wanted


def test_keys_that_every_station_has():
    bench = Bench(2)
    keys = {row["key"]: row for row in bench.ask("GetConfiguration", {})["configurationKey"]}
    assert keys["NumberOfConnectors"]["value"] == "2" and keys["NumberOfConnectors"]["readonly"]
    assert keys["ConnectorPhaseRotation"]["value"] == "0.Unknown,1.Unknown,2.Unknown"
    assert int(keys["GetConfigurationMaxKeys"]["value"]) >= len(keys)
    assert keys["ConnectorPhaseRotationMaxLength"]["value"] == "3"
    for text in ("1.RST, 2.TRS", "3.RST", "1.XYZ", "RST", "", "1.RST,", "1.RST,1.RST", "0.RST,1.RST,2.RST,2.RST"):
        change = {"key": "ConnectorPhaseRotation", "value": text}
        status = "Accepted" if text == "1.RST, 2.TRS" else "Rejected"
        assert bench.ask("ChangeConfiguration", change) == {"status": status}, text
    single = Bench(board=dict(bench.board, grid={"voltage": 230, "phases": 1}))
    assert single.station.config["ConnectorPhaseRotation"] == "0.NotApplicable,1.NotApplicable"
    for key, row in keys.items():
        if row["readonly"]:
            change = {"key": key, "value": row["value"]}
            assert bench.ask("ChangeConfiguration", change) == {"status": "Rejected"}, key
