"""Security events: what is logged, what is told, in which order, and what a power cut leaves of it."""

import json

from chargelet.station import reset_causes, security_events
from fakes.bench import Bench

PROFILE = {"SecurityProfile": 1}
EVENT = "SecurityEventNotification"


def log_of(bench):
    return b"".join(security_events.lines(bench.storage)).decode()


def types(bench):
    return [payload["type"] for payload in bench.central.all(EVENT)]


def test_critical_events_are_told_and_all_are_in_the_log():
    bench = Bench(config=PROFILE)
    bench.station.security.note("TamperDetectionActivated")
    bench.station.security.note("InvalidMessages", "not JSON")
    bench.run(1000)
    assert bench.central.all(EVENT) == [{"type": "TamperDetectionActivated", "timestamp": "2026-11-20T12:00:01Z"}]
    log = log_of(bench)
    assert log == "2026-11-20T12:00:01Z TamperDetectionActivated\n2026-11-20T12:00:01Z InvalidMessages not JSON\n"
    assert "security-untold" not in bench.storage.values and not bench.station.security.untold


def test_a_clock_that_is_set_is_an_event_and_one_that_is_corrected_is_not():
    for by, told in ((59, False), (-59, False), (61, True), (-3600, True)):
        bench = Bench(config=PROFILE)
        bench.clock.set(bench.clock.now() + by)
        bench.run(2000)
        assert types(bench) == (["SettingSystemTime"] if told else []), by
        assert ("SettingSystemTime by %d s" % by in log_of(bench)) is told


def test_without_a_profile_nothing_is_told():
    bench = Bench()
    bench.station.security.note("TamperDetectionActivated")
    bench.run(2000)
    assert types(bench) == [] and "TamperDetectionActivated" in log_of(bench)


def test_what_happened_offline_is_told_after_a_reboot_with_its_own_time():
    bench = Bench(config=PROFILE, online=False)
    bench.station.security.note("MemoryExhaustion", "RAM")
    bench.run(60000, 1000)
    bench.station.security.note("FirmwareUpdated")
    after = bench.cut(config=PROFILE)
    after.central.clock = after.clock
    assert after.station.security.untold == 2
    after.connect()
    after.run(2000)
    told = after.central.all(EVENT)
    assert [(one["type"], one["timestamp"][11:]) for one in told] == [
        ("MemoryExhaustion", "12:00:00Z"),
        ("FirmwareUpdated", "12:01:00Z"),
    ]
    assert told[0]["techInfo"] == "RAM"
    after = after.cut(config=PROFILE)
    after.connect()
    after.run(2000)
    assert len(after.central.all(EVENT)) == 2


def test_power_cuts_lose_no_event_and_leave_nothing_damaged():
    cuts = 0
    for change in range(12):
        bench = Bench(config=PROFILE, online=False)
        bench.station.security.note("FirmwareUpdated")
        bench.storage.cut(change)
        try:
            bench.station.security.note("TamperDetectionActivated")
            bench.connect()
            bench.run(2000)
            bench.storage.cut(10**9)
        except BaseException as cut:
            assert type(cut).__name__ == "PowerCut", cut
            cuts += 1
        after = bench.cut(config=PROFILE)
        after.connect()
        after.run(3000)
        assert types(after)[:1] == ["FirmwareUpdated"] and not after.station.security.untold, change
        if change:
            assert "TamperDetectionActivated" in types(after), change
    assert cuts >= 4, cuts


def test_an_event_never_goes_before_what_is_billed():
    bench = Bench(config=dict(PROFILE, AllowOfflineTxForUnknownId=True))
    bench.drop()
    bench.station.security.note("TamperDetectionActivated")
    bench.charging()
    bench.swipe()
    bench.unplug()
    bench.connect()
    bench.run(5000)
    names = [name for name, _ in bench.central.sent]
    assert names.index(EVENT) > names.index("StopTransaction") > names.index("StartTransaction")


def test_a_flood_is_bounded_and_pushes_nothing_else_out():
    bench = Bench(config=PROFILE, online=False)
    bench.station.security.note("FirmwareUpdated")
    before = bench.storage.writes
    for _ in range(1000):
        bench.station.security.note("MemoryExhaustion", "RAM")
        bench.endpoint.receive("no JSON")
    assert bench.storage.writes - before <= 4
    for _ in range(300):
        bench.clock.advance(600000)
        for kind in security_events.TOLD:
            bench.station.security.note(kind, "x" * 300)
    assert len(security_events.TOLD) <= bench.station.security.untold <= 28
    assert len(bench.storage.values["security-untold"]) < 5000, "all of it is in RAM while one is told"
    assert len(bench.storage.values["security-log"]) <= 4096 >= len(bench.storage.values["security-log-old"])
    kept = json.loads(bench.storage.values["security-untold"])
    assert kept[0][0] == "FirmwareUpdated" and kept[0][2] == ""


def test_an_answer_of_any_kind_will_do_and_silence_keeps_nothing_waiting():
    bench = Bench(config={"SecurityProfile": 1, "MessageTimeout": 5})
    bench.central.answers[EVENT] = "NotImplemented"
    bench.station.security.note("TamperDetectionActivated")
    bench.run(1000)
    assert not bench.station.security.untold and len(types(bench)) == 1
    bench.central.answers[EVENT] = None
    bench.station.security.note("FirmwareUpdated")
    bench.run(1000)
    bench.plug()
    bench.swipe()
    bench.run(20000, 500)
    assert "StartTransaction" in [name for name, _ in bench.central.sent] and bench.station.security.untold
    del bench.central.answers[EVENT]
    bench.run(120000, 1000)
    assert not bench.station.security.untold


def test_a_clock_that_is_set_by_minutes_is_an_event():
    bench = Bench(config=PROFILE)
    bench.central.clock = bench.clock
    for seconds in (20, -20, 3600, -86400):
        bench.clock.set(bench.clock.now() + seconds)
        bench.run(1000)
        bench.clock.advance(700000)
    told = [payload["techInfo"] for payload in bench.central.all(EVENT)]
    assert told == ["by 3600 s", "by -86400 s"], told
    unknown = Bench(config=PROFILE, now=None)
    assert unknown.clock.now() is not None and types(unknown) == []


def test_a_start_is_told_with_its_cause_and_the_time_that_is_known_later():
    bench = Bench(config=PROFILE, online=False, now=None)
    reset_causes.count(bench.storage, "PWRON_RESET", bench._log)
    reset_causes.started(bench.station, "PWRON_RESET")
    bench.run(5000)
    bench.connect()
    bench.run(2000)
    assert [(one["type"], one["timestamp"]) for one in bench.central.all(EVENT)] == [
        ("StartupOfTheDevice", "2026-11-20T11:59:55Z")
    ]
    after = bench.cut(config=PROFILE)
    reset_causes.count(after.storage, "WDT_RESET", after._log)
    reset_causes.started(after.station, "WDT_RESET")
    after.connect()
    after.run(2000)
    assert types(after)[1:] == ["ResetOrReboot", "StartupOfTheDevice"]
    for name in (security_events.LOG, security_events.OLD):
        after.storage.remove(name)
    reset_causes.count(after.storage, "PWRON_RESET", after._log)
    reset_causes.started(after.station, "PWRON_RESET")
    after.run(2000)
    assert types(after)[3:] == ["SecurityLogWasCleared", "StartupOfTheDevice"]


def test_damaged_files_are_left_out():
    for damage in (b"", b"rubbish", b"[1]", b'{"a": 1}', b'[["x", null, ""]]', b'[["x", 1]]'):
        bench = Bench(config=PROFILE, online=False)
        bench.storage.write("security-untold", damage)
        after = bench.cut(config=PROFILE)
        after.station.security.note("FirmwareUpdated")
        after.connect()
        after.run(2000)
        assert types(after) == ["FirmwareUpdated"], damage


class Contact:
    def __init__(self):
        self.seen = []

    def opened(self):
        return self.seen.pop(0) if self.seen else False


def test_a_housing_that_is_opened_is_told_once():
    bench = Bench(config=PROFILE)
    bench.station.security.tamper = contact = Contact()
    contact.seen = [True]
    bench.run(3000, 500)
    assert types(bench) == ["TamperDetectionActivated"]
