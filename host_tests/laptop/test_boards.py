"""Every board file: good, built on blank parts, explained key by key; and every mistake in one has its line."""

import re
import tomllib

import pytest

import check_board
import page_password
import provision
import rom
from chargelet import installation
from chargelet.actions import boot_notification, incoming
from chargelet.hardware import board_keys
from chargelet.hardware.chips import chip
from chargelet.station import station_keys
from fakes.clock import FakeClock
from fakes.lines import Lines
from fakes.parts import Modules

BOARDS = rom.boards()

# Those that come along; whoever adds a board of their own has it tested too.
OURS = "esp32 esp32-evse esp32c3 esp32s3 olimex-esp32-poe openevse simulator smartevse-v3".split()


def test_all_that_boot_notification_tells_of_a_board_may_be_in_its_file():
    told = boot_notification._FIELDS
    assert set(told) <= set(board_keys.names("station.")) and "meterSerialNumber" in told


def test_a_board_file_may_name_the_profiles_that_there_are():
    (allowed,) = [rest for name, _kind, _need, rest in board_keys.rows("", None) if name == "profiles"]
    assert allowed == station_keys.profiles({})
    assert set(allowed.split(",")) == {profile for profile, _actions in incoming._CALLS}


def test_the_boards_that_were_promised_are_there():
    assert set(OURS) <= set(BOARDS)


@pytest.mark.parametrize("name", OURS)
def test_no_board_says_bench_that_is_none(name):
    safety = check_board.read(name)["safety"]
    assert safety["tier"] == "T3" or safety["bench"] == (name == "simulator")


@pytest.mark.parametrize("name", BOARDS)
def test_it_is_good_and_its_drivers_can_be_built(name):
    table = check_board.read(name)
    assert check_board.mistakes(table) == []
    lines = Lines()
    with Modules() as modules:
        from chargelet.hardware.build import build, read

        equipment = build(read(table), FakeClock(), lines)
        first = modules.made[0]
        if "contactor" in table["connector"][0]:
            assert first[0] == "Pin" and first[1][0] == table["connector"][0]["contactor"]["coil"], first
            assert first[2] == {"value": 0}, "a contactor is off before anything else is looked at"
        assert len(equipment.evses) == len(table["connector"])
        for _ in range(3):
            equipment.step()
        if table["safety"]["tier"] == "T0" and not table["safety"]["bench"]:
            assert equipment.evses[0].fault == ("OtherError", "SafetyTierT0")
        if "network" in table:
            from chargelet.hardware.network_link import interface

            interface(table["network"])
    assert lines[0].startswith(f"safety tier {table['safety']['tier']}")


def test_a_controller_behind_rapi_has_everything_else_itself():
    table = check_board.read("openevse")
    table["connector"][0]["meter"] = {"kind": "s0", "pin": 4, "imp_per_kwh": 1000}
    table["safety"]["tier"] = "T0"
    found = check_board.mistakes(table)
    assert any("the controller has its own" in line for line in found)
    assert any(line.startswith("safety.tier: T0; allowed: T3") for line in found)


def all_keys(prefix):
    """The path of every key that there may be, those of all parts included."""
    for name in board_keys.names(prefix):
        inner = f"{prefix}{name}."
        if name == "main_meter":
            continue
        yield from all_keys(inner) if board_keys.names(inner) else [inner[:-1]]


def test_every_key_is_explained():
    text = (rom.ROOT / "boards/KEYS.md").read_text().split("## What a board file may say")[1]
    rows = set(re.findall(r"^\| `([\w.]+)` \|", text, re.M))
    keys = set(all_keys("")) | {"main_meter"}
    assert rows == keys, f"not there: {sorted(keys - rows)}, not a key: {sorted(rows - keys)}"


@pytest.mark.parametrize("name", ["esp32", "esp32s3", "esp32c3", "simulator"])
def test_the_facts_of_a_chip_hang_together(name):
    facts = chip(name)
    for pins in (facts.flash, facts.strapping, facts.inputs, facts.adc1, facts.console, facts.usb):
        assert set(pins) <= set(facts.pins)
    for pins in facts.psram.values():
        assert set(pins) <= set(facts.pins)
    assert not set(facts.adc1) & set(facts.adc2)


def test_every_key_of_an_installation_is_explained_and_in_the_example():
    text = (rom.ROOT / "boards" / "KEYS.md").read_text()
    part = text.split("## What an installation may say")[1].split("\n## ")[0]
    rows = set(re.findall(r"^\| `([a-z_.]+)` \|", part, re.M))
    keys = {f"{section}.{name}" for section, inner in installation._TEXTS.items() for name in inner}
    keys |= {f"csms.{name}" for name in provision.CERTIFICATES}
    keys |= {"config", "page.password", "page.port", "stand_alone"}
    assert rows == keys, rows ^ keys
    example = tomllib.loads((rom.ROOT / "boards" / "installation.example.toml").read_text())
    assert set(example) == set(installation._TEXTS) | {"config", "page"}
    example["page"] = page_password.hashed(example["page"])
    assert installation.problems(example, True) == []
    for wrong in ({"time": {"server": ""}}, {"time": {"host": "x"}}, {"time": {"server": 3}}, {"time": "x"}):
        assert installation.problems({**example, **wrong}, True), wrong
