"""firmware/OPERATING.md and HOME.md against the program: keys with defaults and ranges, DataTransfer, diagnostics."""

import json
import re
import tomllib

import pytest

import rom
from chargelet import installation
from chargelet.page.server import KEYS as PAGES
from chargelet.station import diagnostics, vendors
from chargelet.station.status_lights import KEYS as LIGHTS
from fakes.bench import Bench

PAGE = (rom.FIRMWARE / "OPERATING.md").read_text()
ROW = re.compile(r"^\| `(\w+)` \| (RW|R|W) \| (.*?) \| (.*?) ?\| (.*?) ?\| (.*?) ?\|$", re.M)
ROWS = {name: rest for name, *rest in ROW.findall(PAGE)}


def declared():
    """(name, access, kind, default) of every key that a station may have."""
    bench = Bench()
    bench.station.config.declare(LIGHTS)
    bench.station.config.declare(PAGES)
    return list(bench.station.config._rows())


KEYS = declared()


def test_every_key_is_on_the_page_and_no_other():
    assert sorted(ROWS) == sorted(name for name, *_ in KEYS)


@pytest.mark.parametrize("key", KEYS, ids=[name for name, *_ in KEYS])
def test_a_key_is_what_the_page_says(key):
    name, access, kind, default = key
    said_access, takes, said_default, effect, meaning = ROWS[name]
    assert said_access == access
    assert said_default in (default, "by board"), f"the default is {default!r}"
    if kind == "bool":
        assert takes == "true, false"
    elif isinstance(kind, str) and ".." in kind:
        least, most = kind.split("..")
        assert re.fullmatch(rf"{least} to {most}( \S+)?", takes), f"it takes {kind}"
    else:
        assert takes
    assert (access == "R") == (effect == "") or name == "ConnectorPhaseRotation", "when it takes effect"
    assert meaning or access == "R"


def test_what_depends_on_the_board_does():
    one, two = Bench(connectors=1, has_lock=True), Bench(connectors=2, has_lock=False, board=dict(WITHOUT))
    for name, (_, _, default, _, _) in ROWS.items():
        if default == "by board" and "Measurand" not in name and "Data" not in name:
            assert one.station.config[name] != two.station.config[name], name
    assert two.station.config._row("UnlockConnectorOnEVSideDisconnect")[1:] == ("R", "bool", "false")


WITHOUT = {
    "station": {"chargePointVendor": "Chargelet", "chargePointModel": "Bench"},
    "grid": {"voltage": 230, "phases": 1},
    "profiles": ["Core"],
}


def test_keys_are_set_without_a_reboot():
    bench = Bench()
    for name, access, _, _ in KEYS:
        if access != "RW" or name in ("LightIntensity", "BlinkRepeat", "ShowPage", "SecurityProfile"):  # it only rises
            continue
        (row,) = bench.ask("GetConfiguration", {"key": [name]})["configurationKey"]
        answer = bench.ask("ChangeConfiguration", {"key": name.lower(), "value": row["value"]})
        assert answer == {"status": "Accepted"}, name


def section(title):
    return PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]


def test_datatransfer_answers_as_the_page_says():
    rows = re.findall(r"^\| `([\w.]+)` \| `(\w+)` \| (.*) \|$", section("DataTransfer"), re.M)
    assert {vendor for vendor, _, _ in rows} == {vendor for vendor, _ in vendors.VENDORS}
    bench = Bench()
    for vendor, message, said in rows:
        answer = bench.ask("DataTransfer", {"vendorId": vendor, "messageId": message})
        assert answer["status"] in ("Accepted", "Rejected")  # for want of data
        for name in json.loads(answer["data"]) if vendor == "org.chargelet" else ():
            assert f"`{name}`" in said, name


def test_diagnostics_hold_what_the_page_says():
    text = b"".join(diagnostics.parts(Bench().station, iter((b"a line\n",)))).decode()
    parts = re.findall(r"^# \w+", text, re.M)
    assert parts == re.findall(r"^\| `(# \w+)` \|", section("Diagnostics"), re.M)


HOME = (rom.FIRMWARE / "HOME.md").read_text()


def test_the_installation_of_the_page_for_homes_is_taken():
    (text,) = re.findall(r"```toml\n(.*?)```", HOME, re.S)
    table = tomllib.loads(text)
    assert installation.problems(dict(table, wifi={"name": "garage", "password": "12345678"}), True) == []
    station = Bench().station
    for name, value in table["config"].items():
        station.config.initial(name, value)
        assert station.config[name] == value


def test_keys_that_the_page_for_homes_names_are_there():
    known = {name for name, *_ in KEYS}
    named = set(re.findall(r"`([A-Z][a-z]+[A-Z]\w+)(?: = true)?`", HOME))
    assert named - known == set() and len(named) >= 7, named - known


def test_what_was_run_is_what_the_test_runs():
    table = section("Central systems")
    source = (rom.ROOT / "host_tests/e2e/npm_central_system.py").read_text()
    (versions,) = re.findall(r"^VERSIONS = (\{.*\})$", source, re.M)
    for library, version in json.loads(versions).items():
        assert re.search(rf"`{library}` \(npm\).* \| {re.escape(version)} \| run", table), library
    for name in re.findall(r"\(\.\./(host_tests/\S+?\.py)\)", table):
        assert "def test_" in (rom.ROOT / name).read_text()
