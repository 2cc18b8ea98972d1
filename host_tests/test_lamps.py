"""Lamps and a temperature voltage, on blank pins: what is written to them, and what cannot be one."""

import machine
from chargelet.hardware.analog_sensor import AnalogSensor
from chargelet.hardware.pixel_lights import PixelLights
from chargelet.hardware.rgb_light import RgbLight


class World:
    """Pins that remember the last duty, and show a voltage."""

    def __init__(self):
        self.duty = {}
        self.uv = 0

    def at(self, pin):
        return Place(self, pin), "pin"


class Place:
    def __init__(self, world, pin):
        self.world = world
        self.pin = pin

    def pulses(self, what, duty_u16):
        self.world.duty[self.pin] = duty_u16

    def read_uv(self, what):
        return self.world.uv


def test_a_lamp_of_three_colours():
    world = World()
    machine.connect(world)
    lamp = RgbLight(1, 2, 3)
    assert lamp.count == 1 and world.duty == {1: 0, 2: 0, 3: 0}, "dark until somebody says otherwise"
    lamp.show([(255, 0, 128), (1, 1, 1)])
    assert world.duty == {1: 65535, 2: 0, 3: 32896}
    lamp = RgbLight(1, 2, 3, True)
    assert world.duty == {1: 65535, 2: 65535, 3: 65535}
    lamp.show([(255, 0, 128)])
    assert world.duty == {1: 0, 2: 65535, 3: 32639}


class Pixels(dict):
    """MicroPython's neopixel.NeoPixel, as far as it is used."""

    written = 0

    def write(self):
        self.written += 1


def test_a_chain_of_pixels():
    pixels = Pixels()
    lights = PixelLights(pixels, 4)
    lights.show([(1, 0, 0), (0, 2, 0)])
    assert pixels == {0: (1, 0, 0), 1: (0, 2, 0), 2: (0, 2, 0), 3: (0, 2, 0)} and pixels.written == 1


def test_a_voltage_that_is_a_temperature():
    world = World()
    machine.connect(world)
    sensor = AnalogSensor(36, 500, 10)
    for mv, celsius in ((500, 0), (750, 25), (1250, 75), (400, -10), (1750, 125)):
        world.uv = mv * 1000
        assert sensor.read() == celsius
    for mv in (0, 3100, 1800, 40):
        world.uv = mv * 1000
        assert sensor.read() is None, "a wire that has come off, or a short"
