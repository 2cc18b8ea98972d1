"""tools/station with a board of a few lines: what it hands on, how it ends and how it starts again."""

import json
import os
import signal

import pytest
from launched import BOTH, RESET, STAY, TELL, children, gone, starter

import freeze
import interpreter
import laptop_names
import rom

FROZEN = pytest.mark.skipif(not freeze.there(), reason="nothing can be frozen here: tools/setup --retry tries again")


@pytest.fixture
def started(tmp_path):
    yield from starter(tmp_path)


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
