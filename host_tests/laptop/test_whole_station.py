"""A whole station with its tasks, drivers and connection: whatever a central system has called, drivers can charge."""

import os
import random

import pytest
from whole import Whole

from fakes.calls import calls

SEEDS = int(os.environ.get("WALKS", 6))


@pytest.fixture
def whole(monkeypatch):
    made = Whole(monkeypatch, config={"MeterValueSampleInterval": 10})
    yield made
    made.close()


SPOKEN = (
    "Authorize BootNotification DiagnosticsStatusNotification FirmwareStatusNotification Heartbeat MeterValues "
    "StartTransaction StatusNotification StopTransaction"
).split()
MORE = [
    ("ChangeAvailability", {"connectorId": 1, "type": "Inoperative"}),
    ("ChangeAvailability", {"connectorId": 0, "type": "Inoperative"}),
    ("ReserveNow", {"connectorId": 0, "expiryDate": "2026-11-20T12:05:00Z", "idTag": "CARD1", "reservationId": 2}),
    ("RemoteStartTransaction", {"idTag": "APP", "connectorId": 1}),
    ("RemoteStartTransaction", {"idTag": "APP"}),
    ("RemoteStopTransaction", {"transactionId": 1}),
    ("UnlockConnector", {"connectorId": 2}),
    ("GetDiagnostics", {"location": "http://127.0.0.1:2/", "retries": 2, "retryInterval": 5}),
    ("GetDiagnostics", {"location": "ftp://127.0.0.1:2/", "retries": 1}),
    ("UpdateFirmware", {"location": "http://127.0.0.1:2/", "retries": 2, "retrieveDate": "2026-11-20T12:00:00Z"}),
    ("ChangeConfiguration", {"key": "ClockAlignedDataInterval", "value": "60"}),
    ("ChangeConfiguration", {"key": "MinimumStatusDuration", "value": "5"}),
    ("ChangeConfiguration", {"key": "MeterValueSampleInterval", "value": "1"}),
    ("ChangeConfiguration", {"key": "MessageTimeout", "value": "5"}),
    ("ChangeConfiguration", {"key": "WebSocketPingInterval", "value": "3"}),
    ("ChangeConfiguration", {"key": "FreeVend", "value": "true"}),
    ("ChangeConfiguration", {"key": "FreeVend", "value": "false"}),
    ("TriggerMessage", {"requestedMessage": "MeterValues"}),
    ("TriggerMessage", {"requestedMessage": "StatusNotification"}),
]


def walk(whole, dice):
    """Anything, in any order."""
    server, central, loop = whole.server, whole.central, whole.loop
    asked = [(action, payload) for _what, action, payload in calls(whole.station)] + MORE * 2
    for _ in range(dice.randrange(10, 60)):
        what = dice.randrange(16)
        at = dice.randrange(2)
        if what < 8 and server.open:
            server.call(*dice.choice(asked))
        elif what == 8:
            central.answers[dice.choice(SPOKEN)] = dice.choice([None, "InternalError"])
        elif what == 9:
            central.answers.clear()
        elif what == 10 and server.open:
            server.hang_up()
        elif what == 11:
            server.down = dice.randrange(3) == 0
        elif what == 12:
            whole.world.points[at].vehicle.plug()
        elif what == 13:
            whole.world.points[at].vehicle.unplug()
        else:
            whole.station.swipe("CARD%d" % at, dice.choice([None, at + 1]))
        loop.run(dice.choice([0, 20, 300, 3000, 20000]))


def test_after_every_call_drivers_charge(whole):
    for _what, action, payload in calls(whole.station):
        for _ in range(5):
            whole.ask(action, payload)
            whole.loop.run(3000)
    whole.end()
    assert not [line for line in whole.lines if " ERROR " in line]


@pytest.mark.parametrize("seed", range(SEEDS))
def test_after_anything_drivers_charge(whole, seed):
    walk(whole, random.Random(seed))
    whole.heal()
    whole.ask("ChangeConfiguration", {"key": "FreeVend", "value": "false"})
    whole.end()
