"""The simulated board's world with real drivers over it, on a clock that moves only when told."""

import machine
from chargelet.hardware.build import build, read
from world import World

from .clock import FakeClock
from .lines import Lines

CONNECTOR = {
    "max_current": 32,
    "cable": "socket",
    "pilot": {"pwm": 10, "adc": 11, "zero_mv": 1300, "span_mv": 958},
    "contactor": {"coil": 13, "feedback": 14},
    "meter": {"kind": "s0", "pin": 15, "imp_per_kwh": 1000, "counter": True},
    "lock": {"close": 16, "open": 17, "feedback": 18},
    "proximity": {"adc": 19, "pull_up_ohm": 330, "supply_mv": 3300},
}
# More that a connector may have.
DISCONNECT = dict(CONNECTOR["pilot"], disconnect=12)
BY_INTERRUPT = dict(CONNECTOR["meter"], counter=False)
MONITOR = {"trip": 20, "test": 21}
THERMOMETER = {"kind": "analog", "adc": 22}


def board(**changes):
    """A board file's content with one connector; a change to None leaves the key out."""
    table = {name: dict(value) if isinstance(value, dict) else value for name, value in CONNECTOR.items()}
    table.update(changes)
    for name in [name for name in table if table[name] is None]:
        del table[name]
    return {
        "chip": "simulator",
        "station": {"chargePointVendor": "Chargelet", "chargePointModel": "Site"},
        "grid": {"voltage": 230, "phases": 3},
        "safety": {"tier": "T0", "bench": True},
        "connector": [table],
    }


class Site:
    """One EVSE and its vehicle."""

    def __init__(self, **changes):
        self.clock = FakeClock()
        self.lines = Lines()
        table = board(**changes)
        self.world = World(table, self.clock)
        machine.connect(self.world)
        self.point = self.world.points[0]
        self.vehicle = self.point.vehicle
        self.equipment = build(read(table), self.clock, self.lines)
        (self.evse,) = self.equipment.evses

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
