"""A station that has been at work for long still has the RAM for its largest messages: nothing of them stays."""

import pytest
from conftest import REAL
from test_profiles import limits

import size
from csms import CallFailed

AMPERES = [20 + at / 10 for at in range(24)]
KEYS = ("SendLocalListMaxLength", "ChargingScheduleMaxPeriods")


async def largest(csms, version):
    """Each message at the length that the station says it takes."""
    rows = (await csms.call("GetConfiguration", {"key": KEYS}))["configurationKey"]
    most, periods = (int(row["value"]) for row in rows)
    assert periods == len(AMPERES)
    info = {"status": "ConcurrentTx", "expiryDate": "2036-01-01T00:00:00.000Z", "parentIdTag": "GROUP678901234567890"}
    entries = [{"idTag": f"CARD{version:02}{at:014}", "idTagInfo": info} for at in range(most)]
    kind = "Differential" if version % 3 else "Full"
    request = {"listVersion": version, "updateType": kind, "localAuthorizationList": entries}
    assert await csms.call("SendLocalList", request) == {"status": "Accepted"}
    for connector, purpose in ((0, "ChargePointMaxProfile"), (1, "TxProfile"), (2, "TxDefaultProfile")):
        profile = limits(purpose, *AMPERES, stack=version % 3)
        for period in profile["chargingSchedule"]["chargingSchedulePeriod"]:
            period["numberPhases"] = 3
        request = {"connectorId": connector, "csChargingProfiles": profile}
        assert await csms.call("SetChargingProfile", request) == {"status": "Accepted"}
        made = await csms.call("GetCompositeSchedule", {"connectorId": connector, "duration": 1440})
        assert len(made["chargingSchedule"]["chargingSchedulePeriod"]) == periods
    assert len((await csms.call("GetConfiguration", {}))["configurationKey"]) > 40


@pytest.mark.skipif(not REAL, reason="CPython has no heap to speak of")
def test_with_everything_in_use_enough_is_left(play):
    async def scenario(scene):
        for connector in (1, 2):
            await scene.charge(f"CARD{connector}", connector)
        await scene.calls("MeterValues", 6)
        await size.all_profiles(scene.csms)
        await scene.station.left(size.FREE_MIN, size.LARGEST_MIN)

    play(scenario, "--connectors", "2", "--config", '{"MeterValueSampleInterval": 1}')


@pytest.mark.skipif(not REAL, reason="CPython has no heap to speak of")
def test_what_no_memory_holds_is_answered_and_the_connection_stays(play):
    async def scenario(scene):
        csms = scene.csms
        for connector in (1, 2):
            await scene.charge(f"CARD{connector}", connector)
        await size.all_profiles(csms)
        info = {"status": "Accepted", "expiryDate": "2036-01-01T00:00:00Z", "parentIdTag": "GROUP"}
        answers = set()
        for count in (15, 40, 70, 110, 40, 70, 110):
            entries = [{"idTag": f"CARD{at:016}", "idTagInfo": info} for at in range(count)]
            request = {"listVersion": 9, "updateType": "Full", "localAuthorizationList": entries}
            try:
                answers.add((await csms.call("SendLocalList", request))["status"])
            except CallFailed as error:
                answers.add(error.code)
        # Too many entries, or too many bytes: either is said, and what was there before stays.
        assert answers <= {"Failed", "InternalError", "PropertyConstraintViolation"} and "Failed" in answers, answers
        assert await csms.call("GetLocalListVersion") == {"listVersion": 1}
        assert len(csms.handshakes) == 1
        assert (await scene.station.state(1))["contactor"] and (await scene.station.state(2))["contactor"]

    play(scenario, "--connectors", "2")


def large(number):
    """A call of some 14 kB, of one of five kinds."""
    info = {"status": "Accepted", "expiryDate": "2036-01-01T00:00:00Z", "parentIdTag": "GROUP"}
    entries = [{"idTag": f"CARD{at:016}", "idTagInfo": info} for at in range(105)]
    periods = [{"startPeriod": at * 60, "limit": 16.5, "numberPhases": 3} for at in range(240)]
    profile = limits("TxDefaultProfile", 16)
    profile["chargingSchedule"]["chargingSchedulePeriod"] = periods
    return (
        ("SendLocalList", {"listVersion": 9, "updateType": "Full", "localAuthorizationList": entries}),
        ("DataTransfer", {"vendorId": "org.example", "data": "x" * 14000}),
        ("GetConfiguration", {"key": [f"Key{at:045}" for at in range(260)]}),
        ("SetChargingProfile", {"connectorId": 1, "csChargingProfiles": profile}),
        ("ChangeConfiguration", {"key": "ConnectorPhaseRotation", "value": "\u00fc" * 2300}),
    )[number % 5]


@pytest.mark.skipif(not REAL, reason="CPython has no heap to speak of")
def test_large_calls_are_answered_and_drop_no_connection(play):
    async def scenario(scene):
        csms = scene.csms
        for connector in (1, 2):
            await scene.charge(f"CARD{connector}", connector)
        await size.all_profiles(csms)
        answers = {}
        for number in range(36):
            action, payload = large(number)
            try:
                answer = await csms.call(action, payload)
                answer = answer.get("status", "answered")
            except CallFailed as error:
                answer = error.code
            answers.setdefault(action, set()).add(answer)
        print(answers)
        assert "closed" not in str(answers) and len(csms.handshakes) == 1, answers
        assert (await scene.station.state(1))["contactor"] and (await scene.station.state(2))["contactor"]

    play(scenario, "--connectors", "2")


@pytest.mark.skipif(not REAL, reason="CPython has no heap to speak of")
def test_the_largest_messages_again_and_again(play):
    async def scenario(scene):
        csms, station = scene.csms, scene.station
        used = []
        for version in range(1, 7):
            for connector in (1, 2):
                await scene.charge(f"TAG{version}{connector}", connector)
            await largest(csms, version)
            since = len(csms.calls("DiagnosticsStatusNotification"))
            location = ("http", "ftp")[version % 2] + "://127.0.0.1:1/x"
            await csms.call("GetDiagnostics", {"location": location, "retries": 0})
            await csms.until(lambda since=since: len(csms.calls("DiagnosticsStatusNotification")) == since + 2)
            await station.do("offline")
            for connector in (1, 2):
                await station.do("plug_out", connector=connector)
            await station.do("online")
            await csms.until(lambda version=version: len(csms.calls("StopTransaction")) == 2 * version)
            await scene.status("Available", 1)
            await scene.status("Available", 2)
            assert await csms.call("ClearChargingProfile", {}) == {"status": "Accepted"}
            used.append((await station.do("state"))["heap_used"])
        assert "Memory" not in station.log.read_text()
        await station.left(size.FREE_MIN, size.LARGEST_MIN)
        assert max(used[2:]) - min(used[2:]) < 1000, used

    config = '{"MeterValueSampleInterval": 1, "StopTxnSampledData": "Energy.Active.Import.Register"}'
    play(scenario, "--connectors", "2", "--config", config)
