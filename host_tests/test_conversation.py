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


def test_samples_keep_to_whole_intervals_from_the_start():
    bench = Bench(config={"MeterValueSampleInterval": 10})
    bench.charging()
    bench.run(65000, 700)
    values = bench.central.all("MeterValues")
    assert len(values) == 6
    seconds = [int(v["meterValue"][0]["timestamp"][17:19]) for v in values]
    assert all([s % 10 <= 2 for s in seconds]), seconds
    assert all([v["transactionId"] == 1 for v in values])
    sampled = values[0]["meterValue"][0]["sampledValue"]
    assert sampled[0] == {
        "value": "1", "context": "Sample.Periodic", "measurand": "Energy.Active.Import.Register", "unit": "Wh",
    }  # fmt: skip


def test_measurands_are_those_configured():
    bench = Bench()
    names = "Power.Active.Import,Current.Import,Current.Offered,Power.Offered"
    for text, status in (
        (names, "Accepted"),
        ("SoC", "Rejected"),
        ("Power.Active.Import,Nonsense", "Rejected"),
        ("Power.Active.Import,Power.Active.Import", "Rejected"),
    ):
        change = {"key": "MeterValuesSampledData", "value": text}
        assert bench.ask("ChangeConfiguration", change) == {"status": status}, text
    bench.ask("ChangeConfiguration", {"key": "MeterValueSampleInterval", "value": "5"})
    bench.evse.meter.w = 11040
    bench.charging()
    bench.run(6000)
    sampled = bench.central.all("MeterValues")[0]["meterValue"][0]["sampledValue"]
    assert [(s["measurand"], s["value"], s["unit"]) for s in sampled] == [
        ("Power.Active.Import", "11040", "W"),
        ("Current.Import", "16.0", "A"),
        ("Current.Offered", "32.0", "A"),
        ("Power.Offered", "22080", "W"),
    ]


def test_no_samples_without_an_interval_or_measurands():
    for config in ({"MeterValueSampleInterval": 0}, {"MeterValueSampleInterval": 5, "MeterValuesSampledData": ""}):
        bench = Bench(config=config).charging()
        bench.run(60000, 1000)
        assert bench.central.all("MeterValues") == []


def test_a_call_error_is_a_failed_attempt_and_the_last_one_drops_the_message_only():
    bench = Bench(config={"TransactionMessageAttempts": 3, "TransactionMessageRetryInterval": 2})
    times = []

    def refuse(request):
        times.append(bench.clock.uptime())
        return "InternalError"

    bench.central.answers["StartTransaction"] = refuse
    bench.charging()
    bench.run(10000)
    assert len(times) == 3
    assert 2000 <= times[1] - times[0] < 2300 and 4000 <= times[2] - times[1] < 4300
    bench.swipe()
    bench.run(500)
    (stop,) = bench.central.all("StopTransaction")
    assert stop["transactionId"] == -1  # errata 3.18


def test_a_message_refused_twice_arrives_the_third_time():
    bench = Bench(config={"TransactionMessageAttempts": 3, "TransactionMessageRetryInterval": 2})
    answers = ["InternalError", "GenericError", {"transactionId": 7, "idTagInfo": {"status": "Accepted"}}]
    bench.central.answers["StartTransaction"] = lambda request: answers.pop(0)
    bench.charging()
    bench.run(10000)
    bench.swipe()
    bench.run(500)
    starts = bench.central.all("StartTransaction")
    assert len(starts) == 3 and starts[0] == starts[1] == starts[2]
    assert bench.central.all("StopTransaction")[0]["transactionId"] == 7


def test_a_dead_central_system_costs_no_attempt():
    config = {"TransactionMessageAttempts": 2, "TransactionMessageRetryInterval": 1, "MessageTimeout": 5}
    bench = Bench(config=config)
    bench.plug()
    for action in ("StartTransaction", "Heartbeat", "StatusNotification", "MeterValues"):
        bench.central.answers[action] = None
    bench.swipe()
    bench.run(120000, 1000)
    assert len(bench.central.all("StartTransaction")) > 5
    bench.central.answers.clear()
    bench.run(60000, 1000)
    assert bench.station.connectors[0].transaction.id == 1


def test_silence_of_a_living_central_system_is_a_failed_attempt():
    config = {"TransactionMessageAttempts": 2, "TransactionMessageRetryInterval": 1, "MessageTimeout": 5}
    bench = Bench(config=config)
    bench.central.answers["StartTransaction"] = None
    bench.charging()
    bench.run(60000, 500)
    assert len(bench.central.all("StartTransaction")) == 2
    assert bench.station.connectors[0].transaction.id == -1


def test_offline_transactions_are_delivered_in_order_with_their_own_times():
    bench = Bench(config={"MeterValueSampleInterval": 10})
    bench.charging()
    bench.drop()
    bench.run(25000, 500)
    bench.swipe()
    bench.run(5000, 500)
    del bench.central.sent[:]
    bench.connect()
    bench.run(2000)
    sent = [(n, p) for n, p in bench.central.sent if n in ("MeterValues", "StopTransaction")]
    assert [name for name, _ in sent] == ["MeterValues", "MeterValues", "StopTransaction"]
    assert [p["meterValue"][0]["timestamp"][14:19] for _, p in sent[:2]] == ["00:11", "00:21"]
    assert sent[2][1]["timestamp"][14:19] in ("00:26", "00:27")


def test_a_call_in_flight_when_the_connection_goes_is_sent_again():
    bench = Bench()
    bench.central.answers["StartTransaction"] = None
    bench.charging()
    bench.run(1000)
    bench.drop()
    bench.run(3000)
    del bench.central.answers["StartTransaction"]
    bench.connect()
    bench.run(1000)
    starts = bench.central.all("StartTransaction")
    assert len(starts) == 2 and starts[0] == starts[1]
    assert bench.station.connectors[0].transaction.id == 1


def test_slow_answers_never_make_two_calls():
    bench = Bench()
    bench.delay = 3000
    bench.plug()
    bench.swipe()
    bench.run(20000)
    assert bench.status() == "Charging"
    assert bench.ask("GetConfiguration", {"key": ["NumberOfConnectors"]})["configurationKey"][0]["value"] == "1"


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


def test_clock_aligned_values_come_at_whole_intervals_of_the_day():
    bench = Bench(2, config={"ClockAlignedDataInterval": 60, "MeterValueSampleInterval": 0})
    bench.run(30000, 1000)
    bench.charging()
    bench.run(95000, 1000)
    values = bench.central.all("MeterValues")
    assert [v["meterValue"][0]["timestamp"][11:] for v in values] == ["12:01:00Z"] * 2 + ["12:02:00Z"] * 2
    assert [v["connectorId"] for v in values] == [1, 2, 1, 2]
    assert [v.get("transactionId") for v in values] == [1, None, 1, None]
    assert values[0]["meterValue"][0]["sampledValue"][0]["context"] == "Sample.Clock"
    bench.ask("ChangeConfiguration", {"key": "ClockAlignedDataInterval", "value": "0"})
    bench.run(120000, 1000)
    assert len(bench.central.all("MeterValues")) == 4


def test_a_clock_that_is_set_makes_up_for_nothing():
    bench = Bench(config={"ClockAlignedDataInterval": 900})
    bench.run(2000)
    bench.clock.set(bench.clock.now() + 7000)
    bench.run(2000)
    assert bench.central.all("MeterValues") == []


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
