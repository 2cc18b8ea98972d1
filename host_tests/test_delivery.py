"""Samples and transaction messages: when they are taken, and that they arrive in spite of errors and silence."""

from fakes.bench import Bench


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


def test_a_central_system_without_a_use_for_meter_values_gets_its_bills_in_time():
    for error, knows in (("NotImplemented", True), ("NotSupported", True), ("InternalError", False)):
        bench = Bench(config={"MeterValueSampleInterval": 60})
        bench.central.clock = bench.clock
        bench.central.answers["MeterValues"] = error
        bench.charging()
        for _connection in range(2):
            del bench.central.sent[:]  # there is not much RAM
            bench.run(900000, 2000)
            # One is tried as often as the key says, and the others once each.
            assert not knows or 15 <= len(bench.central.all("MeterValues")) <= 17, error
            assert (len(bench.station.outbox) <= 1) == knows, error
            bench.drop()
            bench.connect()
        del bench.central.sent[:]
        bench.run(300000, 2000)
        bench.swipe()
        bench.run(5000)
        assert bool(bench.central.all("StopTransaction")) == knows, error
