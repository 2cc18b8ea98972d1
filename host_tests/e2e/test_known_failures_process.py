"""Eight of the sixteen things that are known to break charge point firmwares, against tools/station as a process.

The others are in test_known_failures_offline.py.
"""

import asyncio
import json

from known_failures import QUICK, contactor, session

from csms import SILENCE


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
