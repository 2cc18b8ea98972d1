"""The worked examples of the READMEs, done word for word in a copy of the firmware, and what they promise."""

import re
import shutil
import subprocess
import sys

import pytest

import rom

BLOCK = re.compile(r"^```(python|diff|toml)\n(.*?)^```$", re.M | re.S)


def blocks(page, section):
    """(kind, path or None, text) of each block of code in a section of a page."""
    text = (rom.ROOT / page).read_text().split(f"\n## {section}\n")[1].split("\n## ")[0]
    for kind, code in BLOCK.findall(text):
        if kind == "toml":
            yield kind, None, code
        else:
            first, code = code.split("\n", 1)
            yield kind, first.removeprefix("# "), code


def apply(root, kind, path, code):
    """Write a new file, or change lines of one that is there; what somebody has done already stays."""
    target = root / path
    if kind == "python":
        assert not target.exists() or target.read_text() == code, f"{path} is there already, with another content"
        target.write_text(code)
    else:
        lines = code.splitlines()
        before = "\n".join([line[1:] for line in lines if line[0] in "- "])
        after = "\n".join([line[1:] for line in lines if line[0] in "+ "])
        text = target.read_text()
        if after not in text:
            assert text.count(before) == 1, f"{path} has no single {before!r}"
            target.write_text(text.replace(before, after))


@pytest.fixture
def copy(tmp_path):
    """Does a section's examples in a copy; gives functions that do so, run code there, and run tests there."""
    ignored = shutil.ignore_patterns("__pycache__", ".*")
    for folder in ("firmware", "boards", "host_tests", "tools"):
        shutil.copytree(rom.ROOT / folder, tmp_path / folder, ignore=ignored)
    for name in ("pyproject.toml", "Makefile", "README.md"):
        shutil.copy(rom.ROOT / name, tmp_path / name)
    done = {}

    def do(page, section):
        tables = []
        for kind, path, code in blocks(page, section):
            if kind == "toml":
                tables.append(code)
            else:
                apply(tmp_path, kind, path, code)
                done[path] = kind
        assert "python" in done.values() and "diff" in done.values()
        return tables

    def run(code):
        folders = [tmp_path / folder for folder in ("firmware", "boards/simulator", "host_tests", "tools")]
        command = [sys.executable, "-c", f"import sys\nsys.path[:0] = {[str(one) for one in folders]!r}\n" + code]
        ran = subprocess.run(command, capture_output=True, text=True, timeout=300)
        assert ran.returncode == 0, ran.stderr
        return ran.stdout.split("\n")

    def green(*names):
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            *names,
        ]
        ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300)
        assert ran.returncode == 0, ran.stdout[-3000:]

    return do, run, green


METER = """
import tomllib
import machine
from chargelet.hardware import board_file
from chargelet.hardware.build import Kit, read
from fakes.clock import FakeClock, run
from fakes.lines import Lines
from fakes.parts import Line
from fakes.site import board
from fakes.modbus_meter import Meter
machine.UART = lambda *given, **named: Line(slave)
file = tomllib.loads(TABLE)
table = file["connector"]
whole = dict(board(**table), rs485=file["rs485"])
assert board_file.problems(whole) == [], board_file.problems(whole)
slave = Meter()
slave.function = 4
for register, value in ((0x48, 1234.5), (0x0C, 7000), (0, 230), (6, 10)):
    slave.float_at(register, value)
clock = FakeClock()
meter, interlock = Kit(read(whole), clock, Lines()).meter(table["meter"], 32)
run(clock, meter.refresh())
print(meter.energy_wh(), meter.power_w(), meter.current_ma(), meter.read("Voltage.L1"), interlock)
"""


STOP = """
import tomllib
import machine
from chargelet.hardware import board_file
from fakes.site import Site, board
table = tomllib.loads(TABLE)["connector"]
assert board_file.problems(board(**table)) == []
assert board_file.problems(board(emergency_stop={}))[0][:2] == ("connector[0].emergency_stop.pin", "nothing")
pressed = []
value = machine.Pin.value
machine.Pin.value = lambda pin, *new: len(pressed) if pin.number == 27 else value(pin, *new)
site = Site(**table).charge()
pressed.append(1)
print(site.until(lambda: not site.evse.contactor_closed, 1000) <= 60, site.evse.fault)
site.run(1000)
pressed.clear()
site.run(1000)
print(site.evse.fault)
"""


VENDOR = """
from fakes.bench import Bench
bench = Bench()
def ask(message, data=None):
    payload = {"vendorId": "com.acme", "messageId": message}
    if data:
        payload["data"] = data
    return bench.ask("DataTransfer", payload)
print(ask("Greeting"), ask("CableLocked", "1"), ask("CableLocked", "9"), ask("?"))
for key, value in (("AcmeGreeting", "Hello"), ("AcmeShowLocks", "false")):
    assert bench.ask("ChangeConfiguration", {"key": key, "value": value})["status"] == "Accepted"
assert bench.ask("ChangeConfiguration", {"key": "AcmeShowLocks", "value": "maybe"})["status"] == "Rejected"
(row,) = bench.ask("GetConfiguration", {"key": ["AcmeGreeting"]})["configurationKey"]
print(ask("Greeting"), ask("CableLocked", "1"), row)
"""


def test_a_modbus_model_and_a_driver(copy):
    do, run, green = copy
    meter, stop = do("boards/README.md", "A part that is not here yet")
    assert run(f"TABLE = {meter!r}\n" + METER)[0] == "1234500 7000 10000 230.0 True"
    told = run(f"TABLE = {stop!r}\n" + STOP)
    assert told[:2] == ["True ('OtherError', 'EmergencyStop')", "None"], told
    green(
        "host_tests/laptop/test_boards.py",
        "host_tests/laptop/test_contracts.py",
        "host_tests/laptop/test_layers.py",
        "host_tests/laptop/test_page_words.py",
        "host_tests/laptop/test_seldom_modules.py",
    )


def test_a_vendor_and_a_configuration_key(copy):
    do, run, green = copy
    do("firmware/README.md", "A vendor's DataTransfer, and a configuration key")
    first, then = run(VENDOR)[:2]
    accepted, refused = {"status": "Accepted", "data": "Welcome"}, {"status": "Rejected"}
    unknown = {"status": "UnknownMessageId"}
    assert first == f"{accepted} {dict(accepted, data='no')} {refused} {unknown}"
    row = {"key": "AcmeGreeting", "readonly": False, "value": "Hello"}
    assert then == f"{dict(accepted, data='Hello')} {refused} {row}"
    green(
        "host_tests/laptop/test_operating.py",
        "host_tests/laptop/test_contracts.py",
        "host_tests/laptop/test_layers.py",
        "host_tests/laptop/test_page_words.py",
    )
