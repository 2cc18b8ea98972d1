"""Diagnostics and updates as the station sees them; the network is in e2e/test_files.py and e2e/test_update.py."""

import json

from chargelet.base.timestamp import from_text
from chargelet.station import reset_causes
from chargelet.station.diagnostics import parts
from fakes.bench import Bench
from fakes.reservations import reserve
from fakes.storage import FakeStorage

LOG = (
    b"+3 s before the clock\n2026-11-20T11:00:00Z early\n2026-11-20T12:00:00Z noon\n",
    b"2026-11-20T13:00:00Z late\n",
)


def diagnostics(bench, *times):
    return b"".join(parts(bench.station, LOG, *times)).decode()


def test_versions_come_first():
    first = diagnostics(Bench()).split("\n")[0]
    assert first.startswith("# Chargelet 0.1.0, 3."), first


def test_boots_are_counted_by_their_cause():
    storage, lines = FakeStorage(), []

    class Machine:
        PWRON_RESET, WDT_RESET = 1, 3
        now = 1

        @classmethod
        def reset_cause(cls):
            return cls.now

    for cause in (1, 3, 3, 9):
        Machine.now = cause
        reset_causes.count(storage, reset_causes.cause_of(Machine), lines.append)
    assert json.loads(reset_causes.known(storage)) == {"PWRON_RESET": 1, "WDT_RESET": 2, "cause 9": 1}
    assert lines[2] == "boot: WDT_RESET, number 2"
    for damaged in (b"{", b"[]", b"7", b'{"WDT_RESET": "x"}'):
        storage.write("boots", damaged)
        reset_causes.count(storage, "WDT_RESET", lines.append)
        assert json.loads(reset_causes.known(storage)) == {"WDT_RESET": 1}


def test_the_file_says_all_but_secrets():
    bench = Bench(config={"AuthorizationKey": "a-secret-of-sixteen"})
    bench.charging()
    text = diagnostics(bench)
    assert "Charging" in text and "HeartbeatInterval = 300" in text and '"capacity": 1000' in text
    assert "secret" not in text and "early" in text and "late" in text
    for key, readonly, value in bench.station.config.report():
        value = "**E" if key == "FreeVendIdTag" else value  # whoever knows an idTag can charge with it
        assert "%s%s = %s" % (key, " (read-only)" if readonly else "", value) in text


def test_the_log_of_a_time():
    bench = Bench()
    noon = from_text("2026-11-20T12:00:00Z")
    log = diagnostics(bench, noon, None).split("# Log")[1]
    assert "early" not in log and "noon" in log and "late" in log and "before the clock" in log
    log = diagnostics(bench, None, noon).split("# Log")[1]
    assert "early" in log and "noon" in log and "late" not in log
    log = diagnostics(bench, noon - 1, noon + 1).split("# Log")[1]
    assert log.count("2026") == 1


def offer(bench, **changes):
    request = {"location": "http://x/y", "retrieveDate": "2026-11-20T12:10:00Z", "retries": 2, "retryInterval": 5}
    assert bench.ask("UpdateFirmware", dict(request, **changes)) == {}
    return bench.station.maintenance()


def test_an_update_is_due_at_its_time_and_outlives_power_cuts():
    bench = Bench()
    made = offer(bench)
    assert not made.update_due()
    after = bench.cut()
    assert after.station.maintained and not after.station.maintenance().update_due()
    after.run(600000, 60000)
    assert after.station.maintenance().update_due()
    after.station.maintenance().end_update("DownloadFailed")
    after = after.cut()
    after.connect()
    after.run(2000)
    assert [p["status"] for p in after.central.all("FirmwareStatusNotification")] == ["DownloadFailed"]
    assert not after.cut().station.maintained


def test_a_damaged_update_is_left_out():
    bench = Bench()
    for damage in (b"rubbish", b"[]", b'{"location": "x"}', b'{"retrieve": "x"}'):
        bench.storage.write("update", damage)
        after = bench.cut()
        assert after.station.maintenance().update is None and bench.storage.read("update") is None, damage


def test_what_is_told_keeps_its_order_and_an_error_is_an_answer():
    bench = Bench(config={"MessageTimeout": 5})
    bench.central.answers["FirmwareStatusNotification"] = None
    made = offer(bench)
    made.firmware.reach("Downloading")
    made.firmware.reach("Downloaded")
    bench.run(30000, 500)
    told = bench.central.all("FirmwareStatusNotification")
    assert len(told) == 2 and {payload["status"] for payload in told} == {"Downloading"}
    bench.drop()
    bench.central.answers["FirmwareStatusNotification"] = "InternalError"
    bench.connect()
    bench.run(30000, 500)
    assert [p["status"] for p in bench.central.all("FirmwareStatusNotification")][-2:] == ["Downloading", "Downloaded"]
    assert made.firmware.untold == []


def test_nothing_is_installed_while_somebody_charges_and_nobody_charges_meanwhile():
    bench = Bench()
    made = offer(bench)
    bench.charging()
    assert not made.quiet()
    bench.swipe()
    bench.unplug()
    bench.run(3000)
    assert made.quiet()
    made.block(True)
    bench.run(200)
    assert bench.status() == "Unavailable"
    bench.plug()
    bench.swipe()
    assert bench.station.connectors[0].transaction is None
    made.block(False)
    bench.run(200)
    assert bench.status() == "Preparing"


def test_while_it_waits_for_one_connector_nobody_begins_at_another():
    bench = Bench(2)
    made = offer(bench, retrieveDate="2026-11-20T12:00:00Z")
    bench.charging()
    made.update["fetched"] = True
    assert not made.update_due()
    bench.run(500)
    assert [bench.status(1), bench.status(2)] == ["Charging", "Unavailable"]
    bench.plug(2)
    bench.swipe("B")
    bench.run(1000)
    assert len(bench.central.all("StartTransaction")) == 1
    bench.swipe()
    bench.run(3000)
    assert made.update_due()
    made.end_update("InstallationFailed")
    bench.run(500)
    assert [bench.status(1), bench.status(2)] == ["Finishing", "Preparing"]


def test_an_update_waits_for_who_has_a_reservation():
    for place, uses in ((2, True), (2, False), (0, False)):
        bench = Bench(2)
        bench.central.clock = bench.clock
        made = offer(bench, retrieveDate="2026-11-20T12:00:00Z")
        bench.charging("A")
        assert reserve(bench, 5, place, "B", 60) == "Accepted"
        made.update["fetched"] = True
        assert not made.update_due() and bench.status(2) == "Reserved"
        assert reserve(bench, 6, 2, "C") == "Occupied"
        bench.swipe("A")
        bench.unplug()
        bench.run(3000)
        if place:
            assert not made.update_due() and reserve(bench, 7, 1, "C") == "Unavailable"
        else:
            assert made.update_due(), "it is for whichever connector is free, and that is as good as before after it"
            continue
        if uses:
            bench.plug(2)
            bench.swipe("B", 2)
            bench.run(1000)
            assert bench.central.all("StartTransaction")[-1]["reservationId"] == 5 and not made.update_due()
            bench.swipe("B", 2)
        bench.run(61000, 1000)
        assert made.update_due(), (place, uses)


def test_its_ram_comes_back_when_there_is_nothing_to_do():
    bench = Bench()
    made = offer(bench)
    bench.run(1000)
    assert bench.station.maintained
    made.end_update(None)
    bench.run(1000)
    assert not bench.station.maintained
    assert bench.ask("TriggerMessage", {"requestedMessage": "FirmwareStatusNotification"}) == {"status": "Accepted"}
