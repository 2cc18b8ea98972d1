"""Parts that hang on a board's wires, as far as their data sheets go: what a driver sees of them, errors included.

`Modules` stands in for what the simulated `machine` has not: a board that is only built, never driven.
"""

import sys


class Wire:
    """A pin that remembers what was written to it, and shows what the test put there."""

    def __init__(self, level=0):
        self.level = level
        self.written = []

    def value(self, new=None):
        if new is None:
            return self.level
        self.level = new
        self.written.append(new)
        return None


class Line:
    """A UART: what the driver writes goes to `heard(bytes)`, whose answer it finds when it reads."""

    def __init__(self, heard=None, **options):
        self.heard = heard
        self.sent = []
        self.waiting = b""
        self.flushed = 0

    def any(self):
        return len(self.waiting)

    def read(self):
        data, self.waiting = self.waiting, b""
        return data or None

    def write(self, data):
        self.sent.append(bytes(data))
        answer = self.heard(bytes(data)) if self.heard else None
        if answer:
            self.waiting += answer

    def flush(self):
        self.flushed += 1


class _Blank:
    """Takes whatever it is made with, and does nothing."""

    STA_IF = 0
    PHY_LAN8720 = 1

    def __init__(self, *given, **named):
        self.given = given
        self.named = named

    def value(self, new=None):
        return 0

    def duty_u16(self, value):
        pass

    def read_uv(self):
        return 1300000

    def irq(self, *given):
        pass

    def memory(self, new=None):
        return b""

    def feed(self):
        pass

    def active(self, on=None):
        return True

    def isconnected(self):
        return False

    def connect(self, *given):
        pass

    def disconnect(self):
        pass

    def any(self):
        return 0

    def write(self, data):
        pass

    def flush(self):
        pass

    def scan(self):
        return []


class Modules:
    """Every part of every board's modules, blank; with these in place a board file can be built anywhere."""

    def __enter__(self):
        import machine

        self._machine = machine
        self._kept = {}
        self.made = []
        for name in ("Pin", "PWM", "ADC", "RTC", "Counter", "UART", "I2C", "SPI", "WDT"):
            self._kept[name] = getattr(machine, name, None)
            setattr(machine, name, self._maker(name))
        machine.Pin.IN, machine.Pin.OUT, machine.Pin.IRQ_RISING, machine.ADC.ATTN_11DB = 1, 3, 1, 3
        self._forget()
        for name, inside in (
            ("network", ("WLAN", "LAN", "STA_IF", "AP_IF", "PHY_LAN8720")),
            ("onewire", ("OneWire",)),
            ("ds18x20", ("DS18X20",)),
            ("neopixel", ("NeoPixel",)),
        ):
            module = type(sys)(name)
            for item in inside:
                setattr(module, item, self._maker(item) if item[0].isupper() and "_" not in item else 1)
            sys.modules[name] = module
        sys.modules["network"].hostname = lambda name: self.made.append(("hostname", (name,), {}))
        return self

    def _maker(self, name):
        made = self.made

        class Part(_Blank):
            def __init__(self, *given, **named):
                _Blank.__init__(self, *given, **named)
                made.append((name, given, named))

        return Part

    def _forget(self):
        # The drivers have taken their names out of `machine` when they were loaded.
        for name in list(sys.modules):
            if name.startswith("chargelet.hardware."):
                del sys.modules[name]
                package, _, own = name.rpartition(".")
                if hasattr(sys.modules.get(package), own):
                    delattr(sys.modules[package], own)

    def __exit__(self, *failure):
        for name, value in self._kept.items():
            if value is None:
                delattr(self._machine, name)
            else:
                setattr(self._machine, name, value)
        for name in ("network", "onewire", "ds18x20", "neopixel"):
            del sys.modules[name]
        self._forget()
