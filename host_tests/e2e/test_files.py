"""Diagnostics and firmware over HTTP, against a server that misbehaves."""

import json

from file_server import FAILED, Files, told


def test_diagnostics_arrive(play):
    async def scenario(scene):
        csms = scene.csms
        async with Files() as files:
            await csms.call("ChangeConfiguration", {"key": "AuthorizationKey", "value": "a-secret-of-sixteen"})
            await csms.until(lambda: len(csms.handshakes) > 1)
            await csms.until(lambda: csms.connection is not None)
            level = {"key": "LogLevel", "value": "3"}
            assert await csms.call("ChangeConfiguration", level) == {"status": "Rejected"}
            level["value"] = "2"
            assert await csms.call("ChangeConfiguration", level) == {"status": "Accepted"}
            await scene.charge()
            answer = await csms.call("GetDiagnostics", {"location": f"{files.url}/up/"})
            await csms.until(lambda: told(csms, "Diagnostics") == ["Uploading", "Uploaded"])
            text = files.received[f"/up/{answer['fileName']}"].decode()
            assert "MeterValueSampleInterval = 60" in text and "connector 1: ('Charging'" in text
            assert '"capacity": 1000' in text and "registration Accepted" in text and "a-secret" not in text
            assert "rpc: GetDiagnostics comes in as" in text and "rpc: StartTransaction is answered" in text
            files.refuse["PUT"] = 405
            await csms.call("GetDiagnostics", {"location": f"{files.url}/one"})
            await csms.until(lambda: told(csms, "Diagnostics")[2:] == ["Uploading", "Uploaded"])
            assert [method for method, _, _ in files.requests] == ["PUT", "PUT", "POST"] and "/one" in files.received

    play(scenario)


def test_diagnostics_that_cannot_be_sent(play):
    async def scenario(scene):
        csms = scene.csms
        async with Files() as files:
            files.refuse["PUT"] = 500
            for location in (f"{files.url}/up/", "http://127.0.0.1:1/", "gopher://x/", "http://"):
                request = {"location": location, "retries": 1, "retryInterval": 1}
                since = len(told(csms, "Diagnostics"))
                await csms.call("GetDiagnostics", request)
                await csms.until(lambda since=since: told(csms, "Diagnostics")[since:] == FAILED)
            assert len(files.requests) == 2
            answer = await csms.call("TriggerMessage", {"requestedMessage": "DiagnosticsStatusNotification"})
            assert answer == {"status": "Accepted"}
            await csms.until(lambda: told(csms, "Diagnostics")[-1] == "Idle")
            await scene.charge()

    play(scenario)


def test_the_profile_can_be_asked_for(play):
    async def scenario(scene):
        asked = await scene.csms.call("GetConfiguration", {"key": ["SupportedFeatureProfiles"]})
        profiles = asked["configurationKey"][0]["value"].split(",")
        assert sorted(profiles) == [
            "Core", "FirmwareManagement", "LocalAuthListManagement", "RemoteTrigger", "Reservation", "SmartCharging",
        ]  # fmt: skip
        assert json.dumps(asked)

    play(scenario)
