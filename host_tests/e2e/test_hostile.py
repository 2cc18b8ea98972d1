"""What no central system should send: the station neither dies nor hangs up without need, and answers what it can."""

import json

from websockets.exceptions import ConnectionClosed

from chargelet.actions import incoming
from chargelet.messages.tables import table
from fakes.fields import changed, nested, places, sample

ACTIONS = [action for _profile, actions in incoming._CALLS for action in actions]


def test_hostile_frames(play):
    async def scenario(scene):
        csms = scene.csms
        raw = []

        for message in (
            "",
            "null",
            "[]",
            "{}",
            "[2]",
            '[9,"d","Reset",{}]',
            "[[],1,2]",
            "[" * 5000,
            '[2,"half","Reset",{"type"',
            b"\x00\x01\x02",
            b'[2,"binary","ClearCache",{}]',
            '[3,"ghost",{}]',
            '[4,"ghost","InternalError","",{}]',
            '[2,"x","' + "A" * 12000 + '",{}]',
        ):
            await csms.send_raw(message)
        for message, code in (
            ('[2,"a"]', "FormationViolation"),
            ('[2,"b","NoSuchAction",{}]', "NotImplemented"),
            ('[2,"c","Reset",{"type":"Warm"}]', "PropertyConstraintViolation"),
            ('[2,"d","UnlockConnector",{"connectorId":"1"}]', "TypeConstraintViolation"),
            ('[2,"e","UnlockConnector",{}]', "OccurenceConstraintViolation"),
            ('[2,"f","ClearCache",{"extra":1}]', "FormationViolation"),
            ('[2,"\\ud800","Nope",{}]', "NotImplemented"),
            ('[2,"g","ChangeConfiguration",{"key":"\\ud83d\\ude00","value":"\\ud83d\\ude00"}]', None),
            ('[2,"h","ChangeConfiguration",{"key":"\\udfff","value":""}]', "PropertyConstraintViolation"),
        ):
            unique = json.loads(message)[1]
            since = len(csms.log)
            await csms.send_raw(message)

            def answer(unique=unique, since=since):
                strays = [event["payload"] for event in csms.log[since:] if event["kind"] == "stray"]
                return [payload for payload in strays if payload[1] == unique]

            (reply,) = await csms.until(answer)
            raw.append(reply)
            if code:
                assert reply[0] == 4 and reply[2] == code, reply
            else:
                assert reply == [3, unique, {"status": "NotSupported"}], reply
        assert (await csms.call("GetConfiguration", {"key": ["NumberOfConnectors"]}))["configurationKey"]
        opens = [event for event in csms.log if event["kind"] == "open"]
        assert len(opens) == 1, "the station has reconnected"
        await scene.charge()

    play(scenario)


def test_a_megabyte_is_refused_with_1009(play):
    async def scenario(scene):
        csms = scene.csms
        try:
            await csms.send_raw('[2,"big","' + "A" * 1000000 + '",{}]')
        except ConnectionClosed:
            pass
        await csms.until(lambda: [e for e in csms.log if e["kind"] == "close"])
        (close,) = [event for event in csms.log if event["kind"] == "close"]
        assert close["code"] == 1009
        await csms.until(lambda: len([e for e in csms.log if e["kind"] == "open"]) == 2)
        assert (await csms.call("GetConfiguration", {"key": ["NumberOfConnectors"]}))["configurationKey"]
        assert len(csms.calls("BootNotification")) == 1

    play(scenario)


def test_calls_cross(play):
    async def scenario(scene):
        csms = scene.csms
        csms.delay = 2
        await scene.station.do("plug_in", connector=1)
        await csms.until(lambda: csms.statuses()[-1] == "Preparing")
        # Our call is in flight for two seconds; theirs is answered meanwhile.
        answer = await csms.call("GetConfiguration", {"key": ["HeartbeatInterval"]}, timeout=1)
        assert answer["configurationKey"][0]["value"] == "300"
        csms.delay = 0

    play(scenario)


def test_calls_of_14_kb(play):
    """Whichever field it is that is long: the right answer, and never a want of memory or another connection."""

    async def scenario(scene):
        csms = scene.csms
        count = 0
        for action in ACTIONS:
            good = sample(action)
            for path, _needed, kind in places(table(action, "req")):
                long = ["x" * 14000, "\\" * 7000, [{}] * 3500, nested(900)]
                if kind[0] == "[":
                    long += [["x" * 40] * 300, [{"idTag": "CARD"}] * 600]
                for value in long:
                    message = [2, f"long-{count}", action, changed(good, path, value)]
                    text = json.dumps(message, separators=(",", ":"))
                    count += 1
                    since = len(csms.log)
                    await csms.send_raw(text)

                    def answer(unique=message[1], since=since):
                        strays = [event["payload"] for event in csms.log[since:] if event["kind"] == "stray"]
                        return [payload for payload in strays if payload[1] == unique]

                    (reply,) = await csms.until(answer)
                    if action == "DataTransfer" and len(text) > 8192:
                        assert reply[0] == 3 or reply[2] == "InternalError" or reply[2].endswith("Violation"), reply
                    elif action == "CertificateSigned" and value == "\\" * 7000:
                        assert reply[2] == {"status": "Rejected"}, reply  # as a text it is short enough
                    else:
                        assert reply[0] == 4 and reply[2].endswith("Violation"), (action, path, text[:200], reply)
        opens = [event for event in csms.log if event["kind"] == "open"]
        assert len(opens) == 1, "the station has reconnected"
        await scene.charge()
        print(f"long calls: {count}")

    play(scenario)
