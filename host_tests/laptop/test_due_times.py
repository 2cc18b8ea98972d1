"""A day in simulated time, played with a station that looks at everything every half second and with one that looks at
what is due."""

import random

import pytest

from chargelet.base.timestamp import to_text
from fakes.bench import Bench

TICK_MS = 500
DAY_MS = 86400000
CONFIG = {
    "MeterValueSampleInterval": 60,
    "ClockAlignedDataInterval": 900,
    "HeartbeatInterval": 300,
    "ConnectionTimeOut": 45,
    "MinimumStatusDuration": 3,
    "AllowOfflineTxForUnknownId": True,
}


class Day(Bench):
    """A bench whose station steps, and is asked what it has to say, at each tick; or, with `lazy`, only when something
    has happened or is due."""

    def __init__(self, lazy, **options):
        self.lazy = lazy
        self.steps = self.asked = 0
        self._happened = True
        self._due = self._say_at = 0
        super().__init__(**options)

    def turn(self):
        equipment = self.whole._equipment
        for _ in range(20):
            equipment.step()
            self._happened = self._happened or equipment.changed
            equipment.changed = False
            now = self.clock.uptime()
            stepped = not self.lazy or self._happened or now >= self._due
            if stepped:
                self.steps += 1
                self._happened = False
                self._due = now + self.station.step()
            frame = None
            if stepped or now >= self._say_at:
                frame = self.endpoint.next_frame()
                self._say_at = now + self.endpoint.next_due()
            if frame is not None:
                self.asked += 1
                self._say_at = now
                self._carry(frame)
            arrived = [reply for reply in self._replies if reply[0] <= now]
            for reply in arrived:
                self._replies.remove(reply)
                self.endpoint.receive(reply[1])
                self._say_at = now
            if frame is None and not arrived and not (self.lazy and self._happened):
                return

    def happened(self):
        self._happened = True


def played(seed, lazy):
    """The messages of a day of drivers, faults, a central system that comes and goes, and its requests."""
    dice = random.Random(seed)
    day = Day(lazy, connectors=2, config=CONFIG)
    day.station.woken = day.happened
    # Whatever forgets to say when it is due would be ten minutes late.
    day.station.step_most_ms = 600000
    day.central.clock = day.clock
    day.run(5000, TICK_MS)
    online = True
    while day.clock.uptime() < DAY_MS:
        evse = dice.choice(day.evses)
        what = dice.randrange(12)
        if what < 3:
            evse.connected = not evse.connected
        elif what < 6:
            day.station.swipe("CARD%d" % dice.randrange(3), day.evses.index(evse) + 1)
        elif what == 6:
            evse.wants = not evse.wants
        elif what == 7:
            evse.set_fault(dice.choice([None, None, "GroundFailure"]))
        elif what == 8:
            day.drop() if online else day.connect()
            online = not online
        elif online:
            one = dice.choice(
                [
                    ("RemoteStartTransaction", {"idTag": "REMOTE", "connectorId": dice.randrange(1, 3)}),
                    ("ReserveNow", reservation(day, dice)),
                    ("ChangeAvailability", {"connectorId": 1, "type": dice.choice(["Operative", "Inoperative"])}),
                    ("TriggerMessage", {"requestedMessage": "StatusNotification"}),
                    ("SetChargingProfile", profile(day, dice)),
                    ("ChangeConfiguration", {"key": "MeterValueSampleInterval", "value": dice.choice(["60", "45"])}),
                ]
            )
            day.ask(*one)
        for meter in (one.meter for one in day.evses):
            meter.wh += dice.randrange(50)
        day.run(TICK_MS * dice.choice([1, 3, 20, 200, 1000]), TICK_MS)
    return day


def profile(day, dice):
    periods = [{"startPeriod": 0, "limit": dice.choice([0, 6, 16])}, {"startPeriod": 90, "limit": 20}]
    schedule = {"chargingRateUnit": "A", "chargingSchedulePeriod": periods, "duration": 240}
    schedule["startSchedule"] = to_text(day.clock.now() + 20)
    return {
        "connectorId": dice.randrange(3),
        "csChargingProfiles": {
            "chargingProfileId": dice.randrange(3),
            "stackLevel": 0,
            "chargingProfilePurpose": "TxDefaultProfile",
            "chargingProfileKind": "Absolute",
            "chargingSchedule": schedule,
        },
    }


def reservation(day, dice):
    expires = to_text(day.clock.now() + dice.choice([30, 600]))
    return {"connectorId": dice.randrange(1, 3), "idTag": "CARD1", "reservationId": 5, "expiryDate": expires}


@pytest.mark.parametrize("seed", [7, 2026, 31])
def test_a_day_is_the_same_with_every_step_and_with_those_that_are_due(seed):
    every, due = played(seed, False), played(seed, True)
    print("%d messages, %d steps in place of %d" % (len(due.central.sent), due.steps, every.steps))
    for at, (one, other) in enumerate(zip(every.central.sent, due.central.sent)):
        assert one == other, (at, one, other)
    assert len(every.central.sent) == len(due.central.sent) > 1000
    assert due.steps * 20 < every.steps
