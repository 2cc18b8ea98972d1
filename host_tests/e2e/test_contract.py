"""tools/station keeps to what boards/simulator/README.md says of it."""

import subprocess
import time
from pathlib import Path

from conftest import REAL

TOOL = Path(__file__).resolve().parent.parent.parent / "tools/station"


def test_state_and_every_command(play):
    async def scenario(scene):
        station = scene.station
        state = await station.state()
        assert state["online"] is True and state["registration"] == "Accepted" and state["queue"] == 0
        assert state["status"] == {"0": "Available", "1": "Available"}
        assert not REAL or state["heap_used"] > 0
        await station.left(8000 * REAL, 0)
        assert set(state["connectors"]["1"]) == {
            "pilot", "offered_ma", "contactor", "locked", "energy_wh", "power_w", "fault", "transaction"
        }  # fmt: skip
        assert state["connectors"]["1"]["pilot"] == "A" and state["connectors"]["1"]["transaction"] is None
        await scene.charge()
        await station.do("draw", connector=1, amps=10)
        await station.do("stall", ms=300)
        await station.do("set_config", key="MeterValueSampleInterval", value=1)
        await scene.calls("MeterValues", 3)
        assert 5000 < (await station.state(1))["power_w"] < 9000
        assert (await station.state(1))["transaction"] == 1

    play(scenario)


def test_bad_commands_get_an_error_that_names_what_is_wrong(play):
    async def scenario(scene):
        for line, named in (
            ("", "JSON"),
            ("nonsense", "JSON"),
            ("[]", "JSON"),
            ('{"cmd": 5}', "JSON"),
            ('{"cmd": "fly"}', "fly"),
            ('{"cmd": "plug_in"}', "connector"),
            ('{"cmd": "plug_in", "connector": 2}', "connector"),
            ('{"cmd": "plug_in", "connector": "1"}', "connector"),
            ('{"cmd": "plug_in", "connector": true}', "connector"),
            ('{"cmd": "swipe"}', "tag"),
            ('{"cmd": "swipe", "tag": "123456789012345678901"}', "tag"),
            ('{"cmd": "draw", "connector": 1, "amps": -1}', "amps"),
            ('{"cmd": "fault", "connector": 1, "code": "Bad"}', "code"),
            ('{"cmd": "lock_fail", "connector": 1, "on": 1}', "on"),
            ('{"cmd": "leak", "connector": 1, "on": true}', "residual_current"),
            ('{"cmd": "heat", "connector": 1, "celsius": 40}', "temperature"),
            ('{"cmd": "stall", "ms": "x"}', "ms"),
            ('{"cmd": "set_config", "key": "Nope", "value": "1"}', "Nope"),
            ('{"cmd": "set_config", "key": "HeartbeatInterval", "value": "0"}', "HeartbeatInterval"),
            ('{"cmd": "set_config", "key": "HeartbeatInterval"}', "value"),
        ):
            answer = await scene.station.send(line)
            assert answer["ok"] is False and named in answer["error"], (line, answer)
        assert (await scene.station.state())["online"]

    play(scenario)


def test_config_is_a_default_that_stored_values_win_over(play):
    async def scenario(scene):
        csms, station = scene.csms, scene.station

        async def values():
            rows = (await csms.call("GetConfiguration"))["configurationKey"]
            return {row["key"]: row["value"] for row in rows}

        found = await values()
        assert found["MeterValueSampleInterval"] == "7" and found["StopTransactionOnInvalidId"] == "false"
        assert "NoSuchKey" in station.log.read_text()
        await csms.call("ChangeConfiguration", {"key": "MeterValueSampleInterval", "value": "9"})
        station.cut()
        since = len(csms.log)
        station.start()
        await csms.until(lambda: csms.statuses(1, since))
        assert (await values())["MeterValueSampleInterval"] == "9"

    config = '{"MeterValueSampleInterval": 7, "StopTransactionOnInvalidId": false, "NoSuchKey": 1}'
    play(scenario, "--config", config)


def test_the_first_boot_notification_is_quick(play):
    async def scenario(scene):
        times = []
        for number in range(3):
            scene.station.cut()
            began = time.monotonic()
            scene.station.start()
            await scene.calls("BootNotification", number + 2)
            times.append(time.monotonic() - began)
        assert min(times) < 2, times

    play(scenario)


def test_python_and_other_kinds_of_code(play):
    async def scenario(scene):
        await scene.charge()

    play(scenario, "--interpreter", "python")
    if REAL:
        play(scenario, "--code", "rom")
        play(scenario, "--code", "mpy", "--heap", "300k")


def test_bad_arguments_are_named():
    good = {"--csms": "ws://127.0.0.1:1/x", "--identity": "CP", "--state": "/nonexistent/state"}
    for option, value in (
        ("--csms", "http://x"),
        ("--identity", ""),
        ("--control", "0"),
        ("--control", "x"),
        ("--connectors", "0"),
        ("--config", "[]"),
        ("--config", "{"),
        ("--config", '{"A": null}'),
        ("--heap", "lots"),
        ("--code", "elf"),
    ):
        arguments = [text for pair in {**good, option: value}.items() for text in pair]
        done = subprocess.run([TOOL, *arguments], capture_output=True, text=True)
        assert done.returncode == 2 and option in done.stderr, (option, done.stderr)
    done = subprocess.run([TOOL, "--help"], capture_output=True, text=True)
    assert done.returncode == 0 and "--control" in done.stdout
    arguments = [text for pair in {**good, "--board": "toaster"}.items() for text in pair]
    arguments[arguments.index("/nonexistent/state")] = "/tmp"
    done = subprocess.run([TOOL, *arguments], capture_output=True, text=True)
    assert done.returncode != 0 and "toaster" in done.stderr and "simulator" in done.stderr
