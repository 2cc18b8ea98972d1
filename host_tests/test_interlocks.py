"""Interlocks: cable, residual current, heat, over-current; a vehicle that sleeps, a contactor without feedback."""

from chargelet.hardware.derating import Derating
from chargelet.hardware.onewire_sensor import OneWireSensor
from chargelet.hardware.proximity import rating
from fakes.yard import DISCONNECT, MONITOR, THERMOMETER, Yard


def waiting(**changes):
    """A vehicle that wants to charge, locked in, and nothing offered yet."""
    yard = Yard(**changes)
    yard.vehicle.plug()
    yard.run(300)
    if yard.evse.has_lock:
        yard.until(yard.evse.lock, 1000)
    return yard


# The cable


def test_resistors_are_rated_as_the_table_says():
    for ohms, ma in (
        ((1100, 1500, 2460, 4500, 937), 13000),
        ((400, 680, 936, 309), 20000),
        ((164, 220, 308, 141), 32000),
        ((80, 100, 140, 60), 63000),
        ((59, 0, 4501, 100000), None),
    ):
        for ohm in ohms:
            assert rating(ohm) == ma, ohm
    assert rating(None) is None


def test_the_cable_limits_what_is_offered():
    for ohm, ma in ((220, 32000), (680, 20000), (1500, 13000)):
        yard = Yard()
        yard.place.cable_ohm = ohm
        yard.vehicle.plug()
        yard.run(300)
        yard.until(yard.evse.lock, 1000)
        yard.evse.offer(32000)
        yard.run(3000)
        assert yard.evse.offered_ma == ma and yard.place.closed, ohm


def test_without_a_rating_nothing_is_offered():
    for ohm in (30, 9000):
        yard = Yard()
        yard.place.cable_ohm = ohm
        yard.vehicle.plug()
        yard.run(300)
        yard.until(yard.evse.lock, 1000)
        yard.evse.offer(32000)
        closed = []
        yard.run(5000, lambda yard=yard, closed=closed: closed.append(1) if yard.place.closed else None)
        assert not closed and yard.evse.offered_ma == 0, ohm


def test_a_cable_that_gets_worse_counts_at_once_and_better_only_when_replugged():
    yard = Yard().charge()
    yard.evse.offer(32000)
    yard.run(12000)
    yard.place.cable_ohm = 680
    yard.run(1600)
    assert yard.evse.offered_ma == 20000
    yard.place.cable_ohm = 220
    yard.run(6000)
    assert yard.evse.offered_ma == 20000
    yard.vehicle.unplug()
    yard.run(500)
    yard.evse.offer(0)
    yard.run(500)
    yard.vehicle.plug()
    yard.run(500)
    yard.evse.offer(32000)
    yard.run(6000)
    assert yard.evse.offered_ma == 32000


# The residual-current monitor


def test_the_monitor_is_tested_before_each_close():
    yard = waiting(residual_current=MONITOR)
    tests = []
    yard.evse.offer(16000)
    yard.run(3000, lambda: tests.append(yard.place.testing))
    assert yard.place.closed and 0 < tests.count(True) < 40
    yard.vehicle.wants = False
    yard.run(1000)
    yard.vehicle.wants = True
    del tests[:]
    yard.run(8000, lambda: tests.append(yard.place.testing))
    assert yard.place.closed and True in tests


def test_a_monitor_that_fails_its_test_closes_nothing():
    yard = waiting(residual_current=MONITOR)
    yard.place.monitor_dead = True
    yard.evse.offer(16000)
    closed = []
    yard.run(5000, lambda: closed.append(1) if yard.place.closed else None)
    assert not closed and yard.evse.fault == ("GroundFailure", "ResidualCurrentTest")
    assert yard.evse.latched == ("GroundFailure", "ResidualCurrentTest")


def test_a_residual_current_opens_at_once_and_stays():
    yard = Yard(residual_current=MONITOR).charge()
    yard.place.leaks = True
    assert yard.until(lambda: not yard.place.closed, 200) <= 60
    yard.place.leaks = False
    yard.evse.set_fault(None)
    yard.vehicle.unplug()
    yard.run(60000)
    assert yard.evse.fault == ("GroundFailure", "ResidualCurrent")


def test_a_monitor_without_a_test_input():
    yard = Yard(residual_current={"trip": 20}).charge()
    assert yard.place.closed
    yard.place.leaks = True
    yard.run(100)
    assert not yard.place.closed


# Heat


def test_heat_halves_the_current_and_then_takes_it_away():
    yard = Yard(temperature=THERMOMETER).charge()
    yard.evse.offer(32000)
    yard.run(6000)
    assert yard.evse.offered_ma == 32000
    yard.place.celsius = 66
    yard.run(6000)
    assert yard.evse.offered_ma == 16000 and yard.place.closed
    yard.place.celsius = 56
    yard.run(6000)
    assert yard.evse.offered_ma == 16000, "with hysteresis"
    yard.place.celsius = 76
    yard.run(1200)
    assert not yard.place.closed and yard.evse.fault == ("HighTemperature", None)
    yard.place.celsius = 70
    yard.run(2000)
    assert yard.evse.fault
    yard.place.celsius = 40
    yard.run(2000)
    assert yard.evse.fault is None
    assert yard.until(lambda: yard.place.closed, 40000) >= 20000
    yard.run(6000)
    assert yard.evse.offered_ma == 32000


class Says:
    """A sensor that says what the test wants."""

    celsius = 20

    def read(self):
        return self.celsius


def test_a_silent_sensor_halves_the_current():
    sensor, now = Says(), 0
    interlock = Derating(sensor, 65, 75, 10000)
    assert interlock.look(now, None) is None and interlock.limit_ma is None
    sensor.celsius = None
    for _ in range(40):
        now += 1000
        assert interlock.look(now, None) is None
    assert interlock.limit_ma == 6000, "never less than a vehicle can be offered"
    sensor.celsius = 20
    interlock.look(now + 1000, None)
    assert interlock.limit_ma is None


class OneWire:
    """A DS18B20 behind MicroPython's driver."""

    def __init__(self):
        self.there = True
        self.value = 85.0
        self.wrong = None
        self.converted = 0

    def scan(self):
        return [b"\x28\x00"] if self.there else []

    def convert_temp(self):
        self.converted += 1
        self.value = 31.25

    def read_temp(self, rom):
        if self.wrong:
            raise self.wrong
        return self.value


def test_a_one_wire_sensor():
    bus = OneWire()
    sensor = OneWireSensor(bus)
    assert sensor.read() is None and bus.converted == 1, "85 is what it says before its first conversion"
    assert sensor.read() == 31
    bus.wrong = AssertionError("CRC error")
    assert sensor.read() is None
    bus.wrong = None
    assert sensor.read() == 31
    bus.there = False
    sensor = OneWireSensor(bus)
    assert sensor.read() is None and sensor.read() is None
    bus.there = True
    sensor.read()
    assert sensor.read() == 31


# Over-current, sleep, feedback


def test_a_vehicle_that_takes_too_much_is_cut_off():
    yard = Yard().charge()
    yard.run(6000)
    yard.evse.offer(10000)
    yard.run(10000)
    assert yard.place.closed
    yard.vehicle.draws_ma = lambda: 16000
    waited = yard.until(lambda: not yard.place.closed, 30000)
    assert 7000 <= waited <= 15000 and yard.evse.fault == ("OverCurrentFailure", None)
    yard.run(60000)
    assert yard.evse.fault, "until it has been unplugged"
    yard.vehicle.unplug()
    yard.run(500)
    assert yard.evse.fault is None


def test_a_vehicle_that_sleeps_is_woken_once():
    for pilot in ({}, {"pilot": DISCONNECT}):
        yard = waiting(**pilot)
        yard.vehicle.asleep = True
        yard.evse.offer(16000)
        yard.run(25000)
        assert not yard.place.closed
        assert yard.until(lambda yard=yard: yard.place.closed, 20000) <= 12000
        assert [line for line in yard.lines if "woken up" in line]
    yard = waiting()
    yard.vehicle.reaction_ms = None
    yard.evse.offer(16000)
    yard.run(300000)
    assert len([line for line in yard.lines if "woken up" in line]) == 1


def test_without_feedback_the_command_is_what_is_known():
    yard = Yard(contactor={"coil": 13}).charge()
    yard.vehicle.unplug()
    yard.run(200)
    assert not yard.evse.contactor_closed and not yard.place.closed


def test_both_coils_of_a_contactor_are_switched():
    yard = Yard(contactor={"coil": 13, "second_coil": 31, "feedback": 14}).charge()
    assert [coil.value() for coil in yard.evse._contactor._coils] == [1, 1]
    yard.vehicle.unplug()
    yard.run(100)
    assert [coil.value() for coil in yard.evse._contactor._coils] == [0, 0]
