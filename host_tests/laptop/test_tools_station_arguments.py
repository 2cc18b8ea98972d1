"""The arguments of tools/station: what may be left out, and what is refused with its name, and then nothing starts."""

import json
import re
import subprocess

import pytest
from launched import STATION, TELL, starter

import interpreter
import rom


@pytest.fixture
def started(tmp_path):
    yield from starter(tmp_path)


def test_without_options_there_is_one_connector_and_no_password(started):
    told = json.loads(started(TELL).communicate(timeout=300)[0])
    assert told["on"] == ("micropython" if interpreter.there() else "cpython")
    assert (told["handed"]["connectors"], told["handed"]["password"], told["handed"]["config"]) == (1, None, {})


def test_a_password_need_not_be_on_the_command_line(started, tmp_path, monkeypatch):
    secret = tmp_path / "secret"
    secret.write_text("geheim und l\u00e4nger\n")
    told = json.loads(started(TELL, "--password-file", secret).communicate(timeout=300)[0])
    assert told["handed"]["password"] == "geheim und l\u00e4nger"
    monkeypatch.setenv("CHARGELET_PASSWORD", "aus der Umgebung")
    told = json.loads(started(TELL).communicate(timeout=300)[0])
    assert told["handed"]["password"] == "aus der Umgebung"
    _, errors = started(TELL, "--password-file", tmp_path / "nowhere").communicate(timeout=300)
    assert "nowhere" in errors and "Traceback" not in errors


@pytest.mark.parametrize(
    "options, named",
    [
        (["--csms", "http://127.0.0.1/"], "--csms: 'http://127.0.0.1/' is not a URL like"),
        (["--csms", "127.0.0.1:9000"], "--csms: '127.0.0.1:9000' is not a URL like"),
        (["--csms", "ws:///ocpp"], "--csms: 'ws:///ocpp' is not a URL like"),
        (["--csms", "ws://host:70000/"], "--csms: '70000' is not a port number (1 to 65535)"),
        (["--csms", "ws://user:secret@host/"], "--csms: "),
        (["--identity", ""], "--identity: an identity is needed"),
        (["--identity", "  "], "--identity: an identity is needed"),
        (["--control", "0"], "--control: '0' is not a port number (1 to 65535)"),
        (["--control", "65536"], "--control: '65536' is not a port number (1 to 65535)"),
        (["--control", "x"], "--control: 'x' is not a port number (1 to 65535)"),
        (["--connectors", "0"], "--connectors: '0' is not a number of connectors (1 to 9)"),
        (["--connectors", "10"], "--connectors: '10' is not a number of connectors (1 to 9)"),
        (["--config", "{"], "--config: not JSON: "),
        (["--config", "[1]"], "--config: a JSON object is needed, like"),
        (["--config", '{"A": null}'], "--config: A: a string, a whole number, true or false is allowed"),
        (["--config", '{"A": {"B": 1}}'], "--config: A: a string, a whole number, true or false is allowed"),
        (["--heap", "0k"], "--heap: '0k' is not a size like 100k or 1M"),
        (["--heap", "much"], "--heap: 'much' is not a size like 100k or 1M"),
        (["--interpreter", "ruby"], "--interpreter: invalid choice: 'ruby'"),
        (["--code", "exe"], "--code: invalid choice: 'exe'"),
        (["--board", "no-such-board"], "--board: no-such-board is not one of"),
        (["--board", "esp32"], "--board: esp32 is a real board"),
        (["--state", ""], "--state: '' is not a folder"),
        (["--state", __file__], "is not a folder"),
        (["--ca", "nowhere.pem"], "--ca: nowhere.pem"),
        (["--ca", __file__], "one certificate in PEM form"),
        (["--no-such-option"], "--no-such-option"),
    ],
)
def test_bad_arguments_are_named_and_nothing_is_started(started, options, named):
    process = started(TELL, *options)
    out, errors = process.communicate(timeout=300)
    assert process.returncode == 2
    assert named in errors
    assert "Traceback" not in errors
    assert not out


def test_what_is_required_is_asked_for():
    done = subprocess.run([STATION], capture_output=True, text=True)
    assert done.returncode == 2
    assert "are required: --state" in done.stderr
    for given, missing in (((), "--csms (or --stand-alone, or --set-up)"), (("--csms", "ws://x"), "--identity")):
        done = subprocess.run([STATION, "--state", "/nowhere/x", *given], capture_output=True, text=True)
        assert done.returncode == 2 and f"are required: {missing}" in done.stderr


def test_help_and_the_page_name_every_option():
    done = subprocess.run([STATION, "--help"], capture_output=True, text=True)
    assert done.returncode == 0
    helped = set(re.findall(r"^  (?:-h, )?--([a-z-]+)", done.stdout, re.M)) - {"help"}
    assert {"csms", "identity", "state", "control", "connectors", "ca", "heap", "code", "board"} < helped
    page = (rom.ROOT / "boards" / "simulator" / "README.md").read_text().split("```\ntools/station ")[1].split("```")[0]
    assert set(re.findall(r"--([a-z-]+)", page)) == helped


def test_a_port_that_is_taken_is_one_line(started):
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        process = started(TELL, "--control", str(taken.getsockname()[1]))
        _, errors = process.communicate(timeout=300)
    assert process.returncode == 1
    assert "in use" in errors and "Traceback" not in errors
