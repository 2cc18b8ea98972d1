"""How quick the station is on the wire: the real process and a central system over the loopback interface.

A busy machine makes these figures worse, and a chip and its radio are slower: only a comparison made beside each other
says anything.
"""

import asyncio
import shutil
import statistics
import sys
import tempfile
import time
import tomllib
from pathlib import Path

import rom

sys.path[:0] = [str(rom.ROOT / "host_tests" / "e2e"), str(rom.FIRMWARE)]

from chargelet.base.storage import Storage  # noqa: E402
from chargelet.journal.journal import Journal  # noqa: E402
from chargelet.station import measurands  # noqa: E402
from chargelet.station.outbox import Outbox  # noqa: E402

_PATIENCE_S = 120


def _wait_in(state: Path, count: int):
    """Put so many meter values onto the station's flash."""
    outbox = Outbox(Journal(Storage(str(state / "journal")), lambda *line: None), lambda *line: None)
    for at in range(count):
        samples = measurands.pack([["Energy.Active.Import.Register", None, str(at), "Wh"]])
        outbox.values(1, 0, 848491200 + at, "Sample.Clock", samples)


async def drained_per_s(stage, count: int) -> float:
    """Messages a second that a station delivers of so many that wait, one after the other."""
    async with stage(start=False) as scene:
        _wait_in(scene.station.log.parent, count)
        scene.station.start()
        await scene.csms.until(lambda: len(scene.csms.calls("MeterValues")) >= count, _PATIENCE_S)
        came = [
            event["time"] for event in scene.csms.log if event["kind"] == "call" and event["action"] == "MeterValues"
        ]
        return (count - 1) / (came[-1] - came[0])


async def _answers_ms(scene, repeats: int) -> list:
    """How long RemoteStartTransaction takes to be answered."""
    found = []
    for at in range(repeats):
        began = time.monotonic()
        await scene.csms.call("RemoteStartTransaction", {"idTag": f"CARD{at}", "connectorId": 1})
        found.append((time.monotonic() - began) * 1000)
        await asyncio.sleep(0.2)
    return found


async def _starts_ms(scene, repeats: int) -> list:
    """How long it takes from a card at a plugged vehicle to StartTransaction."""
    found = []
    for at in range(repeats):
        await scene.station.do("plug_in", connector=1)
        await scene.status("Preparing", 1)
        count = len(scene.csms.calls("StartTransaction"))
        began = time.monotonic()
        await scene.station.do("swipe", tag=f"CARD{at}", connector=1)
        await scene.csms.until(lambda count=count: len(scene.csms.calls("StartTransaction")) > count)
        started = next(event for event in reversed(scene.csms.log) if event["action"] == "StartTransaction")
        found.append((started["time"] - began) * 1000)
        await scene.status("Charging", 1)
        await scene.station.do("plug_out", connector=1)
        await scene.status("Available", 1)
    return found


def _fixed_cable(folder: Path) -> Path:
    """The simulated board with a cable of its own: no bolt has to move."""
    made = folder / "board"
    shutil.copytree(rom.board_folder("simulator"), made)
    text = (made / "board.toml").read_text().replace('cable = "socket"', 'cable = "fixed"')
    text = text[: text.index("[connector.lock]")]
    (made / "board.toml").write_text(text)
    assert "lock" not in tomllib.loads(text)["connector"][0]
    return made


async def quickness(stage, repeats: int = 7) -> dict:
    """{what: (least, middle, most) ms}."""
    with tempfile.TemporaryDirectory() as folder:
        board = _fixed_cable(Path(folder))
        found = {}
        async with stage("--board", str(board), "--config", '{"MinimumStatusDuration": 0}') as scene:
            found["remote_start_ms"] = await _answers_ms(scene, repeats)
        async with stage("--board", str(board), "--config", '{"MinimumStatusDuration": 0}') as scene:
            found["card_to_start_ms"] = await _starts_ms(scene, repeats)
    return {what: (min(ms), statistics.median(ms), max(ms)) for what, ms in found.items()}


def measure() -> dict:
    """All of it."""
    from conftest import stage

    return {
        "drain_200_per_s": asyncio.run(drained_per_s(stage, 201)),
        "drain_900_per_s": asyncio.run(drained_per_s(stage, 900)),
        **asyncio.run(quickness(stage)),
    }


def report(found: dict):
    print("\nOn the wire, over the loopback interface, in real time (this machine is shared):")
    print(
        f"  201 waiting messages: {found['drain_200_per_s']:.0f} a second, 900: {found['drain_900_per_s']:.0f} a second"
    )
    for name, what in (
        ("remote_start_ms", "RemoteStartTransaction answered"),
        ("card_to_start_ms", "a card at a plugged vehicle to StartTransaction"),
    ):
        least, middle, most = found[name]
        print(f"  {what}: {least:.1f} / {middle:.1f} / {most:.1f} ms")
