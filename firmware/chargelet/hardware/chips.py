"""Which pins of a chip may be used for what, from the data sheets of the ESP32 family."""

from ..base import loading

loading.seldom(__name__)

# A line each, as data sheets have it: name, what it is, numbers and ranges of them.
# `inputs` have no pull resistors, `dips` read low for 80 ns now and then (errata). `quad` and `octal`: what external
# RAM of that kind takes; a chip without the line has none. `counters`, `pwms` and `uarts`: how many there are;
# `adc_mv`: the highest voltage that the ADC reads.
# The simulator is no chip: a pin there is a number that the simulated world knows.
_CHIPS = """
esp32 pins 0-19 21-23 25-27 32-39
esp32 flash 6-11
esp32 strapping 0 2 5 12 15
esp32 inputs 34-39
esp32 adc1 32-39
esp32 adc2 0 2 4 12-15 25-27
esp32 console 1 3
esp32 dips 36 39
esp32 quad 16 17
esp32 adc_mv 3150
esp32 counters 8
esp32 pwms 16
esp32 uarts 3
esp32 mhz 80 160 240
esp32s3 pins 0-21 26-48
esp32s3 flash 26-32
esp32s3 strapping 0 3 45 46
esp32s3 adc1 1-10
esp32s3 adc2 11-20
esp32s3 console 43 44
esp32s3 usb 19 20
esp32s3 quad 26
esp32s3 octal 26 33-37
esp32s3 adc_mv 3100
esp32s3 counters 4
esp32s3 pwms 8
esp32s3 uarts 3
esp32s3 mhz 80 160 240
esp32c3 pins 0-10 12-21
esp32c3 flash 12-17
esp32c3 strapping 2 8 9
esp32c3 adc1 0-4
esp32c3 adc2 5
esp32c3 console 20 21
esp32c3 usb 18 19
esp32c3 adc_mv 2500
esp32c3 pwms 6
esp32c3 uarts 2
esp32c3 mhz 80 160
simulator pins 0-99
simulator adc1 0-99
simulator adc_mv 3300
simulator counters 99
simulator pwms 99
simulator uarts 3
"""


class Chip:
    """Pins as tuples of numbers. `psram`: {kind of external RAM that there may be: the pins that it takes};
    `counters`, `pwms`, `uarts`: how many there are; `adc_mv`: the highest voltage that the ADC reads; `mhz`:
    its clock rates, the fastest last."""

    def __init__(self, name: str):
        self.name = name
        self.pins = _numbers(name, "pins")
        self.flash = _numbers(name, "flash")
        self.strapping = _numbers(name, "strapping")
        self.inputs = _numbers(name, "inputs")
        self.adc1 = _numbers(name, "adc1")
        self.adc2 = _numbers(name, "adc2")
        self.console = _numbers(name, "console")
        self.usb = _numbers(name, "usb")
        self.dips = _numbers(name, "dips")
        self.psram = {"none": ()}
        for kind in ("quad", "octal"):
            taken = _numbers(name, kind)
            if taken:
                self.psram[kind] = taken
        self.adc_mv = _numbers(name, "adc_mv")[0]
        self.counters = (_numbers(name, "counters") or (0,))[0]
        self.pwms = _numbers(name, "pwms")[0]
        self.uarts = _numbers(name, "uarts")[0]
        self.mhz = _numbers(name, "mhz")


def chip(name: str) -> Chip:
    """The facts of a chip by the name that board files use. Raises KeyError."""
    if not name or "\n%s pins " % name not in _CHIPS:
        raise KeyError(name)
    return Chip(name)


def _numbers(name, what) -> tuple:
    at = _CHIPS.find("\n%s %s " % (name, what))
    if at < 0:
        return ()
    found = []
    for part in _CHIPS[at + 1 : _CHIPS.find("\n", at + 1)].split()[2:]:
        least, _, most = part.partition("-")
        found += list(range(int(least), int(most or least) + 1))
    return tuple(found)
