"""The sixteen things that are known to break charge point firmwares, each against tools/station as a process."""

import asyncio
import json
from pathlib import Path

from csms import SILENCE

QUICK = '{"MessageTimeout": 2, "TransactionMessageRetryInterval": 1, "AllowOfflineTxForUnknownId": true}'
OFFLINE = '{"AllowOfflineTxForUnknownId": true}'


async def session(scene, tag="CARD", connector=1, seconds=0.5):
    """A whole session, whether or not anybody listens."""
    station = scene.station
    await station.do("plug_in", connector=connector)
    await station.do("swipe", tag=tag, connector=connector)
    await contactor(scene, True, connector)
    await asyncio.sleep(seconds)
    await station.do("swipe", tag=tag, connector=connector)
    await contactor(scene, False, connector)
    await station.do("plug_out", connector=connector)
    await asyncio.sleep(0.3)


async def contactor(scene, closed, connector=1):
    for _ in range(1200):
        if (await scene.station.state(connector))["contactor"] is closed:
            return
        await asyncio.sleep(0.1)
    raise AssertionError("the contactor")


def order(csms, since=0):
    """(action, idTag or transactionId) of starts and stops."""
    return [
        (event["action"][:-11], event["payload"].get("idTag", event["payload"].get("transactionId")))
        for event in csms.log[since:]
        if event["kind"] == "call" and event["action"] in ("StartTransaction", "StopTransaction")
    ]


def test_01_a_lost_status_answer(play):
    async def scenario(scene):
        scene.csms.answers["StatusNotification"] = SILENCE
        await scene.station.do("plug_in", connector=1)
        await scene.csms.until(lambda: "Preparing" in scene.csms.statuses(1))
        del scene.csms.answers["StatusNotification"]
        await scene.station.do("swipe", tag="CARD")
        await scene.calls("StartTransaction")
        await scene.status("Charging")

    play(scenario, "--config", QUICK)


def test_02_a_start_without_an_answer_while_others_are_answered(play):
    async def scenario(scene):
        scene.csms.answers["StartTransaction"] = SILENCE
        await scene.station.do("plug_in", connector=1)
        await scene.station.do("swipe", tag="CARD")
        await scene.calls("StartTransaction", 3)
        await scene.station.do("swipe", tag="CARD")
        (stop,) = await scene.calls("StopTransaction", 1)
        assert stop["transactionId"] == -1
        await scene.csms.until(lambda: scene.csms.statuses(1)[-1:] == ["Finishing"])
        report = await scene.csms.call("DataTransfer", {"vendorId": "org.chargelet", "messageId": "Journal"})
        (kept,) = json.loads(report["data"])["setAside"]
        assert kept[8] == "S"

    play(scenario, "--config", QUICK)


def test_02_a_start_without_any_answer_is_kept(play):
    async def scenario(scene):
        for action in ("StartTransaction", "StatusNotification", "Heartbeat", "MeterValues"):
            scene.csms.answers[action] = SILENCE
        await scene.station.do("plug_in", connector=1)
        await scene.station.do("swipe", tag="CARD")
        await scene.calls("StartTransaction", 4)
        scene.csms.answers.clear()
        await scene.station.do("swipe", tag="CARD")
        (stop,) = await scene.calls("StopTransaction", 1)
        assert stop["transactionId"] >= 1

    play(scenario, "--config", QUICK)


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
        await asyncio.sleep(15.5)
        station.cut()
        await csms.stop()
        station.start()
        await asyncio.sleep(1)
        for connector, tag in ((1, "C"), (2, "D")):
            await station.do("plug_out", connector=connector)
            await asyncio.sleep(1)
            await station.do("plug_in", connector=connector)
            await station.do("swipe", tag=tag, connector=connector)
            await contactor(scene, True, connector)
        await asyncio.sleep(16)
        await station.do("offline")
        await csms.listen()
        await station.do("online")
        await csms.until(lambda: len(csms.calls("MeterValues", since)) >= 60)
        values = csms.calls("MeterValues", since)
        stamps = [value["meterValue"][0]["timestamp"] for value in values]
        assert stamps == sorted(stamps)
        for connector in (1, 2):
            times = [int(s[17:19]) for s, v in zip(stamps, values) if v["connectorId"] == connector]
            steps = [(later - earlier) % 60 for earlier, later in zip(times, times[1:])]
            assert len(times) >= 28 and sorted(steps)[-2] <= 2, steps

    config = {"MeterValueSampleInterval": 1, "AllowOfflineTxForUnknownId": True}
    play(scenario, "--connectors", "2", "--config", json.dumps(config))


def test_08_a_second_card_of_the_same_group(play):
    async def scenario(scene):
        for tag in ("A", "B"):
            scene.csms.tags[tag] = {"status": "Accepted", "parentIdTag": "GROUP"}
        await scene.charge("A")
        await scene.station.do("swipe", tag="B")
        (stop,) = await scene.calls("StopTransaction")
        assert stop["idTag"] == "B"

    play(scenario)


def test_09_a_local_list_of_the_advertised_length(play):
    async def scenario(scene):
        asked = await scene.csms.call("GetConfiguration", {"key": ["SendLocalListMaxLength"]})
        most = int(asked["configurationKey"][0]["value"])
        info = {"status": "Accepted", "expiryDate": "2036-01-01T00:00:00.000Z", "parentIdTag": "GROUP678901234567890"}
        for kind, version in (("Full", 1), ("Differential", 2), ("Differential", 3)):
            entries = [{"idTag": f"CARD{version}{number:015}", "idTagInfo": info} for number in range(most)]
            request = {"listVersion": version, "updateType": kind, "localAuthorizationList": entries}
            assert await scene.csms.call("SendLocalList", request) == {"status": "Accepted"}
        assert await scene.csms.call("GetLocalListVersion") == {"listVersion": 3}
        await scene.charge(f"CARD2{most - 1:015}")
        assert scene.csms.calls("Authorize") == []

    play(scenario, "--config", '{"LocalPreAuthorize": true}')


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


def test_11_read_only_keys(play):
    async def scenario(scene):
        keys = (await scene.csms.call("GetConfiguration"))["configurationKey"]
        assert len(keys) > 30 and len({row["key"] for row in keys}) == len(keys)
        for row in keys:
            asked = await scene.csms.call("GetConfiguration", {"key": [row["key"].upper()]})
            assert asked["configurationKey"][0]["key"] == row["key"] and "value" in row
            if row["readonly"]:
                request = {"key": row["key"], "value": row["value"]}
                assert await scene.csms.call("ChangeConfiguration", request) == {"status": "Rejected"}

    play(scenario)


def test_12_an_error_to_a_stop(play):
    async def scenario(scene):
        answers = ["InternalError", None]
        scene.csms.answers["StopTransaction"] = lambda payload: answers.pop(0)
        await session(scene)
        first, second = await scene.calls("StopTransaction", 2)
        assert first == second

    play(scenario, "--config", QUICK)


def test_13_an_unknown_message_to_trigger(play):
    async def scenario(scene):
        since = len(scene.csms.log)
        await scene.csms.send_raw('[2,"t","TriggerMessage",{"requestedMessage":"NoSuchMessage"}]')
        await scene.csms.until(lambda: scene.csms.log[-1]["kind"] == "stray")
        assert scene.csms.log[-1]["payload"] == [3, "t", {"status": "NotImplemented"}]
        await asyncio.sleep(1)
        assert [event for event in scene.csms.log[since:] if event["kind"] == "call"] == []

    play(scenario)


def test_14_a_remote_stop_of_minus_one(play):
    async def scenario(scene):
        scene.csms.answers["StartTransaction"] = SILENCE
        await scene.station.do("plug_in", connector=1)
        await scene.station.do("swipe", tag="CARD")
        await contactor(scene, True)
        assert await scene.csms.call("RemoteStopTransaction", {"transactionId": -1}) == {"status": "Rejected"}
        assert (await scene.station.state(1))["contactor"]

    play(scenario)


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
        await asyncio.sleep(1.5)
        state = await scene.station.state()
        assert state["queue"] == 1 and state["connectors"]["1"]["offered_ma"] == 0
        await scene.csms.listen()
        (stop,) = await scene.calls("StopTransaction", 1)
        assert stop["reason"] == "PowerLoss"

    play(scenario)


def test_a_new_authorization_key(play):
    async def scenario(scene):
        csms = scene.csms
        new = "00112233445566778899aabbccddeeff00112233"
        csms.password = bytes.fromhex(new)
        connections = len(csms.handshakes)
        assert await csms.call("ChangeConfiguration", {"key": "AuthorizationKey", "value": new}) == {
            "status": "Accepted"
        }
        await csms.until(lambda: csms.log[-1]["kind"] == "open" and len(csms.handshakes) > connections)
        scene.station.cut()
        scene.station.start()
        await csms.until(lambda: len(csms.calls("BootNotification")) == 2)
        assert "AuthorizationKey" not in json.dumps(await csms.call("GetConfiguration"))
        assert new not in scene.station.log.read_text()

    play(scenario, "--password", "the first of them", password="the first of them")
