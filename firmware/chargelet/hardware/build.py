"""Builds the drivers that a board file asks for.

Needed once a boot: whoever calls it forgets it afterwards. Drivers are imported where a board has them.
"""

from machine import Pin

from . import board_file
from .contactor import Contactor
from .equipment import TIER, Equipment
from .evse import Evse
from .over_current import OverCurrent
from .pilot import Pilot
from .pilot_levels import BOUNDARIES

# What a counter takes for noise: the most that its filter does.
_FILTER_NS = 12700


def refuse(board) -> None:
    """Raises ValueError that explains all that is wrong in a board file, a line each."""
    wrong = board_file.problems(board)
    if wrong:
        raise ValueError("\n".join(["board: " + board_file.explain(problem) for problem in wrong]))


def build(board: dict, clock, log) -> Equipment:
    """The hardware of a board file. Raises ValueError for what is wrong in it; then nothing has been built.

    Contactors first: they are off before anything else is looked at.
    """
    refuse(board)
    contactors = []
    for table in board["connector"]:
        if "contactor" in table:
            coils = [table["contactor"]["coil"]]
            if "second_coil" in table["contactor"]:
                coils.append(table["contactor"]["second_coil"])
            given = table["contactor"].get("feedback"), table["contactor"]["feedback_inverted"]
            contactors.append(Contactor(coils, *given))
        else:
            contactors.append(None)
    return _Builder(board, clock, log).equipment(contactors)


class _Builder:
    def __init__(self, board, clock, log):
        self._board = board
        self._clock = clock
        self._log = log
        self._volts = board["grid"]["voltage"]
        self._phases = board["grid"]["phases"]
        self._bus = None
        self._asked = []
        self._counters = 0
        self._tasks = []

    def equipment(self, contactors) -> Equipment:
        board, clock = self._board, self._clock
        safety = board["safety"]
        allowed = safety["tier"] != "T0" or safety["bench"]
        self._log("safety tier %s%s" % (safety["tier"], ", on a bench" if safety["bench"] else ""))
        evses = []
        for at, table in enumerate(board["connector"]):
            evse = self._rapi(at, table) if "rapi" in table else self._evse(at, table, contactors[at])
            if not allowed:
                evse.latch(TIER)
            evses.append(evse)
        main_meter = None
        if "main_meter" in board:
            main_meter = self._meter(board["main_meter"], 80 * len(evses))
        if self._asked:
            from .modbus_meter import Line

            self._tasks.append(Line(self._asked, clock).run)
        keep_alive = Pin(safety["keep_alive"], Pin.OUT, value=0) if "keep_alive" in safety else None
        reader = self._reader(board["rfid"]) if "rfid" in board else None
        lights = _lights(board["lights"]) if "lights" in board else None
        tamper = None
        if "tamper" in board:
            from .tamper import Tamper

            tamper = Tamper(board["tamper"]["pin"], board["tamper"]["level"])
        watchdog_s = safety["watchdog_s"]
        return Equipment(evses, main_meter, reader, lights, self._tasks, keep_alive, watchdog_s, _rtc(), tamper)

    def _evse(self, at, table, contactor):
        most_ma = table["max_current"] * 1000
        pilot = table["pilot"]
        least = tuple([pilot[name + "_least_mv"] for name in "abcd"]) + BOUNDARIES[4:]
        wires = pilot["pwm"], pilot["adc"], pilot["zero_mv"], pilot["span_mv"]
        driver = Pilot(*wires, self._clock.micros, pilot.get("disconnect"), least)
        meter = self._meter(table["meter"], table["max_current"])
        lock = None
        if "lock" in table:
            from .lock import Lock

            bolt = table["lock"]
            lock = Lock(bolt["close"], bolt["open"], bolt["feedback"], bolt["feedback_inverted"])
        guards = [OverCurrent(meter)]
        if hasattr(meter, "look"):
            guards.append(meter)
        if "proximity" in table:
            from .proximity import Proximity

            plug = table["proximity"]
            guards.append(Proximity(plug["adc"], plug["pull_up_ohm"], plug["supply_mv"]))
        if "temperature" in table:
            guards.append(_derating(table["temperature"], most_ma))
        if "residual_current" in table:
            from .residual_current import ResidualCurrent

            monitor = table["residual_current"]
            # The last: its test begins only when all others agree.
            guards.append(ResidualCurrent(monitor["trip"], monitor["trip_level"], monitor.get("test")))
        powers = "CD" if table["ventilation"] else "C"
        handed = driver, contactor, meter, lock, most_ma, guards, powers
        return Evse(at + 1, self._clock, self._log, *handed)

    def _rapi(self, at, table):
        from machine import UART

        from .rapi import Rapi
        from .rapi_evse import RapiEvse
        from .rapi_meter import RapiMeter

        wires = table["rapi"]
        uart = UART(wires["uart"], baudrate=115200, tx=wires["tx"], rx=wires["rx"], timeout=0)
        handed = Rapi(uart), RapiMeter(self._volts), table["max_current"] * 1000
        return RapiEvse(at + 1, self._clock, self._log, *handed)

    def _meter(self, table, most_a):
        if table["kind"] == "modbus":
            from .modbus_meter import ModbusMeter

            meter = ModbusMeter(self._line(), self._clock, self._log, table["model"], table["address"])
            self._asked.append(meter)
            return meter
        handed = table["imp_per_kwh"], self._volts, self._phases, most_a * 1000
        if not table["counter"]:
            from .pulse_meter import PulseMeter

            return PulseMeter(self._clock, table["pin"], *handed)
        from machine import Counter

        from .counter_meter import CounterMeter

        counter = Counter(self._counters, Pin(table["pin"], Pin.IN), filter_ns=_FILTER_NS)
        self._counters += 1
        return CounterMeter(self._clock, counter, *handed)

    def _line(self):
        if self._bus is None:
            from machine import UART

            from .modbus import Modbus

            wires = self._board["rs485"]
            uart = UART(wires["uart"], baudrate=wires["baud"], tx=wires["tx"], rx=wires["rx"], timeout=0)
            direction = Pin(wires["direction"], Pin.OUT, value=0) if "direction" in wires else None
            self._bus = Modbus(uart, self._clock, direction)
        return self._bus

    def _reader(self, table):
        from .reader import Reader

        if table["kind"] == "pn532":
            from machine import I2C

            from .pn532 import Pn532

            driver = Pn532(I2C(0, scl=Pin(table["scl"]), sda=Pin(table["sda"]), freq=100000), self._clock)
        else:
            from machine import SPI

            from .mfrc522 import Mfrc522

            wires = {name: Pin(table[name]) for name in ("sck", "mosi", "miso")}
            spi = SPI(1, baudrate=1000000, polarity=0, phase=0, **wires)
            reset = Pin(table["reset"], Pin.OUT, value=0) if "reset" in table else None
            driver = Mfrc522(spi, Pin(table["cs"], Pin.OUT, value=1), self._clock, reset)
        return Reader(driver, self._clock, self._log)


def _derating(table, most_ma):
    from .derating import Derating

    if table["kind"] == "analog":
        from .analog_sensor import AnalogSensor

        sensor = AnalogSensor(table["adc"], table["zero_mv"], table["slope_mv"])
    else:
        import ds18x20
        import onewire

        from .onewire_sensor import OneWireSensor

        sensor = OneWireSensor(ds18x20.DS18X20(onewire.OneWire(Pin(table["pin"]))))
    return Derating(sensor, table["derate_c"], table["stop_c"], most_ma)


def _lights(table):
    if "pixels" in table:
        import neopixel

        from .pixel_lights import PixelLights

        return PixelLights(neopixel.NeoPixel(Pin(table["pixels"], Pin.OUT), table["count"]), table["count"])
    from .rgb_light import RgbLight

    return RgbLight(table["red"], table["green"], table["blue"], table["inverted"])


def _rtc():
    from machine import RTC

    from .rtc_memory import RtcMemory

    return RtcMemory(RTC())
