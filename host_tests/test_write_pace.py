"""A central system that changes things without end does not wear out the flash, and may always set up a station."""

import json

from chargelet.actions.write_pace import WritePace
from fakes.bench import Bench


def station():
    bench = Bench()
    # The bench has a pace without end.
    bench.endpoint._conversation.pace = pace = WritePace(bench.clock)
    assert pace.spare == 60
    return bench


def change(bench, value):
    return bench.ask("ChangeConfiguration", {"key": "HeartbeatInterval", "value": str(value)})


def test_setting_up_a_station_is_answered_at_once():
    bench = station()
    began = bench.clock.uptime()
    for value in range(60):
        assert change(bench, 100 + value) == {"status": "Accepted"}
    assert bench.clock.uptime() == began


def test_from_there_on_answers_come_at_a_pace():
    bench = station()
    for value in range(60):
        change(bench, 100 + value)
    writes, began = bench.storage.writes, bench.clock.uptime()
    for value in range(20):
        assert change(bench, 200 + value) == {"status": "Accepted"}
        assert bench.station.config["HeartbeatInterval"] == 200 + value, "done at once"
    took = bench.clock.uptime() - began
    assert 54000 <= took <= 63000, took
    assert bench.storage.writes - writes <= 2 * 20
    # What writes nothing is answered at once, and a pause gives everything back.
    began = bench.clock.uptime()
    assert "configurationKey" in bench.ask("GetConfiguration", {"key": ["HeartbeatInterval"]})
    assert bench.clock.uptime() == began
    bench.run(200000)
    for value in range(50):
        change(bench, 300 + value)
    assert bench.clock.uptime() - began < 201000


def test_what_works_in_pieces_is_answered_at_a_pace_too():
    bench = station()
    entry = {"idTag": "A", "idTagInfo": {"status": "Accepted"}}
    for version in range(1, 65):
        request = {"listVersion": version, "updateType": "Full", "localAuthorizationList": [entry]}
        assert bench.ask("SendLocalList", request) == {"status": "Accepted"}, version
    assert bench.ask("GetLocalListVersion", {}) == {"listVersion": 64}


def test_who_does_not_wait_is_refused_before_anything_is_done():
    bench = station()
    for value in range(60):
        change(bench, 100 + value)
    answers = []
    for value in range(50):
        call = [2, "flood-%d" % value, "ChangeConfiguration", {"key": "HeartbeatInterval", "value": str(400 + value)}]
        text = bench.endpoint.receive(json.dumps(call))
        if text:
            answers.append(json.loads(text))
    assert len(answers) == 47 and all([answer[0] == 4 and answer[2] == "GenericError" for answer in answers])
    assert bench.station.config["HeartbeatInterval"] == 402
    bench.run(30000)
    assert sorted([json.loads(text)[1] for text in bench.heard]) == ["flood-0", "flood-1", "flood-2"]
    assert bench.status() == "Available" and change(bench, 77) == {"status": "Accepted"}


def test_what_is_triggered_wears_the_flash_no_faster():
    """Values of meters are kept until they are delivered, a request for a certificate is a new key."""
    bench = station()
    for action in ("TriggerMessage", "ExtendedTriggerMessage"):
        bench.endpoint._conversation.pace.spare = 2
        began, writes = bench.clock.uptime(), bench.records.writes
        for _ in range(8):
            assert bench.ask(action, {"requestedMessage": "MeterValues"}) == {"status": "Accepted"}
            del bench.central.sent[:], bench.heard[:]
        took = bench.clock.uptime() - began
        assert 15000 <= took <= 18000 and bench.records.writes > writes, took
