"""The world around the simulated board: vehicles, cables, contactors, locks, meters, sensors, and their pins.

Of the firmware it uses the board file alone. Time comes from the clock that is handed in.
"""

from chargelet.base.clock import ticks_diff
from electrics import Noise, levels
from vehicle import Vehicle

# An ADC read of an ESP32; the pilot's period is 1000 µs.
_READ_US = 70
# A contactor's way, and a bolt's.
_CONTACTOR_MS = 20
_BOLT_MS = 150
# So many interrupts wait for a program that stands still; MicroPython drops the rest.
_IRQ_MAX = 8
_PINS = (
    "pilot.pwm pilot.adc pilot.disconnect contactor.coil contactor.second_coil contactor.feedback meter.pin "
    "lock.close lock.open lock.feedback proximity.adc residual_current.trip residual_current.test "
    "temperature.adc tamper.pin red green blue"
).split()
_ZERO_MV = 1300
_SPAN_MV = 958


# What the ADC sees of the other sensors: a cable's resistor (32 A) below 330 ohms to 3.3 V, and 10 mV a degree.
_CABLE_OHM = 220
_PULL_UP_OHM = 330
_SUPPLY_MV = 3300


class ConnectingPoint:
    """One connector's surroundings. `what` is a pin's path in the board file: `contactor.coil`."""

    def __init__(self, number: int, table: dict, volts: int):
        self.vehicle = Vehicle()
        self.duty = 10000
        self.coil = False
        self.closed = False
        self.welded = False
        self.stuck = False
        self.bolt = False
        self.bolt_sticks = False
        self.motor = 0  # 1 towards locked, -1 towards open
        self.away = False  # the pilot is off the line
        self.monitored = "residual_current" in table
        self.thermometer = "temperature" in table
        self.leaks = False  # a residual current flows
        self.monitor_dead = False
        self.testing = False
        self.celsius = 25
        self.cable_ohm = _CABLE_OHM
        self.count = 0  # pulses of the meter
        self.on_pulse = None
        self._volts = volts
        self._pulse_mws = 3600000000000 // table["meter"]["imp_per_kwh"]
        self._noise = Noise(number * 7919)
        self._phase = number * 130
        self._relay_ms = 0
        self._bolt_ms = 0
        self._energy = 0  # mW·ms that have not made a pulse yet

    def read(self, what) -> "int | None":
        """The level of an input; None: whatever was written last."""
        if what == "contactor.feedback":
            return int(self.closed)
        if what == "lock.feedback":
            return int(self.bolt)
        if what == "residual_current.trip":
            return int((self.leaks or self.testing) and not self.monitor_dead)
        return None

    def write(self, what, value):
        """An output changes."""
        if what == "contactor.coil":
            self.coil = bool(value)
        elif what == "lock.close":
            self.motor = value
        elif what == "lock.open":
            self.motor = -value
        elif what == "residual_current.test":
            self.testing = bool(value)
        elif what == "pilot.disconnect":
            self.away = bool(value)

    def pulses(self, what, duty_u16):
        """A PWM output changes."""
        self.duty = (duty_u16 * 10000 + 32767) // 65535

    def step(self, ms: int):
        """Let `ms` milliseconds pass."""
        self.vehicle.step(ms, 0 if self.away else self.duty)
        target = True if self.welded and self.closed else self.coil and not self.stuck
        self._relay_ms = self._relay_ms + ms if target != self.closed else 0
        if self._relay_ms >= _CONTACTOR_MS:
            self.closed = target
        moving = self.motor and (self.motor > 0) != self.bolt and not self.bolt_sticks
        self._bolt_ms = self._bolt_ms + ms if moving else 0
        if self._bolt_ms >= _BOLT_MS:
            self.bolt = self.motor > 0
        self._energy += self.power_mw() * ms

    def pulse(self):
        """Let out what the meter has had to say since the last look."""
        due = self._energy // self._pulse_mws
        self._energy -= due * self._pulse_mws
        self.count += due
        if self.on_pulse:
            for _ in range(min(due, _IRQ_MAX)):
                self.on_pulse()

    def power_mw(self) -> int:
        """What flows now."""
        return self.vehicle.draws_ma() * self._volts if self.closed else 0

    def read_uv(self, what) -> int:
        """What the ADC sees at this moment: of the pilot's period, of a cable's resistor, of a sensor."""
        if what == "temperature.adc":
            return (500 + 10 * self.celsius) * 1000
        if what == "proximity.adc":
            ohm = self.cable_ohm if self.vehicle.plugged else None
            return 1000 * (_SUPPLY_MV if ohm is None else _SUPPLY_MV * ohm // (ohm + _PULL_UP_OHM))
        self._phase = (self._phase + _READ_US) % 1000
        high, low = levels(self.vehicle.ohms(), self.vehicle.diode)
        level = high if self._phase * 10 < self.duty else low
        return max(0, (_ZERO_MV + (level + self._noise()) * _SPAN_MV // 10000) * 1000)


class Lamp:
    """The board's one lamp of three colours, and the contact of the housing that it is in."""

    def __init__(self):
        self.colour = {"red": 0, "green": 0, "blue": 0}
        self.opened = False

    def pulses(self, what, duty_u16):
        self.colour[what] = duty_u16 // 257

    def read(self, what):
        return 1 if self.opened else 0


class World:
    """All connectors' surroundings."""

    def __init__(self, board: dict, clock, storage=None):
        self._clock = clock
        self._last = clock.ticks()
        self._storage = storage
        volts = board["grid"]["voltage"] * board["grid"]["phases"]
        self.points = [ConnectingPoint(number, table, volts) for number, table in enumerate(board["connector"])]
        self.lamp = Lamp()
        self._wires = {}
        for point, table in zip(self.points, board["connector"]):
            self._wire(point, table, "")
        if "lights" in board:
            self._wire(self.lamp, board["lights"], "")
        if "tamper" in board:
            self._wire(self.lamp, board["tamper"], "tamper.")
        self.rtc = self._memory_of_before()
        self.was_reset = self.rtc is not None
        self.rtc = self.rtc or b""
        self._recall()

    def _wire(self, point, table, path):
        """Note what hangs on which pin; other numbers of a board file are wired too, and nobody asks for those."""
        for name, value in table.items():
            if isinstance(value, dict):
                self._wire(point, value, path + name + ".")
            elif type(value) is int and path + name in _PINS:
                # The same text for all connectors: it takes RAM once.
                self._wires[value] = point, _PINS[_PINS.index(path + name)]

    # A reset keeps the memory of the real-time clock, a power cut does not.

    def _memory_of_before(self) -> "bytes | None":
        kept = self._storage.read("rtc") if self._storage else None
        if kept is not None:
            self._storage.remove("rtc")
        return kept

    def reset(self):
        """The board resets."""
        if self._storage:
            self._storage.write("rtc", self.rtc)

    # A power cut of the station moves no cable and no bolt: the world remembers them.

    def _recall(self):
        kept = self._storage.read("world") if self._storage else None
        for point, letter in zip(self.points, kept.decode() if kept else ""):
            point.vehicle.plugged = letter in "PL"
            point.bolt = letter in "BL"
        self._kept = self._memory()

    def _memory(self) -> str:
        return "".join(["-BPL"[2 * point.vehicle.plugged + point.bolt] for point in self.points])

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
        while ms > 0:
            piece = min(ms, 10)
            for point in self.points:
                point.step(piece)
            ms -= piece
        for point in self.points:
            point.pulse()
        self._remember()

    def at(self, pin: int) -> tuple:
        """(point, what hangs there) for a pin number."""
        return self._wires[pin]
