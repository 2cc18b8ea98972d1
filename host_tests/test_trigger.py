"""TriggerMessage: what follows, what does not, and when."""

import json

from fakes.bench import Bench
from fakes.evse import FakeMeter

# Those that are no connector's, then those that are.
MESSAGES = (
    "BootNotification", "Heartbeat", "FirmwareStatusNotification", "DiagnosticsStatusNotification",
    "StatusNotification", "MeterValues",
)  # fmt: skip


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
    status, sent = trigger(bench, "Heartbeat")
    assert status == "Accepted" and [name for name, _ in sent] == ["Heartbeat"]
    # Who accepts it once more is told all statuses once more (errata 3.22).
    bench.plug(2)
    status, sent = trigger(bench, "BootNotification")
    assert status == "Accepted" and [name for name, _ in sent] == ["BootNotification"] + ["StatusNotification"] * 3
    told = [(payload["connectorId"], payload["status"]) for _, payload in sent[1:]]
    assert told == [(0, "Available"), (1, "Available"), (2, "Preparing")]


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


def test_connector_0_is_the_stations_own_meter_where_it_has_one():
    main = FakeMeter()
    main.wh = 9000
    bench = Bench(2, main_meter=main)
    ((_, payload),) = trigger(bench, "MeterValues", 0)[1]
    assert payload["connectorId"] == 0 and payload["meterValue"][0]["sampledValue"][0]["value"] == "9000"
    assert [p["connectorId"] for _, p in trigger(bench, "MeterValues", 1)[1]] == [1]
    assert [p["connectorId"] for _, p in trigger(bench, "MeterValues")[1]] == [0, 1, 2]


def test_refusals():
    bench = Bench()
    assert trigger(bench, "StatusNotification", 9) == ("Rejected", [])
    request = {"requestedMessage": "MeterValues", "connectorId": -1}
    assert bench.ask("TriggerMessage", request) == "PropertyConstraintViolation"
    assert trigger(bench, "NoSuchMessage") == ("NotImplemented", [])
    assert trigger(bench, "StartTransaction") == ("NotImplemented", [])


def test_asked_for_twice_is_asked_for_once():
    bench = Bench(2)
    for message in MESSAGES[:4]:
        before = len(bench.central.all(message))
        request = json.dumps([2, "x", "TriggerMessage", {"requestedMessage": message}])
        answers = [json.loads(bench.endpoint.receive(request))[2]["status"] for _ in range(12)]
        assert answers == ["Accepted"] * 12 and len(bench.station.triggered) == 1
        bench.run(2000)
        assert len(bench.central.all(message)) == before + 1
    bench.drop()
    assert bench.station.triggered == []


def test_one_that_triggers_without_end_and_answers_nothing_keeps_nobody_from_being_billed():
    bench = Bench(config={"MessageTimeout": 5})
    for message in MESSAGES[:4]:
        bench.central.answers[message] = None
    bench.plug()
    bench.swipe()
    for _ in range(300):
        for message in MESSAGES[:4]:
            bench.endpoint.receive(json.dumps([2, "x", "TriggerMessage", {"requestedMessage": message}]))
        bench.run(1000, 500)
    assert len(bench.central.all("StartTransaction")) == 1 and len(bench.central.all("MeterValues")) >= 3


def test_what_is_accepted_follows_and_nothing_else_does():
    """Each message x registration x connector x what there is to measure. Before the first answer (None) nothing but a
    BootNotification may be asked for: nothing else is sent (§4.2)."""
    cases = 0
    for registered in ("Accepted", "Pending", None):
        for sampled in ("Energy.Active.Import.Register", ""):
            bench = Bench(2, online=False, config={"MeterValuesSampledData": sampled})
            answer = {"status": registered, "currentTime": "2026-11-20T12:00:00Z", "interval": 3600}
            bench.central.answers["BootNotification"] = answer if registered else "InternalError"
            bench.connect()
            bench.run(2000)
            for message in MESSAGES + ("StartTransaction", "Authorize", "", "heartbeat"):
                for connector_id in (None, 0, 1, 2, 3):
                    status, sent = trigger(bench, message, connector_id)
                    case = (message, registered, sampled, connector_id, status, sent)
                    if message == "BootNotification" and registered == "Accepted":
                        assert [name for name, _ in sent[1:]] == ["StatusNotification"] * 3, case
                        sent = sent[:1]
                    names = {name for name, _ in sent}
                    if message not in MESSAGES:
                        wanted = "NotImplemented"
                    elif registered is None and message != "BootNotification":
                        wanted = "Rejected"
                    elif message in MESSAGES[:4]:
                        wanted = "Accepted"  # where a connector makes no sense it is ignored
                    elif connector_id == 3:
                        wanted = "Rejected"
                    elif message == "MeterValues" and (registered != "Accepted" or not sampled):
                        wanted = "Rejected"
                    else:
                        wanted = "Accepted"
                    assert status == wanted, case
                    assert names == ({message} if status == "Accepted" else set()), case
                    told = [payload.get("connectorId") for _, payload in sent]
                    if wanted == "Accepted" and message == "StatusNotification":
                        assert told == ([0, 1, 2] if connector_id is None else [connector_id]), case
                    elif wanted == "Accepted" and message == "MeterValues":
                        assert told == ([connector_id] if connector_id else [1, 2]), case
                    else:
                        assert len(sent) == (wanted == "Accepted"), case
                    cases += 1
    print("TriggerMessage: %d cases" % cases)


def test_the_present_state_of_a_job_is_told():
    for registered in ("Accepted", "Pending"):
        bench = Bench(online=False)
        answer = {"status": registered, "currentTime": "2026-11-20T12:00:00Z", "interval": 3600}
        bench.central.answers["BootNotification"] = answer
        bench.connect()
        bench.run(2000)
        for message, state in (
            ("FirmwareStatusNotification", "Downloading"),
            ("FirmwareStatusNotification", "Downloaded"),
            ("DiagnosticsStatusNotification", "Uploading"),
        ):
            made = bench.station.maintenance()  # it goes when all is told
            progress = made.firmware if message[0] == "F" else made.diagnostics
            progress.reach(state)
            status, sent = trigger(bench, message)
            assert status == "Accepted" and sent[-1] == (message, {"status": state}), (registered, sent)
            assert len(sent) == 1 and progress.untold == []


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


def test_before_the_boot_is_answered_nothing_else_may_be_asked_for():
    bench = Bench(online=False)
    bench.central.answers["BootNotification"] = "InternalError"
    bench.connect()
    bench.run(1000)
    for message in ("Heartbeat", "StatusNotification", "LogStatusNotification", "FirmwareStatusNotification"):
        request = {"requestedMessage": message}
        assert bench.ask("ExtendedTriggerMessage", request) == {"status": "Rejected"}, message
    bench.run(1000)
    assert [name for name, _ in bench.central.sent] == ["BootNotification"]
    assert bench.ask("ExtendedTriggerMessage", {"requestedMessage": "BootNotification"}) == {"status": "Accepted"}
    bench.run(1000)
    assert [name for name, _ in bench.central.sent] == ["BootNotification"] * 2


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
