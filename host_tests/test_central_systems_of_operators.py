"""What the central systems of operators ask for, in their order, after reading their source (which versions,
firmware/OPERATING.md says): SteVe, CitrineOS, MaEVe, OCPP.Core. Every answer is one with which they go on.
"""

import json

from chargelet.base.timestamp import to_text
from fakes.bench import NOW
from fakes.played_central import Played


def later(station, seconds):
    """A time as SteVe writes it, with milliseconds."""
    return to_text(station.bench.clock.now() + seconds).replace("Z", ".000Z")


def week(number, purpose, unit, *limits):
    """A profile from SteVe's database, with all that its form has."""
    periods = [{"startPeriod": 3600 * at, "limit": limit, "numberPhases": 3} for at, limit in enumerate(limits)]
    return {
        "chargingProfileId": number,
        "stackLevel": 1,
        "chargingProfilePurpose": purpose,
        "chargingProfileKind": "Recurring",
        "recurrencyKind": "Weekly",
        "validFrom": "2026-11-01T00:00:00.000Z",
        "validTo": "2026-12-01T00:00:00.000Z",
        "chargingSchedule": {
            "duration": 86400,
            "startSchedule": "2026-11-20T12:00:00.000Z",
            "chargingRateUnit": unit,
            "chargingSchedulePeriod": periods,
            "minChargingRate": 6.0,
        },
    }


# SteVe asks for CpoName once a station with a security profile has connected; the rest is what its pages have.


def test_steve_connects():
    station = Played()
    assert station.value("CpoName") == ""
    keys = station.strict()
    some = station.ask("GetConfiguration", key=["CpoName", "HeartbeatInterval", "Nonsense"])
    assert len(some["configurationKey"]) == 2 and some["unknownKey"] == ["Nonsense"]
    for key in keys:
        if key not in ("SecurityProfile", "AuthorizationKey"):
            (row,) = station.ask("GetConfiguration", key=[key])["configurationKey"]
            assert station.change(key, row["value"]) == ("Rejected" if row["readonly"] else "Accepted"), key
    assert station.change("Nonsense", "1") == "NotSupported"


def test_steve_lists_and_reservations():
    station = Played(2)
    assert station.ask("GetLocalListVersion") == {"listVersion": 0}
    hour = later(station, 3600)
    info = {"status": "Accepted", "expiryDate": hour, "parentIdTag": "HOUSE"}
    entries = [{"idTag": "A1", "idTagInfo": info}, {"idTag": "B2", "idTagInfo": {"status": "Blocked"}}]
    station.accepted("SendLocalList", listVersion=7, updateType="Full", localAuthorizationList=entries)
    station.accepted("SendLocalList", listVersion=8, updateType="Differential", localAuthorizationList=entries[1:])
    assert station.ask("GetLocalListVersion") == {"listVersion": 8}
    station.accepted("ClearCache")
    station.accepted("ReserveNow", connectorId=1, expiryDate=hour, idTag="A1", reservationId=1, parentIdTag="HOUSE")
    assert station.bench.central.statuses(1)[-1] == "Reserved"
    station.accepted("CancelReservation", reservationId=1)
    assert station.ask("CancelReservation", reservationId=1) == {"status": "Rejected"}
    station.accepted("ReserveNow", connectorId=2, expiryDate=hour, idTag="A1", reservationId=2)
    station.bench.plug(2)
    station.accepted("RemoteStartTransaction", connectorId=2, idTag="A1")
    station.bench.run(2000)
    assert station.news("StartTransaction")[-1]["reservationId"] == 2
    assert station.ask("UnlockConnector", connectorId=2)["status"] == "Unlocked"  # ends it, as the specification says
    station.bench.run(1000)
    assert station.news("StopTransaction")[-1]["reason"] == "UnlockCommand"


def test_steve_charging_profiles():
    station = Played()
    bench = station.bench
    bench.charging()
    station.accepted("SetChargingProfile", connectorId=0, csChargingProfiles=week(1, "ChargePointMaxProfile", "A", 20))
    station.offers(20, "Charging")
    profile = week(2, "TxDefaultProfile", "W", 11040, 4140)
    station.accepted("SetChargingProfile", connectorId=1, csChargingProfiles=profile)
    station.offers(16, "Charging")
    schedule = station.ask("GetCompositeSchedule", connectorId=1, duration=7200, chargingRateUnit="A")
    periods = schedule["chargingSchedule"]["chargingSchedulePeriod"]
    assert [period["limit"] for period in periods] == [16, 6], periods
    profile = dict(week(3, "TxProfile", "A", 10), transactionId=1)
    station.accepted("SetChargingProfile", connectorId=1, csChargingProfiles=profile)
    station.offers(10, "Charging")
    station.accepted("ClearChargingProfile", id=3)
    station.accepted("ClearChargingProfile", connectorId=1, chargingProfilePurpose="TxDefaultProfile", stackLevel=1)
    station.offers(20, "Charging")
    assert station.ask("ClearChargingProfile", id=3) == {"status": "Unknown"}
    station.accepted("RemoteStopTransaction", transactionId=1)
    bench.run(1000)
    assert station.news("StopTransaction")[-1]["reason"] == "Remote"


def test_steve_files_and_messages():
    station = Played()
    names = "BootNotification Heartbeat MeterValues DiagnosticsStatusNotification FirmwareStatusNotification"
    for name in names.split():
        station.news("")
        station.accepted("TriggerMessage", requestedMessage=name)
        assert station.news(name), name
    where = "ftp://127.0.0.1:9/files"
    times = {"startTime": later(station, -3600), "stopTime": later(station, 0)}
    answer = station.ask("GetDiagnostics", location=where, retries=1, retryInterval=10, **times)
    assert answer["fileName"]
    assert station.ask("UpdateFirmware", location=where + "/a.bin", retrieveDate=later(station, 3600), retries=1) == {}
    transfer = {"vendorId": "org.rwth-aachen.dbis.steve", "messageId": "CostDetails", "data": "{}"}
    assert station.ask("DataTransfer", **transfer) == {"status": "UnknownVendorId"}
    for kind in ("Inoperative", "Operative"):
        station.accepted("ChangeAvailability", connectorId=1, type=kind)
    station.accepted("Reset", type="Soft")


# CitrineOS leaves a station Pending that is new to it, sets and reads its keys, and asks for another BootNotification.


def test_citrineos_leaves_it_pending_until_it_knows_its_keys():
    station = Played(online=False)
    bench = station.bench
    bench.central.answers["BootNotification"] = {"status": "Pending", "currentTime": NOW, "interval": 15}
    bench.connect()
    bench.run(1000)
    for key, value in (("HeartbeatInterval", "60"), ("MeterValueSampleInterval", "30"), ("Nonsense", "1")):
        assert station.change(key, value) == ("NotSupported" if key == "Nonsense" else "Accepted")
    keys = station.strict()
    assert keys["MeterValueSampleInterval"] == "30"
    assert [name for name, _ in bench.central.sent] == ["BootNotification"]  # anything else it answers with an error
    bench.central.answers.clear()
    station.accepted("TriggerMessage", requestedMessage="BootNotification")  # long before the interval is over
    assert len(station.news("BootNotification")) == 2
    assert bench.central.statuses(0) == ["Available"] and bench.central.statuses(1) == ["Available"]
    bench.charging()
    bench.run(31000, 500)
    assert len(station.news("MeterValues")) == 1


# MaEVe sets keys one at a time, asks for messages, and for a certificate by DataTransfer where plug and charge is on.


def test_maeve_sets_keys_and_asks_by_datatransfer():
    station = Played()
    assert station.change("AuthorizeRemoteTxRequests", "true") == "Accepted"
    station.accepted("TriggerMessage", requestedMessage="StatusNotification")
    assert [one["connectorId"] for one in station.news("StatusNotification")][-2:] == [0, 1]
    data = json.dumps({"requestedMessage": "SignChargingStationCertificate"})
    for vendor in ("org.openchargealliance.iso15118pnc", "iso15118"):
        answer = station.ask("DataTransfer", vendorId=vendor, messageId="TriggerMessage", data=data)
        assert answer == {"status": "UnknownVendorId"}


# OCPP.Core knows cards by times without a zone, and limits by a TxDefaultProfile; its older releases write what is not
# set as 0 and as the year 1.


def test_ocpp_core_charges_limits_and_lifts():
    for unset in ({}, {"duration": 0, "startSchedule": "0001-01-01T00:00:00+00:00", "minChargingRate": 0.0}):
        station = Played()
        bench = station.bench
        info = {"expiryDate": "2999-12-31T00:00:00", "parentIdTag": "", "status": "Accepted"}
        bench.central.answers["Authorize"] = bench.central.answers["StopTransaction"] = {"idTagInfo": info}
        bench.central.answers["StartTransaction"] = {"idTagInfo": info, "transactionId": 42}
        bench.charging()
        schedule = {"chargingRateUnit": "W", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 6900.0}]}
        profile = {
            "chargingProfileId": 100,
            "stackLevel": 1,
            "chargingProfilePurpose": "TxDefaultProfile",
            "chargingProfileKind": "Absolute",
            "validFrom": "2026-11-20T12:00:00.1234567Z",
            "validTo": "2027-11-20T12:00:00.1234567Z",
            "chargingSchedule": dict(schedule, **unset),
        }
        if unset:
            profile.update({"transactionId": 0, "recurrencyKind": "Daily"})
        station.accepted("SetChargingProfile", connectorId=1, csChargingProfiles=profile)
        bench.run(600000, 5000)
        station.offers(10, "Charging")
        which = {"id": 100, "stackLevel": 1, "chargingProfilePurpose": "TxDefaultProfile", "connectorId": 1}
        station.accepted("ClearChargingProfile", **which)
        station.offers(32, "Charging")
        bench.swipe()
        bench.run(1000)
        (stop,) = bench.central.all("StopTransaction")
        assert stop["transactionId"] == 42 and len(bench.central.all("StartTransaction")) == 1
