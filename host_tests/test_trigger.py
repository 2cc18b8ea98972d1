"""TriggerMessage: what follows, what does not, and when."""

import json

from fakes.bench import Bench


def trigger(bench, message, connector_id=None):
    """The status, and what the station then says."""
    request = {"requestedMessage": message}
    if connector_id is not None:
        request["connectorId"] = connector_id
    before = len(bench.central.sent)
    status = bench.ask("TriggerMessage", request)["status"]
    assert len(bench.central.sent) == before, "the answer comes first"
    bench.run(500)
    return status, bench.central.sent[before:]


def test_each_message_follows_once():
    bench = Bench(2)
    for message in ("BootNotification", "Heartbeat"):
        status, sent = trigger(bench, message)
        assert status == "Accepted" and [name for name, _ in sent] == [message]


def test_status_notifications_of_one_or_all():
    bench = Bench(2)
    assert [p["connectorId"] for _, p in trigger(bench, "StatusNotification")[1]] == [0, 1, 2]
    assert [p["connectorId"] for _, p in trigger(bench, "StatusNotification", 0)[1]] == [0]
    ((name, payload),) = trigger(bench, "StatusNotification", 2)[1]
    assert name == "StatusNotification" and payload["connectorId"] == 2 and payload["status"] == "Available"


def test_meter_values_have_their_own_context():
    bench = Bench(2)
    bench.charging()
    ((_, payload),) = trigger(bench, "MeterValues", 1)[1]
    assert payload["transactionId"] == 1
    assert payload["meterValue"][0]["sampledValue"][0]["context"] == "Trigger"
    ((_, payload),) = trigger(bench, "MeterValues", 2)[1]
    assert "transactionId" not in payload
    assert [p["connectorId"] for _, p in trigger(bench, "MeterValues")[1]] == [1, 2]


def test_refusals():
    bench = Bench()
    assert trigger(bench, "StatusNotification", 9) == ("Rejected", [])
    assert trigger(bench, "MeterValues", -1) == ("Rejected", [])
    assert trigger(bench, "NoSuchMessage") == ("NotImplemented", [])
    assert trigger(bench, "StartTransaction") == ("NotImplemented", [])


def test_more_than_anybody_needs_are_refused():
    bench = Bench()
    bench.central.answers["Heartbeat"] = None
    statuses = [trigger(bench, "Heartbeat")[0] for _ in range(12)]
    assert statuses[0] == "Accepted" and statuses[-1] == "Rejected"
    bench.drop()
    assert bench.station.triggered == []


def test_while_pending_only_what_was_asked_for_is_told():
    bench = Bench(online=False)
    bench.central.answers["BootNotification"] = {
        "status": "Pending", "currentTime": "2026-11-20T12:00:00Z", "interval": 100,
    }  # fmt: skip
    bench.connect()
    bench.run(1000)
    assert [name for name, _ in bench.central.sent] == ["BootNotification"]
    status, sent = trigger(bench, "StatusNotification", 1)
    assert status == "Accepted" and [name for name, _ in sent] == ["StatusNotification"]
    assert trigger(bench, "MeterValues") == ("Rejected", [])
    bench.central.answers.clear()
    status, sent = trigger(bench, "BootNotification")
    names = [name for name, _ in sent]
    assert names[0] == "BootNotification" and names.count("StatusNotification") == 2
    assert bench.station.registration.accepted


def test_a_triggered_boot_may_end_the_registration():
    bench = Bench()
    bench.central.answers["BootNotification"] = {
        "status": "Rejected", "currentTime": "2026-11-20T12:00:00Z", "interval": 50,
    }  # fmt: skip
    trigger(bench, "BootNotification")
    before = len(bench.central.sent)
    bench.plug()
    bench.run(30000, 1000)
    assert bench.central.sent[before:] == [] and not bench.station.registration.accepted
    assert bench.endpoint.receive(json.dumps([2, "x", "GetConfiguration", {}])) is None
