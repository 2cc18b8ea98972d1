"""Meters against what their data sheets say: pulses with bounces and stalls, Modbus with all that can go wrong."""

import struct

from chargelet.hardware.counter_meter import CounterMeter
from chargelet.hardware.modbus import Modbus, ModbusError, crc16, framed
from chargelet.hardware.modbus_meter import Line as MeterLine
from chargelet.hardware.modbus_meter import ModbusMeter
from chargelet.hardware.modbus_models import b21, b23, sdm230, sdm630
from chargelet.hardware.modbus_numbers import number
from fakes.clock import FakeClock, run
from fakes.parts import Line, Wire
from fakes.site import BY_INTERRUPT, CONNECTOR, Site


class Chip:
    """A pulse counter of 16 bits."""

    def __init__(self):
        self.count = 65000

    def value(self):
        return self.count & 0xFFFF


def test_bounces_are_not_pulses():
    site = Site(meter=BY_INTERRUPT)
    meter = site.evse.meter
    for _ in range(10):
        site.clock.advance(100)
        for _ in range(3):
            meter._pulse(None)
            site.clock.advance(3)
    assert meter.energy_wh() == 10


def test_pulses_by_interrupt_are_all_counted_while_the_program_runs():
    site = Site(meter=BY_INTERRUPT).charge()
    before = site.evse.meter.energy_wh()
    site.run(120000)
    assert 366 <= site.evse.meter.energy_wh() - before <= 370 and site.evse.meter.missed == 0


def test_what_a_standstill_may_have_cost_is_counted():
    site = Site(meter=BY_INTERRUPT).charge()
    meter = site.evse.meter
    for stall in (300, 2000, 10000):
        site.run(6000)
        seen, missed, real = meter.energy_wh(), meter.missed, site.point.count
        site.clock.advance(stall)
        site.run(1000)
        lost = site.point.count - real - (meter.energy_wh() - seen)
        # At most what 32 A and a tenth more would have made of that time: 6.75 pulses a second.
        assert 0 <= lost <= meter.missed - missed <= stall * 27 // 4000 + 2, (stall, lost, meter.missed - missed)
    assert meter.missed > 0


def test_a_counter_loses_nothing_over_wraps_and_stalls():
    clock, chip = FakeClock(), Chip()
    meter = CounterMeter(clock, chip, 1000, 230, 3)
    for at in range(2000):
        chip.count += at % 97
        clock.advance(20 if at % 50 else 9000)
        meter.step(clock.ticks(), True)
    assert meter.energy_wh() == sum([at % 97 for at in range(2000)])


def test_power_follows_and_falls_to_nothing():
    site = Site().charge()
    site.run(20000)
    assert 10500 <= site.evse.meter.power_w() <= 11600
    assert 15200 <= site.evse.meter.current_ma() <= 16900
    site.vehicle.max_ma = 8000
    site.run(15000)
    assert 5000 <= site.evse.meter.power_w() <= 6000
    site.vehicle.wants = False
    site.run(1000)
    assert site.evse.meter.power_w() == 0


# Modbus


class Meter:
    """A meter on the line: registers, and what is wrong with it."""

    def __init__(self, address=1, function=4):
        self.address = address
        self.function = function
        self.registers = {}
        self.wrong = None
        self.asked = 0

    def float_at(self, register, value):
        self.registers[register], self.registers[register + 1] = struct.unpack(">HH", struct.pack(">f", value))

    def whole_at(self, register, value, count):
        for at in range(count):
            self.registers[register + at] = value >> 16 * (count - 1 - at) & 0xFFFF

    def __call__(self, frame):
        assert framed(frame[:-2]) == frame and len(frame) == 8
        self.asked += 1
        address, function, register, count = struct.unpack(">BBHH", frame[:6])
        if self.wrong == "silent" or address != self.address:
            return b""
        if function != self.function:
            return framed(bytes((address, function | 0x80, 1)))
        if self.wrong == "exception":
            return framed(bytes((address, function | 0x80, 4)))
        data = b"".join([struct.pack(">H", self.registers.get(register + at, 0)) for at in range(count)])
        answer = framed(bytes((self.address + (self.wrong == "other"), function, len(data))) + data)
        if self.wrong == "checksum":
            return answer[:-1] + bytes((answer[-1] ^ 1,))
        if self.wrong == "half":
            return answer[:4]
        if self.wrong == "long":
            return framed(bytes((address, function, len(data) + 2)) + data + b"\0\0")
        return answer


def line(meter, direction=None):
    clock = FakeClock()
    return clock, Modbus(Line(meter), clock, direction)


def test_checksum_and_frame_of_the_specification():
    assert crc16(b"\x02\x07") == 0x1241
    assert framed(b"\x01\x04\x00\x48\x00\x02")[-2:] == b"\xf1\xdd"


def test_registers_are_read_with_the_transceiver_turned_around():
    meter, direction = Meter(), Wire()
    meter.registers = {10: 0x1234, 11: 0x5678}
    clock, bus = line(meter, direction)
    assert run(clock, bus.read(1, 4, 10, 2)) == b"\x12\x34\x56\x78"
    assert direction.written == [1, 0] and bus._uart.flushed == 1


def test_what_goes_wrong_on_the_line_is_said():
    for wrong, named in (
        ("silent", "no answer"),
        ("half", "half an answer"),
        ("checksum", "bad checksum"),
        ("other", "somebody else"),
        ("exception", "device failure"),
        ("long", "bytes in place of"),
    ):
        meter = Meter()
        meter.wrong = wrong
        clock, bus = line(meter)
        before = clock.uptime()
        try:
            run(clock, bus.read(1, 4, 10, 2))
        except ModbusError as error:
            assert named in str(error), (wrong, error)
        else:
            raise AssertionError(wrong)
        assert clock.uptime() - before <= 350
        meter.wrong = None
        assert run(clock, bus.read(1, 4, 10, 2)) == bytes(4), "a late answer to the question before is none to this one"


def test_numbers_keep_their_digits():
    numbers = (0.0, 1000, 0), (230.5, 1000, 230500), (-1.5, 1000, -1500), (12345.678, 1000, 12345677)
    for value, times, whole in numbers:
        made = number(struct.pack(">f", value), "f2", times, 1)
        assert made == whole or (whole > 1000000 and abs(made - whole) <= 1), (value, made)
    assert number(b"\x7f\xc0\x00\x00", "f2", 1000, 1) is None and number(b"\x7f\x80\x00\x00", "f2", 1, 1) is None
    assert number(b"\xff\xff\xff\xff", "u2", 1, 1) is None and number(b"\x7f\xff\xff\xff", "s2", 1, 1) is None
    assert number(b"\xff\xff\xff\x9c", "s2", 1, 100) == -1 and number(b"\x00\x00\x30\x39", "u2", 10, 1) == 123450


MODELS = {"sdm230": sdm230, "sdm630": sdm630, "b21": b21, "b23": b23}


def sdm(name, clock_lines=None):
    meter = Meter()
    model = MODELS[name]
    meter.function = model.FUNCTION
    for at, (measurand, register, form, _times, _over) in enumerate(model.REGISTERS):
        value = {"E": 1234.5, "P": 7000 + at, "V": 230 + at, "C": 10 + at}[measurand[0]]
        if form[0] == "f":
            meter.float_at(register, value)
        else:
            scale = {"E": 100, "P": 100, "V": 10, "C": 100}[measurand[0]]
            meter.whole_at(register, int(value * scale), int(form[1]))
    clock, bus = line(meter)
    lines = []
    return meter, clock, ModbusMeter(bus, clock, lines.append, model.FUNCTION, model.REGISTERS, 1), lines


def test_every_model_gives_what_its_register_map_says():
    for name, phases in (("sdm230", 1), ("sdm630", 3), ("b21", 1), ("b23", 3)):
        _, clock, driver, _ = sdm(name)
        assert not driver.ready(clock.ticks()) and driver.energy_wh() == 0
        run(clock, driver.refresh())
        assert driver.energy_wh() == 1234500 and driver.power_w() == 7001 and driver.ready(clock.ticks())
        assert driver.read("Voltage.L1") == "232.0"
        assert len([one for one in driver.measurands if one.startswith("Current.Import.L")]) == phases
        assert driver.current_ma() == (10 + 2 + 2 * phases - 1) * 1000, driver.current_ma()


def test_a_silent_meter_is_a_fault_after_half_a_minute_and_comes_back():
    meter, clock, driver, lines = sdm("sdm630")
    run(clock, driver.refresh())
    meter.wrong = "silent"
    told = []
    for _ in range(60):
        run(clock, driver.refresh())
        told.append(driver.look(clock.ticks(), None))
        clock.advance(1000)
    assert told[0] is None and told[-1] == ("PowerMeterFailure", None, False)
    assert driver.energy_wh() == 1234500 and len(lines) == 1, lines
    meter.wrong = None
    run(clock, driver.refresh())
    assert driver.look(clock.ticks(), None) is None


def test_half_a_set_of_values_is_none_and_no_number_is_not_zero():
    meter, clock, driver, _ = sdm("sdm230")
    run(clock, driver.refresh())
    meter.float_at(0x0048, float("nan"))
    meter.float_at(0x000C, 5)
    run(clock, driver.refresh())
    assert driver.energy_wh() == 1234500 and driver.power_w() == 7001


def test_another_meter_goes_on_where_the_one_before_stood():
    _, clock, driver, _ = sdm("sdm230")
    driver.restore(5000000)
    assert driver.energy_wh() == 5000000
    run(clock, driver.refresh())
    assert driver.energy_wh() == 5000000
    meter, clock, driver, _ = sdm("sdm230")
    driver.restore(1000)
    run(clock, driver.refresh())
    assert driver.energy_wh() == 1234500
    meter.float_at(0x0048, 1.0)
    run(clock, driver.refresh())
    assert driver.energy_wh() == 1234500, "it never goes back"


def test_meters_of_one_line_are_asked_in_turn():
    meter, clock, driver, _ = sdm("sdm230")
    keeper = MeterLine([driver, driver], clock)
    run(clock, keeper.run(), 5000)
    assert meter.asked >= 4 * 2 * 4


def test_nothing_flows_through_an_open_contactor_whatever_opened_it():
    def unplug(site):
        site.vehicle.unplug()

    def fault(site):
        site.evse.set_fault("GroundFailure")

    def hold(site):
        site.evse.open_contactor()

    def die(site):
        site.evse._pilot.measure = None

    for meter in (CONNECTOR["meter"], BY_INTERRUPT):
        for open_it in (unplug, fault, hold, die):
            site = Site(meter=meter).charge()
            site.run(20000)
            assert site.evse.meter.power_w() > 10000
            open_it(site)
            site.until(lambda: not site.evse.contactor_closed, 200)  # noqa: B023
            assert (site.evse.meter.power_w(), site.evse.meter.current_ma()) == (0, 0), open_it
            before = site.point.count
            site.until(site.evse.meter.settled, 200)
            assert site.evse.meter.energy_wh() == before == site.point.count


def test_a_modbus_meter_is_asked_again_before_its_register_counts_as_still():
    meter, clock, driver, _ = sdm("sdm230")
    assert not driver.known
    run(clock, driver.refresh())
    assert driver.known and driver.power_w() == 7001
    clock.advance(5000)
    driver.idle()
    assert driver.power_w() == 0 and driver.current_ma() == 0 and not driver.settled()
    run(clock, driver.refresh())
    # It was asked while the contactor was still on its way.
    assert driver.power_w() == 0 and not driver.settled()
    clock.advance(100)
    meter.float_at(0x0048, 1234.75)
    run(clock, driver.refresh())
    assert driver.settled() and driver.energy_wh() == 1234750
