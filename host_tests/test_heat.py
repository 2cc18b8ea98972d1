"""Heat: less current when it is hot or a sensor is silent, none when it is too hot; and a sensor on one wire."""

from chargelet.hardware.derating import Derating
from chargelet.hardware.onewire_sensor import OneWireSensor
from fakes.site import THERMOMETER, Site


def test_heat_halves_the_current_and_then_takes_it_away():
    site = Site(temperature=THERMOMETER).charge()
    site.evse.offer(32000)
    site.run(6000)
    assert site.evse.offered_ma == 32000
    site.point.celsius = 66
    site.run(6000)
    assert site.evse.offered_ma == 16000 and site.point.closed
    site.point.celsius = 56
    site.run(6000)
    assert site.evse.offered_ma == 16000, "with hysteresis"
    site.point.celsius = 76
    site.run(1200)
    assert not site.point.closed and site.evse.fault == ("HighTemperature", None)
    site.point.celsius = 70
    site.run(2000)
    assert site.evse.fault
    site.point.celsius = 40
    site.run(2000)
    assert site.evse.fault is None
    assert site.until(lambda: site.point.closed, 40000) >= 20000
    site.run(6000)
    assert site.evse.offered_ma == 32000


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
