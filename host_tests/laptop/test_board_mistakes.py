"""Every mistake in a board file has its line, and whatever is written gets an answer."""

import copy
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import check_board
import rom
from chargelet.hardware import board_file
from fakes.clock import FakeClock
from fakes.lines import Lines
from fakes.parts import Modules

HOT = {"kind": "analog", "adc": 34, "zero_mv": 1000, "slope_mv": 20, "stop_c": 110}

# What is changed in the board esp32 → the line that says so. None takes a key away.
MISTAKES = [
    ({"chip": "esp8266"}, "chip: 'esp8266'; allowed: one of esp32, esp32s3, esp32c3, simulator"),
    ({"chip": None}, "chip: nothing; allowed: one of"),
    ({"conector": 1}, "conector: an unknown key; allowed: chip, .*; did you mean connector?"),
    ({"connector": []}, "connector: 0; allowed: 1 to 9"),
    ({"connector": 5}, "connector: no list; allowed: 1 to 9"),
    ({"connector": [5]}, r"connector\[0\]: 5; allowed: a section with"),
    ({"grid": 1}, "grid: 1; allowed: a section with voltage, phases"),
    ({"grid.phases": 4}, "grid.phases: 4; allowed: a whole number from 1 to 3"),
    ({"grid.voltage": 230.0}, "grid.voltage: 230.0; allowed: a whole number"),
    ({"safety.tier": "T2"}, "safety.tier: 'T2'; allowed: one of T0, T1, T3"),
    ({"safety.tier": "T1"}, r"connector\[0\].residual_current: nothing; allowed: needed on tier T1"),
    ({"safety.tier": "T1"}, r"connector\[0\].contactor.feedback: nothing; allowed: needed on tier T1"),
    ({"safety.tier": "T1"}, "safety.keep_alive: nothing; allowed: needed on tier T1"),
    ({"safety.tier": "T1"}, "safety.watchdog_s: 0; allowed: 4 to 60 on tier T1"),
    ({"safety.tier": "T3"}, r"connector\[0\].rapi: nothing; allowed: needed on tier T3"),
    ({"cpu_mhz": 100}, "cpu_mhz: 100; allowed: one of 80, 160, 240"),
    ({"update": {"key": "no digits"}}, "update.key: 'no digits'; allowed: hexadecimal digits"),
    ({"update": {"key": "ff"}}, "update.key: a key of 8 bits; allowed: hexadecimal digits of an RSA key of 2048"),
    ({"update": {"key": "7" + "f" * 511}}, "update.key: a key of 2047 bits"),
    ({"update": {"key": "0" * 511 + "f"}}, "update.key: a key of 4 bits"),
    ({"update": {"key": "0" * 512}}, "update.key: a key of 0 bits"),
    ({"update": {"key": "ab" * 385}}, "update.key: .*; allowed: a text of 1 to 768 characters"),
    ({"update": {"key": "f" * 511 + "e"}}, "update.key: an even number"),
    ({"update": {"key": "-" + "f" * 512}}, "update.key: '-f"),
    ({"update": {"allow_older": 1}}, "update.allow_older: 1; allowed: true or false"),
    ({"safety.bench": 1}, "safety.bench: 1; allowed: true or false"),
    ({"network": None}, "network: nothing"),
    ({"network.kind": "ethernet"}, "network.mdc: nothing; allowed: needed for Ethernet"),
    ({"connector.max_current": 100}, r"connector\[0\].max_current: 100; allowed: a whole number from 6 to 80"),
    ({"connector.cable": "socket"}, r"connector\[0\].proximity: nothing; allowed: needed for a socket"),
    ({"connector.pwm": 3}, r"connector\[0\].pwm: an unknown key; .*did you mean connector.pilot.pwm\?"),
    ({"connector.pilot.pvm": 3}, r"connector\[0\].pilot.pvm: an unknown key; .*did you mean pwm\?"),
    ({"connector.pilot.pwm": 32}, r"connector\[0\].contactor.coil: pin 32 is already connector\[0\].pilot.pwm"),
    ({"connector.pilot.pwm": 34}, r"connector\[0\].pilot.pwm: pin 34 can only read; allowed: any pin but 34, 35"),
    ({"connector.pilot.pwm": 8}, r"pilot.pwm: pin 8 belongs to the flash chip; allowed: any pin but 6, 7"),
    ({"connector.pilot.pwm": 3}, r"pilot.pwm: pin 3 is the console's; allowed: console = false"),
    ({"connector.pilot.pwm": 20}, r"pilot.pwm: the esp32 has no pin 20; allowed: 0 to 39"),
    ({"connector.pilot.pwm": -1}, r"pilot.pwm: -1; allowed: the number of a pin"),
    ({"connector.pilot.adc": 25}, r"pilot.adc: pin 25 is on ADC2, which does not work beside Wi-Fi; allowed: 32, 33"),
    ({"connector.pilot.adc": 23}, r"pilot.adc: pin 23 has no ADC; allowed: 32, 33"),
    ({"connector.pilot.span_mv": 1200}, r"pilot: 1300 mV at 0 V and 1200 mV more at 10 V; allowed: -12 V and \+12 V"),
    ({"connector.contactor.coil": 12}, r"contactor.coil: pin 12 decides how the chip boots"),
    ({"connector.contactor": None}, r"connector\[0\].contactor: nothing; allowed: needed beside pilot"),
    ({"connector.pilot": None}, r"connector\[0\].pilot: nothing; allowed: one of the sections pilot, rapi"),
    ({"connector.rapi": {"uart": 1, "tx": 4, "rx": 5}}, r"connector\[0\].pilot: pilot and rapi; allowed: one of"),
    ({"connector.pilot.a_least_mv": 10000}, r"connector\[0\].pilot.a_least_mv: an old name; allowed: its new one: a_"),
    ({"lights": {"pixels": 17, "count": 1}}, "lights.pixels: an old name; allowed: its new one: pin, with kind"),
    ({"connector.pilot.b_min_mv": 1}, r"connector\[0\].pilot.b_min_mv: 1; allowed: a whole number from 6500 to 8500"),
    ({"connector.meter.imp_per_kwh": 20000, "grid.phases": 3}, r"meter.imp_per_kwh: 20000: too many pulses a second"),
    ({"connector.meter.kind": "modbus"}, r"meter.model: nothing; allowed: one of sdm230, sdm630, b21, b23"),
    ({"connector.meter.model": "b21"}, r"meter.model: an unknown key; allowed: kind, pin, imp_per_kwh, counter"),
    ({"connector.meter": {"kind": "modbus", "model": "b21", "address": 1}}, "rs485: nothing; allowed: needed for a"),
    ({"main_meter": {"kind": "s0", "pin": 4}}, "main_meter.imp_per_kwh: nothing; allowed: a whole number"),
    ({"chip": "esp32c3"}, r"meter.counter: true; allowed: false: the esp32c3 has no counter"),
    ({"psram": "octal"}, "psram: octal; allowed: one of none, quad"),
    ({"psram": "quad", "chip": "esp32c3"}, "psram: quad; allowed: one of none"),
    ({"psram": "much"}, "psram: 'much'; allowed: one of none, quad, octal"),
    ({"psram": "quad", "connector.meter.pin": 16}, r"meter.pin: pin 16 belongs to the external RAM .* 16, 17"),
    ({"connector.meter.pin": 36, "connector.meter.counter": False}, "meter.pin: pin 36 reads low .*counter = true"),
    ({"connector.contactor.feedback": 39}, "contactor.feedback: pin 39 reads low for 80 ns"),
    ({"main_meter": {"kind": "s0", "pin": 36, "imp_per_kwh": 100}}, "main_meter.pin: pin 36 reads low"),
    ({"connector.temperature": HOT}, r"temperature.stop_c: 3200 mV there; allowed: 3150 mV: the ADC reads no more"),
    ({"connector.lock": {"close": 4, "open": 16, "feedback": 17}}, r"lock: a value; allowed: none with a fixed cable"),
    ({"connector.temperature": {"kind": "analog"}}, r"temperature.adc: nothing; allowed: needed for this kind"),
    ({"rfid": {"kind": "mfrc522", "sck": 18}}, "rfid.mosi: nothing; allowed: the number of a pin"),
    ({"rfid": {"kind": "pn533"}}, "rfid.kind: 'pn533'; allowed: one of pn532, mfrc522"),
    ({"lights": {"kind": "rgb", "red": 4}}, "lights.green: nothing; allowed: the number of a pin"),
    ({"rs485": {"uart": 0, "tx": 17, "rx": 16}}, "rs485.uart: 0; allowed: 1 to 2: MicroPython keeps 0 for itself"),
    ({"profiles": ["Core", "Everything"]}, r"profiles: \['Core', 'Everything'\]; allowed: a list of Core"),
    ({"station.chargePointModel": "x" * 21}, "station.chargePointModel: .*; allowed: a text of 1 to 20 characters"),
]


def changed(changes, name="esp32"):
    table = copy.deepcopy(check_board.read(name))
    for path, value in changes.items():
        *sections, name = path.split(".")
        inner = table
        for section in sections:
            inner = inner[section]
            inner = inner[0] if isinstance(inner, list) else inner
        if value is None:
            del inner[name]
        else:
            inner[name] = value
    return table


@pytest.mark.parametrize(("changes", "line"), MISTAKES)
def test_a_mistake_has_its_line(changes, line):
    found = check_board.mistakes(changed(changes))
    assert any(re.match(rf"(?:.*\.)?{line}", one) for one in found), found


def on(name, changes):
    """The mistakes of another board with these changes."""
    return check_board.mistakes(changed(changes, name))


def test_external_ram_takes_pins():
    free = {"connector.contactor.coil": 36}
    assert on("esp32s3", free) == on("esp32s3", {**free, "psram": "quad"}) == []
    assert "pin 36 belongs to the external RAM (octal)" in on("esp32s3", {**free, "psram": "octal"})[0]
    assert on("esp32", {"psram": "quad"}) == []
    for name, count in (("esp32-evse", 2), ("olimex-esp32-poe", 1), ("smartevse-v3", 1), ("openevse", 1)):
        found = on(name, {"psram": "quad"})
        assert len(found) == count and all("external RAM" in line for line in found), (name, found)


def test_a_counted_meter_may_hang_on_a_pin_with_dips():
    assert on("esp32", {"connector.meter.pin": 39}) == []
    assert on("esp32", {"main_meter": {"kind": "s0", "pin": 36, "imp_per_kwh": 100, "counter": True}}) == []


def test_every_chip_has_an_adc_of_its_own_range():
    # 2600 mV at +12 V: enough for all but the C3.
    wide = {"connector.pilot.zero_mv": 1400, "connector.pilot.span_mv": 1000}
    assert on("esp32", wide) == on("esp32s3", wide) == []
    assert "between 0 and 2500 mV at the ADC" in on("esp32c3", wide)[0]
    socket = {"connector.cable": "socket", "connector.proximity": {"adc": 4, "pull_up_ohm": 1000}}
    assert ["pull_up_ohm: 1000: a plug's 4500 ohm give more" in line for line in on("esp32c3", socket)] == [True]
    socket["connector.proximity"] = {"adc": 4, "pull_up_ohm": 1441}
    assert on("esp32c3", socket) == [], "what the line said was enough"
    socket["connector.proximity"] = {"adc": 34, "pull_up_ohm": 330}
    assert on("esp32", socket) == []


def connectors(name, count, pins):
    """A board with so many connectors, all pins taken from these, first ADCs, then whatever they are for."""
    table = changed({}, name)
    one = table["connector"][0]
    table["connector"] = []
    for _ in range(count):
        one = copy.deepcopy(one)
        one["pilot"]["adc"] = pins["adc"].pop()
        one["pilot"]["pwm"], one["contactor"]["coil"] = pins["out"].pop(), pins["out"].pop()
        one["meter"]["pin"] = pins["in"].pop()
        table["connector"].append(one)
    return table


def test_counters_and_pulses_are_counted():
    pins = {"adc": [1, 2, 4, 5, 6], "out": [*range(7, 11), *range(12, 18)], "in": [38, 39, 40, 41, 42]}
    five = connectors("esp32s3", 5, pins)
    (line,) = check_board.mistakes(five)
    assert line.startswith("connector.meter.counter: 5 pulse counters; allowed: 4 of them"), line
    five["connector"][0]["meter"]["counter"] = False
    assert check_board.mistakes(five) == []
    five["lights"] = {"kind": "rgb", "red": 18, "green": 21, "blue": 47}
    assert check_board.mistakes(five) == []
    five["connector"].append(copy.deepcopy(five["connector"][0]))
    assert any(line.startswith("connector: 9 PWM channels") for line in check_board.mistakes(five))


def test_a_counter_filters_what_is_shorter_than_a_pulse():
    with Modules() as modules:
        from chargelet.hardware.build import build, read

        build(read(changed({})), FakeClock(), Lines())
    assert [named for name, _, named in modules.made if name == "Counter"] == [{"filter_ns": 12700}]


def test_ethernet_takes_pins_of_its_own():
    table = check_board.read("olimex-esp32-poe")
    table["connector"][0]["contactor"]["coil"] = 27
    assert "pin 27 is already Ethernet's" in check_board.mistakes(table)[0]


def test_a_board_with_ethernet_says_where_the_noise_for_its_keys_comes_from():
    table = check_board.read("olimex-esp32-poe")
    del table["network"]["entropy"]
    assert check_board.mistakes(table) == ["network.entropy: nothing; allowed: needed for Ethernet"]
    for source, good in (("radio", True), ("none", True), ("adc", False)):
        table = check_board.read("olimex-esp32-poe")
        table["network"]["entropy"] = source
        assert (check_board.mistakes(table) == []) == good, source


def test_text_that_is_no_toml_is_named(tmp_path, capsys, monkeypatch):
    (tmp_path / "board.toml").write_text("chip = \n")
    monkeypatch.setattr("sys.argv", ["check_board", str(tmp_path), "nosuch"])
    assert check_board.main() == 1
    told = capsys.readouterr().out
    assert "line 1" in told and "nosuch is not one of" in told


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 100) | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("pilot pwm kind coil".split()), inner),
    max_leaves=4,
)


@given(st.data())
@settings(max_examples=400, deadline=None)
def test_whatever_is_written_gets_an_answer(data):
    table = check_board.read(data.draw(st.sampled_from(rom.boards())))
    for _ in range(data.draw(st.integers(1, 3))):
        inner = table
        while True:
            key = data.draw(st.sampled_from(sorted(inner) if isinstance(inner, dict) else range(len(inner))))
            deeper = inner[key]
            if isinstance(deeper, dict | list) and deeper and data.draw(st.booleans()):
                inner = deeper
                continue
            inner[key] = data.draw(VALUES)
            break
    for line in [board_file.explain(problem) for problem in board_file.problems(table)]:
        assert line.count("\n") == 0 and "; allowed: " in line
