"""Free charging of the station process: beside a central system, and without any."""

import asyncio
import json
import re

from conftest import StationProcess

FREE = {"FreeVend": True, "FreeVendIdTag": "HOUSE", "MeterValueSampleInterval": 2}


def test_whoever_plugs_in_charges(play):
    async def scenario(scene):
        await scene.station.do("plug_in", connector=1)
        await scene.status("Charging")
        await scene.calls("MeterValues", 1)
        await scene.station.do("plug_out", connector=1)
        await scene.status("Available")
        (transaction,) = scene.csms.transactions.values()
        assert transaction.start["idTag"] == "HOUSE" and transaction.stop["reason"] == "EVDisconnected"

    play(scenario, "--config", json.dumps(FREE))


class Alone(StationProcess):
    """A station that is told of no central system."""

    def __init__(self, state, *options):
        super().__init__("", state, *options)
        at = self._command.index("--csms")
        del self._command[at : at + 4]  # with the identity
        self._command.append("--stand-alone")


def test_a_station_without_a_central_system_charges_counts_and_keeps_its_log(tmp_path):
    async def whole():
        station = Alone(tmp_path, "--config", json.dumps(FREE))
        try:
            station.start()
            await station.do("plug_in", connector=1)
            await station.until(lambda state: state["connectors"]["1"]["energy_wh"] >= 3)
            assert not (await station.send('{"cmd": "offline"}'))["ok"]
            # The power fails: the vehicle charges on, and nothing counted is lost but what the meter had not saved.
            station.cut()
            station.start()
            state = await station.until(lambda state: state["status"]["1"] == "Charging")
            assert state["registration"] is None and not state["online"]
            await station.do("plug_out", connector=1)
            state = await station.until(lambda state: state["status"]["1"] == "Available")
            assert state["queue"] >= 4 and state["connectors"]["1"]["energy_wh"] > 0
        finally:
            station.cut()
        log = station.log.read_text()
        starts, ends = (
            [int(wh) for wh in re.findall(what, log)] for what in (r" starts at (\d+) Wh", r"ends at (\d+) Wh")
        )
        assert len(starts) == len(ends) == 2 and "csms:" not in log, log
        assert starts[0] <= ends[0] == starts[1] <= ends[1], log

    asyncio.run(whole())
