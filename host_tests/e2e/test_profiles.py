"""All 28 messages of OCPP 1.6 with a process, and in short what home central systems send when a station appears, of
which test_central_systems.py has all."""

from datetime import UTC, datetime, timedelta

from file_server import Files, soon, told

from csms import CallFailed

MESSAGES = set(
    "Authorize BootNotification CancelReservation ChangeAvailability ChangeConfiguration ClearCache "
    "ClearChargingProfile DataTransfer DiagnosticsStatusNotification FirmwareStatusNotification GetCompositeSchedule "
    "GetConfiguration GetDiagnostics GetLocalListVersion Heartbeat MeterValues RemoteStartTransaction "
    "RemoteStopTransaction ReserveNow Reset SendLocalList SetChargingProfile StartTransaction StatusNotification "
    "StopTransaction TriggerMessage UnlockConnector UpdateFirmware".split()
)


def limits(purpose, *amperes, kind="Relative", stack=0, **schedule):
    """A charging profile with a limit for each minute."""
    periods = [{"startPeriod": 60 * at, "limit": limit} for at, limit in enumerate(amperes)]
    return {
        "chargingProfileId": hash((purpose, stack)) % 1000000,
        "stackLevel": stack,
        "chargingProfilePurpose": purpose,
        "chargingProfileKind": kind,
        "chargingSchedule": dict(schedule, chargingRateUnit="A", chargingSchedulePeriod=periods),
    }


async def offered(scene, milliamperes, connector=1):
    await scene.station.until(lambda state: state["connectors"][str(connector)]["offered_ma"] == milliamperes)


def test_all_28_messages(play):
    async def scenario(scene):
        csms, station = scene.csms, scene.station

        async def accepted(action, **payload):
            answer = await csms.call(action, payload)
            assert answer.get("status", "Accepted") == "Accepted", (action, answer)
            return answer

        async with Files() as files:
            await accepted("ChangeAvailability", connectorId=0, type="Operative")
            await accepted("ChangeConfiguration", key="MeterValueSampleInterval", value="1")
            assert len((await accepted("GetConfiguration"))["configurationKey"]) > 40
            await accepted("ClearCache")
            entries = [{"idTag": "LISTED", "idTagInfo": {"status": "Accepted"}}]
            await accepted("SendLocalList", listVersion=3, updateType="Full", localAuthorizationList=entries)
            assert await csms.call("GetLocalListVersion") == {"listVersion": 3}
            later = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
            for number in (1, 2):
                await accepted("ReserveNow", connectorId=1, expiryDate=later, idTag="APP", reservationId=number)
                await scene.status("Reserved")
                if number == 1:
                    await accepted("CancelReservation", reservationId=1)
                    await scene.status("Available")
            await accepted("SetChargingProfile", connectorId=0, csChargingProfiles=limits("ChargePointMaxProfile", 20))
            await station.do("plug_in", connector=1)
            profile = limits("TxProfile", 16)
            await accepted("RemoteStartTransaction", idTag="APP", connectorId=1, chargingProfile=profile)
            (start,) = await scene.calls("StartTransaction")
            assert start["reservationId"] == 2
            await scene.status("Charging")
            await offered(scene, 16000)
            await scene.calls("MeterValues")
            schedule = await accepted("GetCompositeSchedule", connectorId=1, duration=60)
            assert schedule["chargingSchedule"]["chargingSchedulePeriod"] == [{"startPeriod": 0, "limit": 16}]
            await accepted("ClearChargingProfile", chargingProfilePurpose="TxProfile")
            await offered(scene, 20000)
            await accepted("TriggerMessage", requestedMessage="Heartbeat")
            await scene.calls("Heartbeat")
            await accepted("RemoteStopTransaction", transactionId=1)
            await scene.status("Finishing")
            assert await csms.call("UnlockConnector", {"connectorId": 1}) == {"status": "Unlocked"}
            await station.do("plug_out", connector=1)
            await scene.status("Available")
            await station.do("transfer", vendorId="com.example", data="hello")
            await scene.calls("DataTransfer")
            await accepted("GetDiagnostics", location=files.url + "/")
            await csms.until(lambda: told(csms, "Diagnostics") == ["Uploading", "Uploaded"])
            await accepted("UpdateFirmware", location=files.url + "/none", retrieveDate=soon(), retries=0)
            await csms.until(lambda: told(csms, "Firmware") == ["Downloading", "DownloadFailed"])
            await accepted("Reset", type="Soft")
            await scene.calls("BootNotification", 2)
            seen = {event["action"] for event in csms.log if event["kind"] == "result"}
            assert seen == MESSAGES, seen ^ MESSAGES

    play(scenario, "--config", '{"LocalPreAuthorize": false}')


def test_what_evcc_sets_up(play):
    """github.com/evcc-io/evcc: asks for measurands until some are taken, limits by TxDefaultProfile."""

    async def scenario(scene):
        csms = scene.csms
        keys = {row["key"]: row for row in (await csms.call("GetConfiguration"))["configurationKey"]}
        assert "SmartCharging" in keys["SupportedFeatureProfiles"]["value"] and "MeterValuesSampledData" in keys
        await csms.call("ChangeAvailability", {"connectorId": 0, "type": "Operative"})
        wanted = "Power.Active.Import Energy.Active.Import.Register Current.Import Voltage Current.Offered SoC".split()
        taken = []
        for measurand in wanted:
            request = {"key": "MeterValuesSampledData", "value": ",".join([*taken, measurand])}
            if (await csms.call("ChangeConfiguration", request))["status"] == "Accepted":
                taken.append(measurand)
        assert taken == ["Power.Active.Import", "Energy.Active.Import.Register", "Current.Import", "Current.Offered"]
        for key, value in (("MeterValueSampleInterval", "10"), ("WebSocketPingInterval", "30")):
            assert await csms.call("ChangeConfiguration", {"key": key, "value": value}) == {"status": "Accepted"}
        for message in ("BootNotification", "StatusNotification", "MeterValues"):
            request = {"requestedMessage": message, "connectorId": 1}
            assert await csms.call("TriggerMessage", request) == {"status": "Accepted"}
        values = (await scene.calls("MeterValues"))[0]["meterValue"][0]["sampledValue"]
        assert [value["measurand"] for value in values] == taken
        await scene.charge("evcc")
        level = int(keys["ChargeProfileMaxStackLevel"]["value"])
        for amperes in (6, 0, 13.5):
            profile = limits("TxDefaultProfile", amperes, kind="Absolute", stack=level, startSchedule=soon(-60))
            request = {"connectorId": 1, "csChargingProfiles": profile}
            assert await csms.call("SetChargingProfile", request) == {"status": "Accepted"}
            await offered(scene, int(amperes * 1000))
        await scene.status("Charging")

    play(scenario)


def test_what_home_assistant_sets_up(play):
    """github.com/lbbrhzn/ocpp: reads features, sets intervals and measurands, limits by ChargePointMaxProfile."""

    async def scenario(scene):
        csms = scene.csms
        asked = await csms.call("GetConfiguration", {"key": ["NumberOfConnectors", "HeartbeatInterval"]})
        assert len(asked["configurationKey"]) == 2
        for key, value in (
            ("HeartbeatInterval", "3600"), ("WebSocketPingInterval", "60"), ("MeterValueSampleInterval", "60"),
            ("ClockAlignedDataInterval", "0"), ("AuthorizeRemoteTxRequests", "false"),
            ("MeterValuesSampledData", "Energy.Active.Import.Register,Power.Active.Import"),
        ):  # fmt: skip
            assert await csms.call("ChangeConfiguration", {"key": key, "value": value}) == {"status": "Accepted"}
        for message in ("BootNotification", "StatusNotification"):
            assert await csms.call("TriggerMessage", {"requestedMessage": message}) == {"status": "Accepted"}
        assert await csms.call("ClearChargingProfile", {}) == {"status": "Unknown"}
        profile = limits("ChargePointMaxProfile", 10, stack=8)
        request = {"connectorId": 0, "csChargingProfiles": profile}
        assert await csms.call("SetChargingProfile", request) == {"status": "Accepted"}
        await scene.station.do("plug_in", connector=1)
        request = {"connectorId": 1, "idTag": "homeassistant"}
        assert await csms.call("RemoteStartTransaction", request) == {"status": "Accepted"}
        await scene.status("Charging")
        assert csms.calls("Authorize") == []
        await offered(scene, 10000)

    play(scenario)


def test_what_steve_asks_for(play):
    """github.com/steve-community/steve: all keys, the list version, a vendor that is not ours, an unknown trigger."""

    async def scenario(scene):
        csms = scene.csms
        rows = (await csms.call("GetConfiguration", {}))["configurationKey"]
        for row in rows:
            if not row["readonly"]:
                request = {"key": row["key"], "value": row["value"]}
                # The profile that it has is no rise (A05.FR.01).
                status = "Rejected" if row["key"] == "SecurityProfile" else "Accepted"
                assert await csms.call("ChangeConfiguration", request) == {"status": status}, row
        assert await csms.call("GetLocalListVersion") == {"listVersion": 0}
        transfer = {"vendorId": "org.rwth-aachen.dbis.steve", "messageId": "CostDetails"}
        assert await csms.call("DataTransfer", transfer) == {"status": "UnknownVendorId"}
        assert (await csms.call("GetCompositeSchedule", {"connectorId": 0, "duration": 60}))["status"] == "Accepted"
        try:
            await csms.call("GetCompositeSchedule", {"connectorId": 0, "duration": 60, "chargingRateUnit": "V"})
        except CallFailed as error:
            assert error.code == "PropertyConstraintViolation"
        else:
            raise AssertionError("errata 3.24")

    play(scenario)
