"""Those of the sixteen known failures in which a station is offline or loses power, against tools/station."""

import asyncio
import json
from pathlib import Path

from known_failures import OFFLINE, contactor, gone, order, session

from csms import SILENCE


def test_03_clear_cache_with_two_transactions_queued(play):
    async def scenario(scene):
        await session(scene, "A")
        await scene.calls("StopTransaction")
        scene.csms.answers["StartTransaction"] = SILENCE
        await session(scene, "A")
        await session(scene, "B")
        assert await scene.csms.call("ClearCache") == {"status": "Accepted"}
        del scene.csms.answers["StartTransaction"]
        await scene.calls("StopTransaction", 3)
        assert order(scene.csms)[-4:] == [("Start", "A"), ("Stop", "A"), ("Start", "B"), ("Stop", "B")]

    config = {"MessageTimeout": 2, "TransactionMessageAttempts": 100, "TransactionMessageRetryInterval": 0}
    play(scenario, "--config", json.dumps(config))


def test_04_and_05_a_reboot_with_a_damaged_record_in_front(play):
    async def scenario(scene):
        station = scene.station
        await station.do("offline")
        for tag in ("A", "B", "C"):
            await session(scene, tag)
        station.cut()
        first = sorted(Path(station.log.parent, "journal").rglob("*S1-*"))[0]
        first.write_bytes(b"1garbage" + first.read_bytes()[8:])
        since = len(scene.csms.log)
        station.start()
        await scene.calls("StopTransaction", 3)
        assert order(scene.csms, since) == [("Stop", "A"), ("Start", "B"), ("Stop", "B"), ("Start", "C"), ("Stop", "C")]
        assert scene.csms.calls("StopTransaction")[0]["transactionId"] == -1
        told = [payload.get("vendorErrorCode") for payload in scene.csms.calls("StatusNotification", since)]
        assert "JournalDamaged" in told

    play(scenario, "--config", OFFLINE)


def test_06_ten_offline_transactions(play):
    async def scenario(scene):
        await scene.station.do("offline")
        for number in range(10):
            await session(scene, f"T{number}", seconds=0)
        await scene.station.do("online")
        await scene.calls("StopTransaction", 10)
        wanted = [pair for number in range(10) for pair in (("Start", f"T{number}"), ("Stop", f"T{number}"))]
        assert order(scene.csms) == wanted

    play(scenario, "--config", OFFLINE)


def test_07_sixty_samples_offline_and_a_power_cut_in_the_middle(play):
    async def scenario(scene):
        csms, station = scene.csms, scene.station
        await scene.charge("A", 1)
        await scene.charge("B", 2)
        await station.do("offline")
        since = len(csms.log)
        await station.until(lambda state: state["queue"] >= 30)
        station.cut()
        await csms.stop()
        station.start()
        for connector, tag in ((1, "C"), (2, "D")):
            await gone(scene, connector)
            await station.do("plug_in", connector=connector)
            await station.do("swipe", tag=tag, connector=connector)
            await contactor(scene, True, connector)
        waiting = (await station.until(lambda state: state["queue"] >= 64))["queue"] - 4  # two ends and two starts
        await station.do("offline")
        await csms.listen()
        await station.do("online")
        await csms.until(lambda: len(csms.calls("MeterValues", since)) >= waiting)
        values = csms.calls("MeterValues", since)
        stamps = [value["meterValue"][0]["timestamp"] for value in values]
        assert stamps == sorted(stamps)
        for connector in (1, 2):
            assert len([value for value in values if value["connectorId"] == connector]) >= 28

    config = {"MeterValueSampleInterval": 1, "AllowOfflineTxForUnknownId": True}
    play(scenario, "--connectors", "2", "--config", json.dumps(config))


def test_10_two_connectors_and_a_reboot_between(play):
    async def scenario(scene):
        station = scene.station
        await station.do("offline")
        await session(scene, "A", 1)
        station.cut()
        await scene.csms.stop()
        station.start()
        await session(scene, "B", 2)
        await scene.csms.listen()
        await scene.calls("StopTransaction", 2)
        assert order(scene.csms) == [("Start", "A"), ("Stop", "A"), ("Start", "B"), ("Stop", "B")]

    play(scenario, "--connectors", "2", "--config", OFFLINE)


def test_15_a_known_card_offline_after_a_reboot(play):
    async def scenario(scene):
        await session(scene, "KNOWN")
        await scene.calls("StopTransaction")
        scene.station.cut()
        await scene.csms.stop()
        scene.station.start()
        await scene.station.do("plug_in", connector=1)
        await scene.station.do("swipe", tag="STRANGER")
        await asyncio.sleep(1.5)
        assert not (await scene.station.state(1))["contactor"]
        await scene.station.do("swipe", tag="KNOWN")
        await contactor(scene, True)

    play(scenario)


def test_16_a_reboot_in_mid_session_and_the_vehicle_gone(play):
    async def scenario(scene):
        await scene.charge()
        scene.station.cut()
        await scene.csms.stop()
        scene.station.start()
        await scene.station.do("plug_out", connector=1)
        state = await scene.station.until(lambda state: state["queue"])
        assert state["queue"] == 1 and state["connectors"]["1"]["offered_ma"] == 0
        await scene.csms.listen()
        (stop,) = await scene.calls("StopTransaction", 1)
        assert stop["reason"] == "PowerLoss"

    play(scenario)
