"""Meters on Modbus: frames, every model's register map, errors, silence, and registers that jump."""

import struct

from chargelet.hardware.modbus import ModbusError, crc16, framed
from chargelet.hardware.modbus_meter import Line as MeterLine
from chargelet.hardware.modbus_meter import ModbusMeter
from chargelet.hardware.modbus_models import b21, b23, sdm230, sdm630
from chargelet.hardware.modbus_numbers import number
from fakes.clock import run
from fakes.modbus_meter import Meter, line
from fakes.parts import Wire


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
