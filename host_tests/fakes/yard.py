"""The simulated board's world with real drivers over it, on a clock that moves only when told."""

import machine
from chargelet.hardware.build import build
from world import World

from .clock import FakeClock

CONNECTOR = {
    "max_current": 32,
    "pwm": 10,
    "adc": 11,
    "pilot_zero_mv": 1300,
    "pilot_span_mv": 958,
    "contactor": 12,
    "feedback": 13,
    "meter": 14,
    "imp_per_kwh": 1000,
    "lock_close": 15,
    "lock_open": 16,
    "lock_feedback": 17,
}


def board(**changes):
    """A board file's content with one connector; a change to None leaves the key out."""
    table = dict(CONNECTOR)
    table.update(changes)
    for name in [name for name in table if table[name] is None]:
        del table[name]
    return {"grid": {"voltage": 230, "phases": 3}, "connector": [table]}


class Yard:
    """One EVSE and its vehicle."""

    def __init__(self, **changes):
        self.clock = FakeClock()
        self.lines = []
        self.world = World(1, self.clock)
        machine.connect(self.world)
        self.place = self.world.places[0]
        self.vehicle = self.place.vehicle
        (self.evse,) = build(board(**changes), self.clock, self.lines.append)

    def run(self, ms, watch=None):
        """Let time pass in steps of 20 ms; `watch()` is called after each."""
        for _ in range(ms // 20):
            self.clock.advance(20)
            self.world.step()
            self.evse.step()
            if watch:
                watch()

    def until(self, condition, ms):
        """How long it takes until a condition is true, in ms; raises AssertionError after `ms`."""
        passed = 0
        while not condition():
            assert passed < ms, "not within %d ms" % ms
            self.run(20)
            passed += 20
        return passed

    def charge(self):
        """A vehicle that charges."""
        self.vehicle.plug()
        self.until(lambda: self.evse.connected, 200)
        if self.evse.has_lock:
            self.until(self.evse.lock, 1000)
        self.evse.offer(16000)
        self.until(lambda: self.evse.contactor_closed, 3000)
        return self
