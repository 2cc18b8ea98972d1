"""Compliance scenarios that no other test plays: resets, power failures, availability. README.md here lists all."""

from fakes.bench import Bench


def told(bench, connector_id, since=0):
    return [
        payload["status"]
        for action, payload in bench.central.sent[since:]
        if action == "StatusNotification" and payload["connectorId"] == connector_id
    ]


def reboot(bench):
    """What a reset does."""
    since = len(bench.central.sent)
    after = bench.cut()
    after.run(200)
    after.connect()
    after.run(2000)
    return after, since


def change(bench, connector_id, kind):
    return bench.ask("ChangeAvailability", {"connectorId": connector_id, "type": kind})["status"]


def test_a_reset_leaves_the_availability():
    for kind in ("Hard", "Soft"):
        bench = Bench(2)
        assert change(bench, 0, "Inoperative") == "Accepted"
        assert bench.ask("Reset", {"type": kind}) == {"status": "Accepted"}
        bench.run(12000)
        assert bench.resets
        after, since = reboot(bench)
        for connector_id in range(3):
            assert told(after, connector_id, since) == ["Unavailable"]
        since = len(after.central.sent)
        assert change(after, 0, "Operative") == "Accepted"
        after.run(500)
        for connector_id in range(3):
            assert told(after, connector_id, since) == ["Available"]


def test_a_reset_in_mid_session_ends_it_first():
    for kind in ("Hard", "Soft"):
        bench = Bench().charging()
        assert bench.ask("Reset", {"type": kind}) == {"status": "Accepted"}
        bench.run(2000)
        (stop,) = bench.central.all("StopTransaction")
        assert stop["reason"] == kind + "Reset" and bench.resets
        assert told(bench, 1)[-1] == "Finishing"
        after, since = reboot(bench)
        assert [name for name, _ in after.central.sent[since:]][0] == "BootNotification"
        assert len(after.central.all("StopTransaction")) == 1 and told(after, 1, since) == ["Preparing"]


def test_a_reset_that_is_asked_for_again_and_again_happens():
    for every in (500, 5000, 20000):
        bench = Bench().charging()
        bench.central.answers["StopTransaction"] = None
        waited = 0
        while not bench.resets and waited < 60000:
            assert bench.ask("Reset", {"type": "Soft"}) == {"status": "Accepted"}
            bench.run(every)
            waited += every
        assert bench.resets and 30000 <= waited <= 40000, (every, waited)


def test_who_comes_while_a_reset_is_under_way_is_promised_nothing():
    for before in (True, False):
        bench = Bench().charging("A")
        bench.central.answers["StopTransaction"] = None
        bench.delay = 500
        if before:
            bench.swipe("B")
        assert bench.ask("Reset", {"type": "Soft"}) == {"status": "Accepted"}
        bench.run(300)
        if not before:
            bench.swipe("B")
        since = len(bench.central.sent)
        bench.run(20000)
        assert not bench.resets and "Preparing" not in told(bench, 1, since)
        assert not bench.station.connectors[0].claim


def test_unavailability_outlives_a_power_failure():
    bench = Bench(2)
    change(bench, 0, "Inoperative")
    after, since = reboot(bench)
    assert [told(after, connector_id, since) for connector_id in range(3)] == [["Unavailable"]] * 3


def test_a_power_failure_that_is_announced():
    from chargelet.station import reset

    bench = Bench().charging()
    reset.begin(bench.station, "PowerLoss")
    bench.run(1500)
    (stop,) = bench.central.all("StopTransaction")
    assert stop["reason"] == "PowerLoss" and told(bench, 1)[-1] == "Finishing" and bench.resets
    after, _ = reboot(bench)
    assert len(after.central.all("StopTransaction")) == 1


def test_a_power_failure_that_is_announced_while_offline():
    from chargelet.station import reset

    bench = Bench().charging()
    bench.drop()
    reset.begin(bench.station, "PowerLoss")
    bench.run(3000)
    assert bench.resets and len(bench.station.outbox) == 1
    after, _ = reboot(bench)
    (stop,) = after.central.all("StopTransaction")
    assert stop["reason"] == "PowerLoss" and stop["transactionId"] == 1


def test_availability_that_is_there_already():
    bench = Bench()
    since = len(bench.central.sent)
    assert change(bench, 1, "Operative") == "Accepted" and change(bench, 0, "Operative") == "Accepted"
    assert change(bench, 7, "Operative") == "Rejected"
    assert bench.ask("ChangeAvailability", {"connectorId": -1, "type": "Operative"}) == "PropertyConstraintViolation"
    bench.run(1000)
    assert told(bench, 0, since) == told(bench, 1, since) == []


def test_a_card_of_another_group_does_not_stop():
    bench = Bench()
    groups = {"A": "P", "B": "Q"}
    bench.central.answers["Authorize"] = lambda payload: {
        "idTagInfo": {"status": "Accepted", "parentIdTag": groups[payload["idTag"]]}
    }
    bench.charging("A")
    bench.swipe("B")
    bench.run(2000)
    assert bench.central.all("StopTransaction") == [] and bench.status() == "Charging"


def test_a_changed_key_is_read_back_after_a_reboot():
    bench = Bench()
    change_key = {"key": "MeterValueSampleInterval", "value": "17"}
    assert bench.ask("ChangeConfiguration", change_key) == {"status": "Accepted"}
    after, _ = reboot(bench)
    (row,) = after.ask("GetConfiguration", {"key": ["metervaluesampleinterval"]})["configurationKey"]
    assert row == {"key": "MeterValueSampleInterval", "readonly": False, "value": "17"}


def test_a_remote_start_while_pending():
    bench = Bench(online=False)
    bench.central.answers["BootNotification"] = {
        "status": "Pending", "currentTime": "2026-11-20T12:00:00Z", "interval": 100,
    }  # fmt: skip
    bench.connect()
    bench.plug()
    bench.run(1000)
    assert bench.ask("RemoteStartTransaction", {"idTag": "A"}) == {"status": "Rejected"}
    assert bench.ask("RemoteStopTransaction", {"transactionId": 1}) == {"status": "Rejected"}
    bench.run(5000)
    assert [name for name, _ in bench.central.sent] == ["BootNotification"]


def test_a_remote_start_without_a_connector():
    bench = Bench()
    bench.plug()
    assert bench.ask("RemoteStartTransaction", {"idTag": "A"}) == {"status": "Accepted"}
    bench.run(1000)
    assert bench.central.all("StartTransaction")[0]["connectorId"] == 1
    assert bench.ask("RemoteStartTransaction", {"idTag": "A", "connectorId": 0}) == {"status": "Rejected"}
    bench = Bench(2)
    bench.plug(2)
    assert bench.ask("RemoteStartTransaction", {"idTag": "A"}) == {"status": "Accepted"}
    bench.run(1000)
    assert bench.central.all("StartTransaction")[0]["connectorId"] == 2


def test_the_station_is_unavailable_when_its_last_transaction_has_ended():
    bench = Bench(2).charging()
    since = len(bench.central.sent)
    assert change(bench, 0, "Inoperative") == "Scheduled" and change(bench, 0, "Inoperative") == "Scheduled"
    bench.run(1000)
    assert [told(bench, connector_id, since) for connector_id in range(3)] == [[], [], ["Unavailable"]]
    # What waits is kept: another connector's change leaves it, and after a power cut there is nothing to wait for.
    assert change(bench, 2, "Operative") == "Accepted"
    after, cut = reboot(bench)
    assert [told(after, connector_id, cut) for connector_id in range(3)] == [["Unavailable"]] * 2 + [["Available"]]
    bench = Bench(2).charging()
    since = len(bench.central.sent)
    change(bench, 0, "Inoperative")
    bench.swipe()
    bench.run(2000)
    assert told(bench, 0, since) == ["Unavailable"] and told(bench, 1, since) == ["Unavailable"]
    # And it can be taken back before.
    bench = Bench(2).charging()
    since = len(bench.central.sent)
    assert [change(bench, 0, kind) for kind in ("Inoperative", "Operative")] == ["Scheduled", "Accepted"]
    bench.swipe()
    bench.run(2000)
    assert told(bench, 0, since) == [] and told(bench, 1, since) == ["Finishing"]
