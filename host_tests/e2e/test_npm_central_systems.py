"""The process with central systems that are not ours: libraries from npm, which check each message by schemas of their
own and would say what is wrong."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest
from conftest import StationProcess, built
from file_server import Files, soon
from npm_central_system import VERSIONS, NpmCentralSystem, fetched
from websockets.asyncio.client import connect

MEASURANDS = "Energy.Active.Import.Register Power.Active.Import Current.Import Voltage SoC Current.Offered"
STATUS_OF = {"GetDiagnostics": "Diagnostics", "UpdateFirmware": "Firmware"}


class Operator:
    """What somebody does at such a central system; every answer is looked at."""

    def __init__(self, central, station, files):
        self.central, self.station, self.files = central, station, files

    async def accepted(self, action, **payload):
        answer = await self.central.call(action, **payload)
        assert answer.get("status", "Accepted") == "Accepted", (action, answer)
        return answer

    async def follows(self, action, count=1):
        """Wait for so many more calls of an action; returns their payloads."""
        before = len(self.central.all(action))
        await self.central.until(lambda: len(self.central.all(action)) >= before + count)
        return self.central.all(action)[before:]

    async def limit(self, purpose, amperes, connector=1, **more):
        schedule = {"chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": amperes}]}
        profile = {"chargingProfileId": amperes, "stackLevel": 1, "chargingProfilePurpose": purpose}
        profile |= {"chargingProfileKind": "Relative", "chargingSchedule": schedule, **more}
        await self.accepted("SetChargingProfile", connectorId=connector, csChargingProfiles=profile)
        await self.station.until(lambda state: state["connectors"]["1"]["offered_ma"] == 1000 * amperes)

    async def configures(self):
        keys = await self.accepted("GetConfiguration")
        assert len(keys["configurationKey"]) > 40
        some = await self.accepted("GetConfiguration", key=["NumberOfConnectors", "Nonsense"])
        assert some["unknownKey"] == ["Nonsense"]
        change = {"key": "MeterValuesSampledData", "value": ",".join(MEASURANDS.split())}
        assert await self.central.call("ChangeConfiguration", **change) == {"status": "Rejected"}  # no SoC here
        change["value"] = ",".join(name for name in MEASURANDS.split() if name not in ("SoC", "Voltage"))
        await self.accepted("ChangeConfiguration", **change)
        for key, value in (("MeterValueSampleInterval", "1"), ("StopTxnSampledData", "Energy.Active.Import.Register")):
            await self.accepted("ChangeConfiguration", key=key, value=value)
        for name in "BootNotification Heartbeat MeterValues StatusNotification".split():
            told = asyncio.create_task(self.follows(name))
            await self.accepted("TriggerMessage", requestedMessage=name)
            await told
        await self.accepted("ChangeAvailability", connectorId=0, type="Operative")
        await self.accepted("ClearCache")

    async def lists_and_reserves(self):
        hour = (datetime.now(UTC) + timedelta(hours=1)).isoformat().replace("+00:00", "Z")
        info = {"status": "Accepted", "expiryDate": hour}
        entries = [{"idTag": f"CARD{number}", "idTagInfo": info} for number in range(10)]
        await self.accepted("SendLocalList", listVersion=1, updateType="Full", localAuthorizationList=entries)
        gone = [{"idTag": "CARD9"}]
        await self.accepted("SendLocalList", listVersion=2, updateType="Differential", localAuthorizationList=gone)
        assert await self.central.call("GetLocalListVersion") == {"listVersion": 2}
        reservation = {"connectorId": 1, "expiryDate": hour, "idTag": "CARD1"}
        await self.accepted("ReserveNow", reservationId=1, **reservation)
        await self.central.status("Reserved")
        await self.accepted("CancelReservation", reservationId=1)
        await self.central.status("Available")
        await self.accepted("ReserveNow", reservationId=2, **reservation)
        await self.central.status("Reserved")

    async def charges(self):
        """One session of a card on its reservation; one from the app, over a power cut."""
        central, station = self.central, self.station
        await self.limit_station(20)
        await station.do("plug_in", connector=1)
        await station.do("swipe", tag="CARD1", connector=1)
        await central.status("Charging")
        assert central.all("StartTransaction")[-1]["reservationId"] == 2
        for amperes in (16, 0, 8):
            await self.limit("TxDefaultProfile", amperes)
            await central.status("Charging" if amperes else "SuspendedEVSE")
        await self.limit("TxProfile", 6, transactionId=1)
        schedule = await self.accepted("GetCompositeSchedule", connectorId=1, duration=60)
        assert schedule["chargingSchedule"]["chargingSchedulePeriod"][0]["limit"] == 6
        values = (await self.follows("MeterValues", 2))[-1]
        assert values["transactionId"] == 1 and len(values["meterValue"][0]["sampledValue"]) >= 4
        await self.accepted("RemoteStopTransaction", transactionId=1)
        await central.status("Finishing")
        assert await central.call("UnlockConnector", connectorId=1) == {"status": "Unlocked"}
        await station.do("plug_out", connector=1)
        await central.status("Available")
        await self.accepted("ClearChargingProfile")
        await station.do("plug_in", connector=1)
        await self.accepted("RemoteStartTransaction", connectorId=1, idTag="APP")
        await central.status("Charging")
        station.cut()
        station.start()
        await central.until(lambda: len(central.all("StopTransaction")) == 2)
        reasons = [stop["reason"] for stop in central.all("StopTransaction")]
        assert reasons == ["Remote", "PowerLoss"], reasons
        assert central.all("StopTransaction")[0]["transactionData"]

    async def limit_station(self, amperes):
        schedule = {"chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": amperes}]}
        profile = {"chargingProfileId": 1000, "stackLevel": 8, "chargingProfilePurpose": "ChargePointMaxProfile"}
        profile |= {"chargingProfileKind": "Absolute", "chargingSchedule": schedule | {"startSchedule": soon(-60)}}
        await self.accepted("SetChargingProfile", connectorId=0, csChargingProfiles=profile)

    async def moves_files(self):
        for action, location, more, last in (
            ("GetDiagnostics", "/", {}, "Uploaded"),
            ("UpdateFirmware", "/none", {"retrieveDate": soon(), "retries": 0}, "DownloadFailed"),
        ):
            await self.accepted(action, location=self.files.url + location, **more)
            name = STATUS_OF[action] + "StatusNotification"
            await self.central.until(lambda name=name, last=last: {"status": last} in self.central.all(name))
        answer = await self.accepted("DataTransfer", vendorId="org.chargelet", messageId="Journal")
        assert json.loads(answer["data"])["capacity"]
        await self.station.do("transfer", vendorId="com.example", data="hello")
        await self.central.until(lambda: self.central.all("DataTransfer"))

    async def asks_for_security(self):
        """Messages of the security whitepaper, which not every library has."""
        certificates = "CentralSystemRootCertificate"
        answer = await self.central.call("GetInstalledCertificateIds", certificateType=certificates)
        assert answer["status"] in ("Accepted", "NotFound")
        await self.accepted("ExtendedTriggerMessage", requestedMessage="Heartbeat")
        log = {"logType": "SecurityLog", "requestId": 1, "log": {"remoteLocation": self.files.url + "/"}}
        assert (await self.central.call("GetLog", **log))["status"] == "Accepted"
        await self.central.until(
            lambda: "Uploaded" in [one["status"] for one in self.central.all("LogStatusNotification")]
        )


@pytest.fixture(params=VERSIONS)
def library(request):
    try:
        fetched(request.param)
    except RuntimeError as error:
        pytest.skip(str(error))
    return request.param


def test_a_wrong_message_is_noticed(library):
    """Without that, a day in which nothing was wrong says little."""

    async def wrong():
        async with NpmCentralSystem(library) as central:
            async with connect(central.url + "/CP001", subprotocols=["ocpp1.6"], open_timeout=120) as station:
                await station.send('[2,"1","StatusNotification",{"connectorId":"one","errorCode":"NoError"}]')
                await central.until(lambda: central.wrong)

    asyncio.run(asyncio.wait_for(wrong(), 200))


def test_a_day_with(library, tmp_path):
    built("")

    async def day():
        async with NpmCentralSystem(library) as central, Files() as files:
            station = StationProcess(central.url, tmp_path)
            operator = Operator(central, station, files)
            try:
                station.start()
                await central.status("Available")
                await operator.configures()
                await operator.lists_and_reserves()
                await operator.charges()
                await operator.moves_files()
                if library == "ocpp-rpc":
                    await operator.asks_for_security()
                boots = len(central.all("BootNotification"))
                await operator.accepted("Reset", type="Hard")
                await central.until(lambda: len(central.all("BootNotification")) > boots)
                await central.status("Preparing")  # what was told before the reset is no answer
                await station.do("plug_out", connector=1)
                await central.status("Available")
                assert central.wrong == []
            except BaseException:
                print(central.wrong, station.log.read_text()[-4000:])
                raise
            finally:
                station.cut()

    asyncio.run(asyncio.wait_for(day(), 400))
