"""What is known to break charge point firmwares in the field, each as a scenario."""

from chargelet.base.timestamp import from_text
from fakes.bench import Bench


def session(bench, tag="CARD", connector_id=1):
    """A whole session on one connector."""
    bench.plug(connector_id)
    bench.swipe(tag, connector_id)
    bench.run(2000, 500)
    bench.swipe(tag, connector_id)
    bench.unplug(connector_id)
    bench.run(3000, 500)


def test_a_lost_status_answer_does_not_silence_the_station_for_a_day():
    bench = Bench()
    bench.central.answers["StatusNotification"] = None
    bench.plug()
    bench.run(31000, 1000)
    del bench.central.answers["StatusNotification"]
    before = len(bench.central.sent)
    bench.run(3600000, 10000)
    assert len(bench.central.sent) > before + 5
    bench.swipe()
    assert bench.status() == "Charging"


def test_ten_minutes_without_an_answer_cost_no_transaction():
    config = {"MessageTimeout": 20, "TransactionMessageRetryInterval": 10}
    bench = Bench(config=config)
    silent = ("StartTransaction", "StopTransaction", "MeterValues", "Heartbeat", "StatusNotification")
    bench.plug()
    for action in silent:
        bench.central.answers[action] = None
    bench.swipe()
    bench.run(600000, 5000)
    bench.central.answers.clear()
    bench.run(120000, 5000)
    bench.swipe()
    bench.run(1000)
    assert bench.central.all("StopTransaction")[0]["transactionId"] == bench.central.transactions


def test_ten_offline_transactions_all_arrive():
    bench = Bench()
    session(bench)
    bench.drop()
    for _ in range(10):
        session(bench)
    del bench.central.sent[:]
    bench.connect()
    bench.run(5000)
    order = [name for name, _ in bench.central.sent if name.endswith("Transaction")]
    assert order == ["StartTransaction", "StopTransaction"] * 10
    ids = [payload["transactionId"] for payload in bench.central.all("StopTransaction")]
    assert ids == list(range(2, 12))


def test_an_hour_offline_with_a_sample_a_minute_and_a_reboot_in_it():
    config = {"MeterValueSampleInterval": 60, "MeterValuesSampledData": "Energy.Active.Import.Register"}
    bench = Bench(config=config).charging()
    bench.drop()
    bench.run(1800500, 20000)
    after = bench.cut(config=config)
    after.run(2000, 500)
    after.endpoint.opened()
    after.run(5000)
    stamps = [from_text(v["meterValue"][0]["timestamp"]) for v in after.central.all("MeterValues")]
    assert len(stamps) == 30
    assert all([59 <= later - earlier <= 80 for earlier, later in zip(stamps, stamps[1:])]), stamps
    (stop,) = after.central.all("StopTransaction")
    assert stop["transactionId"] == 1 and from_text(stop["timestamp"]) >= stamps[-1]


def test_two_connectors_keep_one_order_through_a_reboot():
    bench = Bench(2)
    session(bench, "A", 1)
    session(bench, "B", 2)
    bench.drop()
    session(bench, "A", 1)
    after = bench.cut()
    after.run(1000)
    session(after, "B", 2)
    del after.central.sent[:]
    after.endpoint.opened()
    after.run(3000)
    order = [(name, payload["idTag"]) for name, payload in after.central.sent if name.endswith("Transaction")]
    assert order == [
        ("StartTransaction", "A"),
        ("StopTransaction", "A"),
        ("StartTransaction", "B"),
        ("StopTransaction", "B"),
    ]


def test_an_error_to_a_stop_is_not_a_delivery():
    bench = Bench(config={"TransactionMessageRetryInterval": 5})
    answers = ["InternalError", {}]
    bench.central.answers["StopTransaction"] = lambda payload: answers.pop(0)
    bench.charging()
    bench.swipe()
    bench.run(10000)
    stops = bench.central.all("StopTransaction")
    assert len(stops) == 2 and stops[0] == stops[1]
    assert len(bench.station.outbox) == 0


def test_a_reboot_offline_in_mid_session_does_not_go_on_offering():
    bench = Bench().charging()
    bench.drop()
    after = bench.cut()
    after.evse.connected = False
    after.run(2000, 500)
    assert after.evse.offered_ma == 0 and after.station.connectors[0].transaction is None
    assert len(after.station.outbox) == 1
    after.run(5000, 500)
    assert after.status() == "Available"
