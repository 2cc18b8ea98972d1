"""tools/station with a board of a few lines: what it hands on, what it refuses, how it ends and starts again."""

import json
import os
import signal
import subprocess
import time

import pytest

import freeze
import interpreter
import laptop_names
import rom

STATION = rom.ROOT / "tools" / "station"
BOTH = ["python", pytest.param("micropython", marks=pytest.mark.skipif(not interpreter.there(), reason="none here"))]
FROZEN = pytest.mark.skipif(not freeze.there(), reason="nothing can be frozen here: tools/setup --retry tries again")

# Hands over what it was handed.
TELL = """
import json, os, sys
handed = json.loads(os.getenv("CHARGELET"))
with open(handed["board"]) as file:
    board = json.load(file)
print(json.dumps({"handed": handed, "board": board, "argv": sys.argv, "on": sys.implementation.name}))
"""
# Resets twice, counting in the state folder, then ends with status 7.
RESET = """
import json, os, sys
path = json.loads(os.getenv("CHARGELET"))["state"] + "/starts"
try:
    with open(path) as file:
        starts = int(file.read())
except OSError:
    starts = 0
with open(path, "w") as file:
    file.write(str(starts + 1))
sys.exit(3 if starts < 2 else 7)
"""
# Says that it is there, and stays.
STAY = """
import time
print("here")
while True:  # a signal just before a long sleep is noticed after it only
    time.sleep(0.05)
"""


@pytest.fixture
def started(tmp_path):
    """started(main, *options) → a Popen of tools/station, ended whatever happens."""
    processes = []

    def start(main, *options):
        board = tmp_path / "board"
        board.mkdir(exist_ok=True)
        (board / "main.py").write_text(main)
        (board / "board.toml").write_text('model = "Dummy"\n[clock]\nbattery = true\n')
        command = [STATION, "--csms", "ws://127.0.0.1:9/ocpp", "--identity", "CP 1", "--state", tmp_path / "state"]
        process = subprocess.Popen(
            [*command, "--board", board, *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        processes.append(process)
        return process

    yield start
    for process in processes:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def children(process):
    with open(f"/proc/{process.pid}/task/{process.pid}/children") as file:
        return [int(pid) for pid in file.read().split()]


def gone(pid):
    """Whether a process has ended, some seconds granted; one that nobody has waited for yet counts as ended."""
    for _ in range(2000):
        try:
            with open(f"/proc/{pid}/stat") as file:
                if file.read().rsplit(")", 1)[1].split()[0] == "Z":
                    return True
        except OSError:
            return True
        time.sleep(0.02)
    return False


@pytest.mark.parametrize("on", BOTH)
@pytest.mark.parametrize("code", [pytest.param("frozen", marks=FROZEN), *rom.KINDS])
def test_options_and_board_reach_the_board(started, tmp_path, on, code):
    given = {"HeartbeatInterval": 5, "LocalPreAuthorize": True, "AuthorizationKey": "xyz"}
    options = ["--connectors", "2", "--password", "geheim", "--config", json.dumps(given)]
    options += ["--dns", "127.0.0.1", "--dns", "127.0.0.2:5353"]
    process = started(TELL, "--interpreter", on, "--code", code, *options)
    out, errors = process.communicate(timeout=300)  # which builds an image
    assert [line for line in errors.splitlines() if not line.startswith("building ")] == []
    told = json.loads(out)
    assert told["on"] == {"python": "cpython"}.get(on, on)
    assert told["board"] == {"model": "Dummy", "clock": {"battery": True}}
    assert told["handed"].pop("board").endswith("board.json")
    assert isinstance(told["handed"].pop("hosts"), list)
    assert told["handed"].pop("provisioned").endswith("state/provisioned")
    assert told["handed"] == {
        "csms": "ws://127.0.0.1:9/ocpp",
        "page": None,
        "identity": "CP 1",
        "state": str(tmp_path / "state"),
        "control": None,
        "connectors": 2,
        "password": "geheim",
        "config": given,
        "stand_alone": False,
        "profile": None,
        "secure_url": None,
        "dns": [["127.0.0.1", 53], ["127.0.0.2", 5353]],
        "installs": code in ("rom", "frozen") and on == "micropython",
    }
    # Anybody can read a command line.
    assert "geheim" not in str(told["argv"])


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


def test_the_laptops_names():
    text = "# nameserver 9.9.9.9\nnameserver 10.0.0.1\n nameserver  10.0.0.2 \nnameserver fe80::1\nsearch lan\n"
    assert laptop_names.servers(text) == ["10.0.0.1", "10.0.0.2"] and laptop_names.servers("") == []
    text = "127.0.0.1 localhost\n::1 localhost\n127.0.1.1\tMylaptop.lan mylaptop # me\n# 1.2.3.4 no\n"
    assert laptop_names.fixed(text) == [
        ("localhost", "127.0.0.1"), ("mylaptop.lan", "127.0.1.1"), ("mylaptop", "127.0.1.1")
    ]  # fmt: skip
    assert len(laptop_names.fixed("1.2.3.4 a b c\n" * 1000)) == 20


@pytest.mark.parametrize("on", BOTH)
def test_a_reset_starts_it_again_and_any_other_end_is_the_end(started, tmp_path, on):
    process = started(RESET, "--interpreter", on)
    _, errors = process.communicate(timeout=300)
    assert process.returncode == 7
    assert (tmp_path / "state" / "starts").read_text() == "3"
    assert errors.count("reset") == 2


@pytest.mark.parametrize("on", BOTH)
def test_a_crash_of_the_interpreter_is_said_and_not_hidden_by_a_restart(started, on):
    process = started(STAY, "--interpreter", on)
    assert process.stdout.readline() == "here\n"
    (child,) = children(process)
    os.kill(child, signal.SIGSEGV)
    _, errors = process.communicate(timeout=300)
    assert process.returncode == 128 + signal.SIGSEGV
    assert "signal 11" in errors


@pytest.mark.parametrize("on", BOTH)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_and_its_interpreter(started, on, number):
    process = started(STAY, "--interpreter", on)
    assert process.stdout.readline() == "here\n"
    (child,) = children(process)
    process.send_signal(number)
    process.communicate(timeout=300)
    assert process.returncode != 0
    assert gone(child)


@pytest.mark.parametrize("on", BOTH)
def test_the_interpreter_does_not_outlive_a_killed_launcher(started, on):
    process = started(STAY, "--interpreter", on)
    assert process.stdout.readline() == "here\n"
    (child,) = children(process)
    assert os.getpgid(child) == process.pid
    process.kill()
    assert gone(child)


def test_a_failing_board_ends_with_its_status(started):
    process = started("raise SystemExit(4)\n")
    process.communicate(timeout=300)
    assert process.returncode == 4


@pytest.mark.skipif(not interpreter.there(), reason="a heap is MicroPython's")
def test_the_heap_is_a_limit(started):
    main = "import gc\nprint(gc.mem_free() + gc.mem_alloc())\n"
    assert 90_000 < int(started(main, "--heap", "100k").communicate(timeout=300)[0]) <= 102_400
    assert 950_000 < int(started(main, "--heap", "1M").communicate(timeout=300)[0]) <= 1 << 20


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
    for given, missing in (((), "--csms (or --stand-alone)"), (("--csms", "ws://x"), "--identity")):
        done = subprocess.run([STATION, "--state", "/nowhere/x", *given], capture_output=True, text=True)
        assert done.returncode == 2 and f"are required: {missing}" in done.stderr


def test_help_names_every_option():
    done = subprocess.run([STATION, "--help"], capture_output=True, text=True)
    assert done.returncode == 0
    for name in "csms identity state control connectors password ca config interpreter heap code board".split():
        assert f"--{name}" in done.stdout


def test_a_port_that_is_taken_is_one_line(started):
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        process = started(TELL, "--control", str(taken.getsockname()[1]))
        _, errors = process.communicate(timeout=300)
    assert process.returncode == 1
    assert "in use" in errors and "Traceback" not in errors
