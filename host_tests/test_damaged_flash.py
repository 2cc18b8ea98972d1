"""Whatever a worn flash makes of any one file: the station boots, says so, and charges."""

import gc

from fakes.bench import Bench
from fakes.storage import FakeStorage

DAMAGE = (
    b"", b"\x00", b"\xff" * 40, b"{", b"[]", b"{}", b"null", b"7", b'"text"', b"[[]]", b"[1, 2]", b"[[1, 2, 3, 4, 5]]",
    b'{"a": 1}', b"[null, null, null]", b'[["x"], [1]]', b"a\tb\nc", b"\xc3\x28", b"-1", b"[-1, -1, -1]", b"[1e99]",
)  # fmt: skip


def used():
    """A station that has a file of every kind; it is in the middle of a session."""
    bench = Bench(2, config={"LocalPreAuthorize": False, "SendLocalListMaxLength": 60})
    listed = {"status": "Accepted", "expiryDate": "2030-01-01T00:00:00Z", "parentIdTag": "G" * 20}
    # More than fits into a block of flash: the change lies beside it.
    entries = [{"idTag": "LISTED%014d" % number, "idTagInfo": listed} for number in range(75)]
    limits = {"chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 16}]}
    profile = {
        "chargingProfileId": 1, "stackLevel": 0, "chargingProfilePurpose": "TxDefaultProfile",
        "chargingProfileKind": "Relative", "chargingSchedule": limits,
    }  # fmt: skip
    later = "2026-11-21T12:00:00Z"
    for action, payload in (
        ("ChangeConfiguration", {"key": "MeterValueSampleInterval", "value": "60"}),
        ("ChangeAvailability", {"connectorId": 2, "type": "Operative"}),
        ("SendLocalList", {"listVersion": 1, "updateType": "Full", "localAuthorizationList": entries[:60]}),
        ("SendLocalList", {"listVersion": 2, "updateType": "Differential", "localAuthorizationList": entries[60:]}),
        ("SendLocalList", {"listVersion": 3, "updateType": "Differential", "localAuthorizationList": entries[:1]}),
        ("SetChargingProfile", {"connectorId": 0, "csChargingProfiles": profile}),
        ("ReserveNow", {"connectorId": 2, "expiryDate": later, "idTag": "R", "reservationId": 1}),
        ("UpdateFirmware", {"location": "http://x/", "retrieveDate": later}),
    ):
        assert bench.ask(action, payload).get("status", "Accepted") == "Accepted", action
    bench.charging()
    bench.drop()
    bench.evse.meter.wh = 500
    bench.run(130000, 1000)
    for name, content in (("epochs", b"[[5, 848491200]]"), ("key_before", b"a-key-of-sixteen"), ("boots", b"{}")):
        bench.storage.write(name, content)
    return bench


def test_one_file_after_the_other():
    bench = used()
    kept = [bench.storage.values, bench.records.values, bench.cache.values]
    assert "locallist" in kept[0] and "locallist-changes" in kept[0]
    folders = bench.records.folders
    tried = 0
    for at in range(3):
        for name in kept[at]:
            whole = kept[at][name]
            for damaged in DAMAGE + (whole[:-1], whole[: len(whole) // 2], whole + b"x", whole[:-1] + b"\x07"):
                bench = after = None
                gc.collect()
                again = [FakeStorage() for _ in kept]
                for storage, values in zip(again, kept):
                    storage.values.update(values)
                    storage.folders.update(folders)
                again[at].values[name] = damaged
                after = Bench(2, storage=again[0], records=again[1], cache=again[2], now=848491400, online=False)
                after.connect()
                try:
                    after.run(3000, 500)
                    for connector in (1, 2):
                        after.unplug(connector)
                    after.run(1000, 500)
                    after.ask("CancelReservation", {"reservationId": 1})
                    after.plug()
                    after.swipe("AFTER", 1)
                    after.run(1000, 500)
                    assert after.status() == "Charging", after.status()
                    known = after.station.local_list
                    assert (known.version, known.count) == ((0, 0) if name.startswith("locallist") else (3, 75))
                    (row,) = after.ask("GetConfiguration", {"key": ["HeartbeatInterval"]})["configurationKey"]
                    assert row["value"] == "300"
                    after.ask("GetCompositeSchedule", {"connectorId": 1, "duration": 60})
                    after.ask("TriggerMessage", {"requestedMessage": "MeterValues"})
                    after.swipe("AFTER", 1)
                    after.run(1000, 500)
                    assert after.status() == "Finishing", after.status()
                    # A record of a newer format waits for a newer firmware.
                    assert len(after.station.outbox) == (name[:1] == "r" and "/" in name and damaged == b"7")
                except Exception:
                    print(at, name, damaged)
                    raise
                tried += 1
    assert tried > 200
    print("%d damaged files" % tried)
