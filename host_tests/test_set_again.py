"""What a central system sets again and again, as home systems do every few seconds: nothing changes on flash."""

from fakes.bench import Bench
from fakes.charging_profiles import composite, now, profile


def settings(bench):
    """Calls that set something for good."""
    at = {"startSchedule": now(bench, -50)}
    changing = [(0, 20), (100, 16)]
    for connector_id, made in (
        (1, profile(1, "TxDefaultProfile", [(0, 10), (300, 8)], kind="Relative")),
        (0, profile(2, "TxDefaultProfile", [(0, 10)], 1, schedule_more=dict(at, duration=900), validFrom=now(bench))),
        (0, profile(3, "ChargePointMaxProfile", [(0, 20)], kind="Relative")),
        (0, profile(4, "ChargePointMaxProfile", changing, 1, schedule_more=at)),
        (0, profile(5, "ChargePointMaxProfile", changing, 2, kind="Recurring", recurrencyKind="Daily")),
        (1, profile(6, "TxProfile", [(0, 12)], kind="Relative", transactionId=1)),
    ):
        yield "SetChargingProfile", {"connectorId": connector_id, "csChargingProfiles": made}
    for connector_id in (0, 1, 2):
        for kind in ("Inoperative", "Operative"):
            yield "ChangeAvailability", {"connectorId": connector_id, "type": kind}
    yield "ChangeConfiguration", {"key": "ConnectionTimeOut", "value": "90"}
    request = {"connectorId": 2, "idTag": "B", "reservationId": 9, "expiryDate": now(bench, 3600)}
    yield "ReserveNow", request
    yield "CancelReservation", {"reservationId": 9}
    yield "ClearChargingProfile", {"chargingProfilePurpose": "TxDefaultProfile"}
    yield "ClearCache", {}


def test_what_is_set_again_is_not_written_again():
    bench = Bench(2).charging()
    bench.run(1000)
    count = 0
    for action, payload in list(settings(bench)):
        first = bench.ask(action, payload)
        bench.run(200)
        for _ in range(3):
            before = bench.storage.writes + bench.cache.writes
            again = bench.ask(action, payload)
            bench.run(200)
            assert again == first or action.startswith("C"), (action, again)
            assert bench.storage.writes + bench.cache.writes == before, (action, payload)
        count += 1
    print("%d settings" % count)


def test_a_limit_of_the_station_counts_from_its_latest_coming_through_a_power_cut():
    bench = Bench()
    ends = profile(1, "ChargePointMaxProfile", [(0, 10)], kind="Relative", schedule_more={"duration": 300})
    request = {"connectorId": 0, "csChargingProfiles": ends}
    for _ in range(4):
        assert bench.ask("SetChargingProfile", request) == {"status": "Accepted"}
        bench.run(200000, 5000)
    assert composite(bench, 1, 200) == [(0, 10), (100, 32)]
    after = bench.cut()
    after.connect()
    after.central.clock = after.clock
    after.run(1000)
    assert composite(after, 1, 200) == [(0, 10), (98, 32)]
    # Of one that comes before it is valid, the first second is that of its validFrom.
    later = {"validFrom": now(after, 1000), "schedule_more": {"duration": 300}}
    ends = profile(1, "ChargePointMaxProfile", [(0, 10), (200, 12)], kind="Relative", **later)
    assert after.ask("SetChargingProfile", dict(request, csChargingProfiles=ends)) == {"status": "Accepted"}
    assert composite(after, 1, 2000) == [(0, 32), (1000, 10), (1200, 12), (1300, 32)]
