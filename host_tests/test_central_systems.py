"""What Home Assistant and evcc ask for at connection and in a session, in their order, after reading their source
(which versions, firmware/OPERATING.md says): every answer is one with which they go on. An assertion is what they
depend on.
"""

from chargelet.base.timestamp import from_text
from fakes.played_central import Played

# All that Home Assistant's integration knows, in its order, in one list.
MEASURANDS = (
    "Current.Export,Current.Import,Current.Offered,Energy.Active.Export.Interval,Energy.Active.Export.Register,"
    "Energy.Active.Import.Interval,Energy.Active.Import.Register,Energy.Reactive.Export.Interval,"
    "Energy.Reactive.Export.Register,Energy.Reactive.Import.Interval,Energy.Reactive.Import.Register,Frequency,"
    "Power.Active.Export,Power.Active.Import,Power.Factor,Power.Offered,Power.Reactive.Export,Power.Reactive.Import,"
    "RPM,SoC,Temperature,Voltage"
)
# What evcc tries one after the other.
WANTED = "Power.Active.Import Energy.Active.Import.Register Current.Import Voltage Current.Offered Power.Offered SoC"
PROFILES = "Core FirmwareManagement LocalAuthListManagement Reservation SmartCharging RemoteTrigger".split()


def told_as_live(station, connectors):
    """evcc drops statuses that are older than 30 s, and takes every errorCode but NoError for a broken charger."""
    told = station.news("StatusNotification")
    assert {one["connectorId"] for one in told} >= set(connectors), told
    for one in told:
        age = station.bench.clock.now() - from_text(one["timestamp"])
        assert one["errorCode"] == "NoError" and 0 <= age < 30, one


# Home Assistant, integration `ocpp`


def home_assistant(station, by_one=False):
    """Two seconds after BootNotification; `by_one` as older releases look for measurands."""
    assert sorted(station.value("SupportedFeatureProfiles").split(",")) == sorted(PROFILES)  # another word is an alarm
    connectors = int(station.value("NumberOfConnectors"))
    assert connectors == len(station.bench.evses)
    assert int(station.value("HeartbeatInterval"))
    if by_one:
        names = [name for name in MEASURANDS.split(",") if station.change("MeterValuesSampledData", name) == "Accepted"]
    else:
        assert station.change("MeterValuesSampledData", MEASURANDS) == "Rejected"  # so it reads back what there is
        names = station.value("MeterValuesSampledData").split(",")
    # These become its sensors: the others stay away for good.
    for name in ("Energy.Active.Import.Register", "Power.Active.Import", "Current.Import", "Current.Offered"):
        assert name in names and name in MEASURANDS.split(",")
    for key, value in (
        ("MeterValuesSampledData", ",".join(names)), ("MeterValueSampleInterval", "60"),
        ("ClockAlignedDataInterval", "900"),
    ):  # fmt: skip
        if station.value(key) != value:
            assert station.change(key, value) == "Accepted", key
    station.accepted("ChangeAvailability", connectorId=0, type="Operative")
    station.news("")
    station.accepted("TriggerMessage", requestedMessage="BootNotification")
    for connector in [1] if connectors == 1 else range(connectors + 1):
        # Refused for a number, it would forget that connector and all after it.
        station.accepted("TriggerMessage", requestedMessage="StatusNotification", connectorId=connector)
    told_as_live(station, range(1, connectors + 1))


def home_assistant_charges(station):
    """Charge Control, the sliders, an action with a profile of one's own, Charge Control again."""
    bench = station.bench
    bench.plug()
    tag = "K3R1NZ0A8QW5T7YBM2XC"  # 20 characters, new with each start of Home Assistant
    for session in (1, 2):  # the second while the vehicle is still there
        station.accepted("RemoteStartTransaction", connectorId=1, idTag=tag)
        bench.run(2000)
        start = station.news("StartTransaction")[-1]
        assert start["idTag"] == tag and start["meterStart"] > 0  # 0: it takes the register for the session's energy
        assert station.value("ChargingScheduleAllowedChargingRateUnit") == "Current,Power"
        level = int(station.value("ChargeProfileMaxStackLevel"))
        station.limit(0, "ChargePointMaxProfile", 10.0, 1000, level)
        station.offers(10, "Charging")
        station.limit(0, "ChargePointMaxProfile", 16.0, 1000, level, start="2020-01-01T00:00:00Z")
        station.limit(1, "TxProfile", 8.0, 3001, level, transaction=session)
        station.offers(8, "Charging")
        bench.run(61000, 500)
        (values,) = station.news("MeterValues")[-1]["meterValue"]
        units = {value["measurand"]: value.get("unit") for value in values["sampledValue"]}
        assert units["Energy.Active.Import.Register"] == "Wh" and units["Power.Active.Import"] == "W"
        station.limit(0, "ChargePointMaxProfile", 0.0, 1000, level)  # the slider at its lowest
        station.offers(0, "SuspendedEVSE")
        station.accepted("ClearChargingProfile")
        station.offers(32, "Charging")
        station.accepted("RemoteStopTransaction", transactionId=session)
        bench.run(2000)
        (stop,) = station.news("StopTransaction")
        assert stop["transactionId"] == session and bench.status() == "Finishing"
    assert station.ask("UnlockConnector", connectorId=1)["status"] == "Unlocked"
    answer = station.ask("DataTransfer", vendorId="org.chargelet", messageId="Journal", data="")
    assert answer["status"] == "Accepted" and len(answer["data"])
    assert station.ask("ClearChargingProfile")["status"] == "Unknown"  # as good as Accepted there
    bench.unplug()


# evcc, charger `ocpp`


def evcc(station):
    """When the charger has connected, and each time after it has booted anew."""
    bench = station.bench
    assert station.ask("ChangeAvailability", connectorId=0, type="Operative")["status"] in ("Accepted", "Scheduled")
    keys = station.strict()
    assert 1 <= int(keys["NumberOfConnectors"]) and keys["ChargingScheduleAllowedChargingRateUnit"] != "Power"
    for profile in ("Core", "SmartCharging", "RemoteTrigger"):
        assert profile in keys["SupportedFeatureProfiles"].split(",")
    assert keys["ConnectorSwitch3to1PhaseSupported"] == "false"  # true: it would switch phases by numberPhases
    station.news("")
    station.accepted("TriggerMessage", requestedMessage="BootNotification")
    assert station.news("BootNotification")
    names = [name for name in WANTED.split() if station.change("MeterValuesSampledData", name) == "Accepted"]
    assert len(names) <= int(keys["MeterValuesSampledDataMaxLength"])  # or it takes the first so many
    for name in ("Power.Active.Import", "Energy.Active.Import.Register", "Current.Offered"):
        assert name in names
    assert station.change("MeterValuesSampledData", ",".join(names)) == "Accepted"
    station.accepted("TriggerMessage", requestedMessage="MeterValues")
    values = station.news("MeterValues")[0]["meterValue"][0]["sampledValue"]
    assert [value["measurand"] for value in values] == names
    for key, value in (("MeterValueSampleInterval", "10"), ("WebSocketPingInterval", "30")):
        assert station.change(key, value) == "Accepted"  # it closes what has not pinged for 90 s
    station.accepted("TriggerMessage", requestedMessage="StatusNotification")
    told_as_live(station, range(1, len(bench.evses) + 1))
    return int(keys["MaxChargingProfilesInstalled"]), int(keys["ChargeProfileMaxStackLevel"])


def evcc_charges(station, begins, number, level):
    """Solar surplus comes and goes; `begins` says who starts the transaction."""
    bench = station.bench
    past = "2026-11-20T11:59:00Z"  # a minute ago
    station.limit(1, "TxDefaultProfile", 0, number, level, start=past)  # off
    bench.plug()
    bench.run(1000)
    begins(station)
    bench.run(2000)
    assert bench.status() == "SuspendedEVSE" and len(station.news("StartTransaction")) == 1
    for amperes in (6, 13.5, 0, 16.7):
        station.limit(1, "TxDefaultProfile", amperes, number, level, start=past)
        station.offers(amperes, "Charging" if amperes else "SuspendedEVSE")
        schedule = station.ask("GetCompositeSchedule", connectorId=1, duration=60)["chargingSchedule"]
        assert schedule["chargingSchedulePeriod"][0]["limit"] == amperes
        bench.run(21000, 500)
        values = station.news("MeterValues")
        assert len(values) >= 2 and values[-1]["transactionId"] == 1  # 40 s without any: an error
        offered = [one for one in values[-1]["meterValue"][0]["sampledValue"] if one["measurand"] == "Current.Offered"]
        assert [float(one["value"]) for one in offered] == [amperes]  # above 0: enabled
    bench.run(600000, 5000)
    # Hours at 0 A would do the same: a transaction that ended by itself, evcc never starts again.
    station.limit(1, "TxDefaultProfile", 0, number, level, start=past)
    bench.run(600000, 5000)
    assert bench.central.all("StopTransaction") == []
    bench.unplug()
    bench.run(2000)
    assert len(bench.central.all("StopTransaction")) == 1 and bench.status() == "Available"


def by_remote_start(station):
    assert station.bench.status() == "Preparing"  # which is when evcc starts it, once
    station.accepted("RemoteStartTransaction", connectorId=1, idTag="evcc")


def by_card(station):
    station.bench.swipe("04A2B3C4D5E680")


def nobody(station):
    """Free charging: plugging in was enough."""


def test_home_assistant_sets_up():
    for connectors in (1, 2):
        for by_one in (False, True):
            home_assistant(Played(connectors), by_one)


def test_home_assistant_charges():
    station = Played()
    home_assistant(station)
    home_assistant_charges(station)


def test_home_assistant_takes_the_station_before_it_has_answered_boot():
    """BootNotification and its questions cross: what it asks is answered all the same."""
    station = Played(online=False)
    station.bench.central.answers["BootNotification"] = None
    station.bench.connect()
    station.bench.run(1000)
    assert station.value("SupportedFeatureProfiles").startswith("Core") and station.value("NumberOfConnectors") == "1"
    station.accepted("ChangeAvailability", connectorId=0, type="Operative")


def test_evcc_sets_up_and_charges():
    for begins, free in ((nobody, True), (by_card, False), (by_remote_start, False)):
        station = Played(config={"FreeVend": free})
        evcc_charges(station, begins, *evcc(station))


def test_evcc_starts_anew_in_the_midst_of_a_session():
    """It has forgotten everything; the station has not booted, and tells what evcc asks for."""
    station = Played(2)
    bench = station.bench
    evcc(station)
    bench.charging()
    bench.run(20000, 500)
    bench.drop()
    bench.run(60000, 500)
    bench.connect()
    bench.run(1000)
    evcc(station)
    station.accepted("TriggerMessage", requestedMessage="MeterValues", connectorId=1)
    # With these and the status Charging it finds the transaction again.
    assert station.news("MeterValues")[-1]["transactionId"] == 1 and bench.status() == "Charging"
    assert len(bench.central.all("StartTransaction")) == 1 and bench.central.all("StopTransaction") == []
    bench.drop()
    bench.unplug()
    bench.run(300000, 5000)
    station.news("")
    bench.connect()
    bench.run(1000)
    told_as_live(station, [1])  # not with the time of five minutes ago


def test_evcc_does_not_know_the_station_yet():
    """All that the station says is answered with an error, until somebody has named it in evcc's configuration."""
    station = Played(online=False)
    bench = station.bench
    for action in ("BootNotification", "StatusNotification", "Heartbeat", "MeterValues"):
        bench.central.answers[action] = "InternalError"
    bench.connect()
    bench.run(100000, 500)
    assert 2 <= len(station.news("BootNotification")) <= 5
    bench.central.answers.clear()
    bench.run(31000, 500)
    assert len(station.news("BootNotification")) == 1 and bench.status() == "Available"
    evcc(station)


def test_evcc_asks_for_values_each_two_seconds():
    """So it does while there are none that are new, for ever; they are there, and nothing else waits for them."""
    station = Played()
    evcc(station)
    station.bench.endpoint._conversation.pace.spare = 60  # as on a board
    for _ in range(300):
        station.accepted("TriggerMessage", requestedMessage="MeterValues", connectorId=1)
        assert station.news("MeterValues")
        station.bench.run(10700, 500)
    station.limit(1, "TxDefaultProfile", 10, 10, 8, start="2026-11-20T11:59:00Z")
