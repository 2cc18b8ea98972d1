"""Charging profiles: which are refused, how many there may be, and how long; what is there stays as it was."""

from fakes.bench import Bench
from fakes.charging_profiles import composite, install, now, profile, schedule


def test_refusals_leave_what_is_there():
    bench = Bench()
    good = profile(1, "TxDefaultProfile", [(0, 10)], kind="Relative")
    install(bench, 1, good)
    for change in (
        {"stackLevel": 9},
        {"chargingSchedule": schedule([])},
        {"chargingSchedule": schedule([(1, 10)])},
        {"chargingSchedule": schedule([(0, 10), (0, 12)])},
        {"chargingSchedule": schedule([(at, 10) for at in range(25)])},
        {"chargingProfileKind": "Recurring"},
        {"validFrom": "2026-01-02T00:00:00Z", "validTo": "2026-01-01T00:00:00Z"},
        {"chargingProfilePurpose": "ChargePointMaxProfile"},
    ):
        assert install(bench, 1, dict(good, chargingProfileId=2, **change)) == "Rejected", change
    for change in (
        {"stackLevel": -1},
        {"chargingSchedule": schedule([(0, -1)])},
        {"chargingSchedule": schedule([(0, 10)], duration=-5)},
        {"chargingSchedule": schedule([(0, 10, 4)])},
        {"chargingSchedule": schedule([(1 << 31, 10)])},
    ):
        made = dict(good, chargingProfileId=2, **change)
        assert install(bench, 1, made) == "PropertyConstraintViolation", change
    assert install(bench, 7, good) == "PropertyConstraintViolation"
    assert bench.ask("GetCompositeSchedule", {"connectorId": 7, "duration": 5}) == {"status": "Rejected"}
    assert composite(bench, 1, 60) == [(0, 10)] and len(bench.station.profiles()) == 1
    without = Bench(board=dict(bench.board, profiles=["Core"]))
    assert install(without, 1, good) == "NotSupported"


def test_a_duration_of_0_is_none():
    """As those write it who have not set it; literally the profile would be Accepted and never limit anything."""
    for kind, more in (
        ("Relative", {}),
        ("Absolute", {}),
        ("Absolute", {"startSchedule": "0001-01-01T00:00:00+00:00"}),
    ):
        bench = Bench().charging()
        made = profile(1, "TxDefaultProfile", [(0, 10)], kind=kind, schedule_more=dict(more, duration=0))
        assert install(bench, 1, made) == "Accepted"
        bench.run(300000, 10000)
        assert bench.evse.offered_ma == 10000, (kind, more)
        assert composite(bench, 1, 60) == [(0, 10)]
    bench = Bench()
    bench.plug()
    made = profile(1, "TxProfile", [(0, 8)], kind="Relative", schedule_more={"duration": 0})
    request = {"connectorId": 1, "idTag": "A", "chargingProfile": made}
    assert bench.ask("RemoteStartTransaction", request) == {"status": "Accepted"}
    bench.run(60000, 500)
    assert bench.evse.offered_ma == 8000


def test_no_more_than_fit():
    bench = Bench()
    most = bench.station.config["MaxChargingProfilesInstalled"]
    made = [profile(at, "TxDefaultProfile", [(0, 10)], at % 9, kind="Relative") for at in range(most + 1)]
    statuses = [install(bench, at // 9, one) for at, one in enumerate(made)]
    assert statuses == ["Accepted"] * most + ["Rejected"]
    assert install(bench, 0, made[0]) == "Accepted", "in place of itself there is always room"


def test_a_profile_that_is_over_makes_way_for_a_new_one():
    bench = Bench()
    most = bench.station.config["MaxChargingProfilesInstalled"]
    for at in range(most):
        made = profile(at, "TxDefaultProfile", [(0, 10)], at % 9, kind="Relative", validTo=now(bench, 60))
        assert install(bench, at // 9, made) == "Accepted"
    one_more = profile(most, "TxDefaultProfile", [(0, 12)], 8, kind="Relative")
    assert install(bench, 1, one_more) == "Rejected"
    bench.run(61000, 1000)
    assert len(bench.station.profiles()) == most, "they stay until their place is needed"
    assert install(bench, 1, one_more) == "Accepted" and len(bench.station.profiles()) == 1
    assert len([name for name in bench.storage.names() if name.startswith("profile-")]) == 1


def test_24_periods_fit():
    bench = Bench()
    limits = [(3600 * at, 6 + at / 10, 3) for at in range(24)]
    assert install(bench, 1, profile(1, "TxDefaultProfile", limits, kind="Relative")) == "Accepted"
    found = composite(bench, 1, 86400)
    assert len(found) == 24 and found[23] == (82800, 8.3)
