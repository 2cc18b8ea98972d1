"""Knows which pins of a chip may be used for what (data sheets of the ESP32 family). Knows no board."""


class Chip:
    """Pins as sets of numbers. `counter`: whether `machine.Counter` exists there; `uarts`: how many there are."""

    def __init__(self, name, pins, flash, strapping, inputs, adc1, adc2, console, usb, counter, uarts):
        self.name = name
        self.pins = pins
        self.flash = flash
        self.strapping = strapping
        self.inputs = inputs
        self.adc1 = adc1
        self.adc2 = adc2
        self.console = console
        self.usb = usb
        self.counter = counter
        self.uarts = uarts


def chip(name: str) -> Chip:
    """The facts of a chip by the name that board files use."""
    return Chip(name, *_CHIPS[name])


def _span(text: str) -> tuple:
    found = []
    for part in text.split():
        least, _, most = part.partition("-")
        found += list(range(int(least), int(most or least) + 1))
    return tuple(found)


# In this order: all pins, flash, strapping, inputs without pull resistors, ADC1, ADC2, console, USB, counter, UARTs.
_CHIPS = {
    "esp32": (
        _span("0-19 21-23 25-27 32-39"),
        _span("6-11"),
        _span("0 2 5 12 15"),
        _span("34-39"),
        _span("32-39"),
        _span("0 2 4 12-15 25-27"),
        _span("1 3"),
        (),
        True,
        3,
    ),
    "esp32s3": (
        _span("0-21 26-48"),
        _span("26-32"),
        _span("0 3 45 46"),
        (),
        _span("1-10"),
        _span("11-20"),
        _span("43 44"),
        _span("19 20"),
        True,
        3,
    ),
    "esp32c3": (
        _span("0-10 12-21"),
        _span("12-17"),
        _span("2 8 9"),
        (),
        _span("0-4"),
        _span("5"),
        _span("20 21"),
        _span("18 19"),
        False,
        2,
    ),
    # Not a chip: boards/simulator, where a pin is a number that the simulated world knows.
    "simulator": (_span("0-99"), (), (), (), _span("0-99"), (), (), (), True, 3),
}
