"""Knows what is around the simulated board: vehicles, contactors, locks, meters, and which pins they are at.

Knows nothing of the firmware but its board file's pins. Time comes from the clock that is handed in.
"""

from chargelet.ground.clock import ticks_diff
from electrics import Noise, levels
from vehicle import Vehicle

# Pins of the first connector, as in board.toml; those of the next are ten higher.
PWM, ADC, COIL, FEEDBACK, METER, LOCK_CLOSE, LOCK_OPEN, LOCK_FEEDBACK = range(8)

# An ADC read of an ESP32; the pilot's period is 1000 µs.
_READ_US = 70
# A contactor's way, and a bolt's.
_CONTACTOR_MS = 20
_BOLT_MS = 150
# After a standstill of the program the meter's edges come late, one by one: this world stands still with
# the program. A real S0 line would have gone on; see README.md.
_PULSE_MS = 60
_ZERO_MV = 1300
_SPAN_MV = 958


class Place:
    """One connector's surroundings."""

    def __init__(self, number: int, volts: int, imp_per_kwh: int):
        self.vehicle = Vehicle()
        self.duty = 10000
        self.coil = False
        self.closed = False
        self.welded = False
        self.stuck = False
        self.bolt = False
        self.bolt_sticks = False
        self.motor = 0  # 1 towards locked, -1 towards open
        self.on_pulse = None
        self._volts = volts
        self._pulse_mws = 3600000000000 // imp_per_kwh
        self._noise = Noise(number * 7919)
        self._phase = number * 130
        self._relay_ms = 0
        self._bolt_ms = 0
        self._energy = 0  # mW·ms that have not made a pulse yet
        self._since_pulse = 0

    def step(self, ms: int):
        """Let `ms` milliseconds pass."""
        self.vehicle.step(ms, self.duty)
        target = True if self.welded and self.closed else self.coil and not self.stuck
        self._relay_ms = self._relay_ms + ms if target != self.closed else 0
        if self._relay_ms >= _CONTACTOR_MS:
            self.closed = target
        moving = self.motor and (self.motor > 0) != self.bolt and not self.bolt_sticks
        self._bolt_ms = self._bolt_ms + ms if moving else 0
        if self._bolt_ms >= _BOLT_MS:
            self.bolt = self.motor > 0
        self._energy += self.power_mw() * ms

    def pulse(self, ms: int):
        """Let out one edge of the meter when there is one, `ms` milliseconds after the last look."""
        self._since_pulse += ms
        if self._energy >= self._pulse_mws and self._since_pulse >= _PULSE_MS:
            self._energy -= self._pulse_mws
            self._since_pulse = 0
            if self.on_pulse:
                self.on_pulse()

    def power_mw(self) -> int:
        """What flows now."""
        return self.vehicle.draws_ma() * self._volts if self.closed else 0

    def read_uv(self) -> int:
        """What the ADC sees at this moment of the pilot's period."""
        self._phase = (self._phase + _READ_US) % 1000
        high, low = levels(self.vehicle.ohms(), self.vehicle.diode)
        level = high if self._phase * 10 < self.duty else low
        return max(0, (_ZERO_MV + (level + self._noise()) * _SPAN_MV // 10000) * 1000)


class World:
    """All connectors' surroundings, and the commands of whoever plays with them. Connectors count from 1."""

    def __init__(self, connectors: int, clock, storage=None, volts: int = 690, imp_per_kwh: int = 1000):
        self._clock = clock
        self._last = clock.ticks()
        self._storage = storage
        self.places = [Place(number, volts, imp_per_kwh) for number in range(connectors)]
        self._recall()

    # A power cut of the station moves no cable and no bolt: the world remembers them.

    def _recall(self):
        kept = self._storage.read("world") if self._storage else None
        for place, letter in zip(self.places, kept.decode() if kept else ""):
            place.vehicle.plugged = letter in "PL"
            place.bolt = letter in "BL"
        self._kept = self._memory()

    def _memory(self) -> str:
        return "".join(["-BPL"[2 * place.vehicle.plugged + place.bolt] for place in self.places])

    def _remember(self):
        memory = self._memory()
        if self._storage and memory != self._kept:
            self._kept = memory
            self._storage.write("world", memory.encode())

    def step(self):
        """Let pass the time since the last step, in pieces small enough for every relay."""
        now = self._clock.ticks()
        ms = ticks_diff(now, self._last)
        self._last = now
        for place in self.places:
            place.pulse(ms)
        while ms > 0:
            piece = min(ms, 10)
            for place in self.places:
                place.step(piece)
            ms -= piece
        self._remember()

    def at(self, pin: int) -> tuple:
        """(place, which of its pins) for a pin number."""
        return self.places[pin // 10 - 1], pin % 10

    def plug_in(self, connector: int):
        """The cable goes into the vehicle, which wants to charge."""
        self.places[connector - 1].vehicle.plug()

    def plug_out(self, connector: int):
        self.places[connector - 1].vehicle.unplug()

    def suspend_ev(self, connector: int):
        """The vehicle has had enough."""
        self.places[connector - 1].vehicle.wants = False

    def resume_ev(self, connector: int):
        self.places[connector - 1].vehicle.wants = True

    def draw(self, connector: int, amps: int):
        """What the vehicle takes per phase at most."""
        self.places[connector - 1].vehicle.max_ma = amps * 1000

    def lock_fail(self, connector: int, on: bool):
        """The bolt sticks where it is."""
        self.places[connector - 1].bolt_sticks = on
