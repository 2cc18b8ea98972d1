"""Charging profiles: what is installed, what prevails, what reaches the vehicle. The oracle is in laptop/."""

from chargelet.actions.set_charging_profile import taken
from chargelet.base.timestamp import to_text
from chargelet.station import composite_schedule
from fakes.bench import Bench
from fakes.storage import PowerCut


def schedule(limits, unit="A", **more):
    """A ChargingSchedule of (start, limit) or (start, limit, phases)."""
    periods = []
    for period in limits:
        made = {"startPeriod": period[0], "limit": period[1]}
        if len(period) > 2:
            made["numberPhases"] = period[2]
        periods.append(made)
    return dict(more, chargingRateUnit=unit, chargingSchedulePeriod=periods)


def profile(number, purpose, limits, stack=0, kind="Absolute", unit="A", schedule_more=None, **more):
    return dict(
        more,
        chargingProfileId=number,
        stackLevel=stack,
        chargingProfilePurpose=purpose,
        chargingProfileKind=kind,
        chargingSchedule=schedule(limits, unit, **(schedule_more or {})),
    )


def install(bench, connector_id, made):
    answer = bench.ask("SetChargingProfile", {"connectorId": connector_id, "csChargingProfiles": made})
    bench.run(100)
    return answer["status"] if isinstance(answer, dict) else answer


def composite(bench, connector_id, duration, unit="A"):
    request = {"connectorId": connector_id, "duration": duration, "chargingRateUnit": unit}
    answer = bench.ask("GetCompositeSchedule", request)
    assert answer["status"] == "Accepted" and answer["connectorId"] == connector_id
    made = answer["chargingSchedule"]
    assert made["chargingRateUnit"] == unit and made["duration"] == duration and "startSchedule" not in made
    return [(period["startPeriod"], period["limit"]) for period in made["chargingSchedulePeriod"]]


def now(bench, offset=0):
    return to_text(bench.clock.now() + offset)


def test_a_default_profile():
    bench = Bench()
    made = profile(1, "TxDefaultProfile", [(0, 6), (100, 10)], schedule_more={"startSchedule": now(bench)})
    assert install(bench, 1, made) == "Accepted"
    bench.charging()
    assert composite(bench, 1, 300)[0] == (0, 6)
    (_, first), (change, second) = composite(bench, 1, 300)
    assert (first, second) == (6, 10) and 95 <= change <= 100
    assert bench.evse.offered_ma == 6000
    bench.run(100000, 1000)
    assert bench.evse.offered_ma == 10000


def test_tx_profiles_need_their_transaction():
    bench = Bench(2)
    tx = profile(1, "TxProfile", [(0, 8)], kind="Relative")
    assert install(bench, 1, tx) == "Rejected"
    bench.charging()
    assert install(bench, 1, dict(tx, transactionId=77)) == "Rejected"
    assert install(bench, 2, dict(tx, transactionId=1)) == "Rejected"
    assert install(bench, 0, tx) == "Rejected"
    assert install(bench, 1, dict(tx, transactionId=1)) == "Accepted"
    assert composite(bench, 1, 100) == [(0, 8)] and bench.evse.offered_ma == 8000
    bench.swipe()
    bench.run(1000)
    assert composite(bench, 1, 100) == [(0, 32)] and bench.storage.read("profile-Tx-1-0") is None


def test_a_default_profile_counts_at_once():
    bench = Bench().charging()
    assert bench.evse.offered_ma == 32000
    assert install(bench, 0, profile(1, "TxDefaultProfile", [(0, 13)], kind="Relative")) == "Accepted"
    assert bench.evse.offered_ma == 13000
    bench.ask("ClearChargingProfile", {"id": 1})
    bench.run(100)
    assert bench.evse.offered_ma == 32000


def test_a_remote_start_with_a_profile():
    bench = Bench()
    tx = profile(9, "TxProfile", [(0, 7)], kind="Relative")
    request = {"idTag": "APP", "connectorId": 1}
    wrong = profile(9, "TxDefaultProfile", [(0, 7)])
    assert bench.ask("RemoteStartTransaction", dict(request, chargingProfile=wrong)) == {"status": "Rejected"}
    empty = profile(9, "TxProfile", [])
    assert bench.ask("RemoteStartTransaction", dict(request, chargingProfile=empty)) == {"status": "Rejected"}
    bench.plug()
    assert bench.ask("RemoteStartTransaction", dict(request, chargingProfile=tx)) == {"status": "Accepted"}
    bench.run(1000)
    assert composite(bench, 1, 60) == [(0, 7)] and bench.evse.offered_ma == 7000
    assert install(bench, 1, profile(10, "TxProfile", [(0, 9)], kind="Relative", transactionId=1)) == "Accepted"
    assert composite(bench, 1, 60) == [(0, 9)], "same stack level: replaced"


def test_three_purposes_together():
    bench = Bench().charging()
    at = {"startSchedule": now(bench)}
    install(bench, 0, profile(1, "ChargePointMaxProfile", [(0, 10)], schedule_more=at))
    default = [(0, 6), (60, 10), (120, 8), (180, 25), (260, 8)]
    install(bench, 1, profile(2, "TxDefaultProfile", default, schedule_more=dict(at, duration=300)))
    tx = [(0, 8), (50, 11), (140, 16), (200, 6), (240, 12)]
    install(bench, 1, profile(3, "TxProfile", tx, schedule_more=dict(at, duration=260), transactionId=1))
    found = composite(bench, 1, 400)
    wanted = [(0, 8), (50, 10), (200, 6), (240, 10), (260, 8), (300, 10)]
    assert [limit for _, limit in found] == [limit for _, limit in wanted], found
    assert all([abs(one[0] - other[0]) <= 1 for one, other in zip(found, wanted)]), found


def test_stack_levels():
    bench = Bench()
    at = {"startSchedule": now(bench)}
    low = [(0, 6), (100, 8), (200, 10)]
    install(bench, 1, profile(1, "TxDefaultProfile", low, 0, schedule_more=dict(at, duration=400)))
    install(bench, 1, profile(2, "TxDefaultProfile", [(0, 20)], 1, schedule_more=dict(at, duration=150)))
    found = composite(bench, 1, 500)
    assert [limit for _, limit in found] == [20, 8, 10, 32]
    assert [start for start, _ in found][1] in (149, 150)


def test_a_connectors_own_default_stands_in_for_that_of_all():
    bench = Bench(2)
    install(bench, 0, profile(1, "TxDefaultProfile", [(0, 10)], kind="Relative"))
    install(bench, 2, profile(2, "TxDefaultProfile", [(0, 16)], kind="Relative"))
    assert composite(bench, 1, 60) == [(0, 10)] and composite(bench, 2, 60) == [(0, 16)]


def test_units():
    bench = Bench()
    install(bench, 1, profile(1, "TxDefaultProfile", [(0, 11000.5), (50, 3000, 1)], kind="Relative", unit="W"))
    assert composite(bench, 1, 100, "W") == [(0, 11000.5), (50, 3000)]
    assert composite(bench, 1, 100, "A") == [(0, 15.9), (50, 4.3)], "one phase cannot be switched off"
    install(bench, 1, profile(1, "TxDefaultProfile", [(0, 16)], kind="Relative"))
    assert composite(bench, 1, 100, "W") == [(0, 11040)]
    bench.charging()
    assert bench.evse.offered_ma == 16000


def test_recurring_profiles():
    bench = Bench()
    day = 86400
    start = to_text(bench.clock.now() - 3 * day - 100)
    daily = profile(
        1, "TxDefaultProfile", [(0, 6), (200, 16)], kind="Recurring", recurrencyKind="Daily",
        schedule_more={"startSchedule": start, "duration": day // 2},
    )  # fmt: skip
    assert install(bench, 1, daily) == "Accepted"
    found = composite(bench, 1, 2 * day)
    assert [limit for _, limit in found] == [6, 16, 32, 6, 16, 32, 6] and 98 <= found[1][0] <= 100
    weekly = profile(
        1, "TxDefaultProfile", [(0, 6), (200, 16)], kind="Recurring", recurrencyKind="Weekly",
        schedule_more={"startSchedule": to_text(bench.clock.now() - 7 * day + 50)},
    )  # fmt: skip
    install(bench, 1, weekly)
    assert composite(bench, 1, 300)[0] == (0, 16) and composite(bench, 1, 300)[1][1] == 6
    # Without a start: from midnight, UTC. It is noon.
    midnight = profile(1, "TxDefaultProfile", [(0, 6), (day // 2 + 60, 16)], kind="Recurring", recurrencyKind="Daily")
    install(bench, 1, midnight)
    assert [limit for _, limit in composite(bench, 1, 120)] == [6, 16]


def test_relative_profiles_begin_with_the_transaction():
    for kind in ("Relative", "Absolute"):
        bench = Bench()
        install(bench, 1, profile(1, "TxDefaultProfile", [(0, 6), (60, 10)], kind=kind))
        bench.charging()
        bench.run(30000, 1000)
        found = composite(bench, 1, 100)
        assert found[0] == (0, 6) and found[1][1] == 10 and 28 <= found[1][0] <= 30, found


def test_validity():
    bench = Bench()
    made = profile(1, "TxDefaultProfile", [(0, 10)], kind="Relative", validFrom=now(bench, 50), validTo=now(bench, 100))
    install(bench, 1, made)
    found = composite(bench, 1, 200)
    assert [limit for _, limit in found] == [32, 10, 32] and found[1][0] in (49, 50) and found[2][0] in (99, 100)


def test_clearing():
    bench = Bench(2)

    def fill():
        install(bench, 0, profile(1, "ChargePointMaxProfile", [(0, 20)]))
        install(bench, 1, profile(2, "TxDefaultProfile", [(0, 10)], 0, kind="Relative"))
        install(bench, 1, profile(3, "TxDefaultProfile", [(0, 12)], 1, kind="Relative"))
        install(bench, 2, profile(4, "TxDefaultProfile", [(0, 14)], 1, kind="Relative"))

    def clear(**request):
        return bench.ask("ClearChargingProfile", request)["status"], len(bench.station.profiles())

    fill()
    assert clear(id=99) == ("Unknown", 4) and clear(id=3, stackLevel=7) == ("Accepted", 3)
    fill()
    assert clear(connectorId=1) == ("Accepted", 2)
    fill()
    assert clear(connectorId=2, stackLevel=0) == ("Unknown", 4) and clear(stackLevel=1) == ("Accepted", 2)
    fill()
    assert clear(chargingProfilePurpose="TxDefaultProfile", connectorId=2) == ("Accepted", 3)
    fill()
    assert clear() == ("Accepted", 0) and clear() == ("Unknown", 0)
    assert [name for name in bench.storage.names() if name.startswith("profile")] == []


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


def test_a_composite_schedule_has_an_end_however_long_it_is():
    bench = Bench()
    limits = [(0, 10), (43200, 10), (60000, 10)]
    daily = profile(1, "TxDefaultProfile", limits, kind="Recurring", recurrencyKind="Daily")
    assert install(bench, 1, daily) == "Accepted"
    for duration in (0, 1, 3600, 86400 * 30, 86400 * 365 * 10, (1 << 31) - 1):
        made = bench.ask("GetCompositeSchedule", {"connectorId": 1, "duration": duration})["chargingSchedule"]
        assert made["duration"] == min(duration, made["duration"]) and made["duration"] >= min(duration, 86400 * 99)
        assert made["duration"] <= max(86400 * 400, duration // 20), "it is cut off, for each look takes time"
        assert len(made["chargingSchedulePeriod"]) == 1, "nothing changes"


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


def test_a_limit_of_the_station_holds_when_the_clock_is_put_back():
    bench = Bench()
    install(bench, 0, profile(1, "ChargePointMaxProfile", [(0, 10), (3600, 16)], kind="Relative"))
    bench.clock.set(bench.clock.now() - 7200)
    bench.charging()
    assert bench.evse.offered_ma == 10000


def test_what_came_before_the_time_was_known_counts_from_when_it_is():
    bench = Bench(now=None, online=False)
    given = profile(1, "ChargePointMaxProfile", [(0, 10), (3600, 16)], kind="Relative")
    assert bench.station.profiles().install(taken(bench.station, 0, given), 10)
    bench.clock.set(848491200)
    bench.run(1000)
    after = bench.cut()
    after.connect()
    after.charging()
    assert after.evse.offered_ma == 10000
    after.drop()  # its heartbeats are always answered with the same time
    after.run(3700000, 60000)
    assert after.evse.offered_ma == 16000


def test_24_periods_fit():
    bench = Bench()
    limits = [(3600 * at, 6 + at / 10, 3) for at in range(24)]
    assert install(bench, 1, profile(1, "TxDefaultProfile", limits, kind="Relative")) == "Accepted"
    found = composite(bench, 1, 86400)
    assert len(found) == 24 and found[23] == (82800, 8.3)


def test_zero_suspends():
    bench = Bench().charging()
    install(bench, 1, profile(1, "TxProfile", [(0, 0), (60, 6)], kind="Relative"))
    bench.run(500)
    assert bench.status() == "SuspendedEVSE" and not bench.evse.contactor_closed
    bench.run(60000, 1000)
    assert bench.status() == "Charging" and bench.evse.offered_ma == 6000


def test_connectors_share_the_stations_limit():
    bench = Bench(3)
    install(bench, 0, profile(1, "ChargePointMaxProfile", [(0, 20), (100, 11)], kind="Relative"))
    for connector_id in (1, 2):
        bench.plug(connector_id)
        bench.swipe("T%d" % connector_id, connector_id)
    bench.run(500)
    assert [evse.offered_ma for evse in bench.evses] == [10000, 10000, 0]
    bench.plug(3)
    bench.swipe("T3", 3)
    bench.run(500)
    assert [evse.offered_ma for evse in bench.evses] == [6666, 6666, 6666]
    bench.run(100000, 1000)
    assert [evse.offered_ma for evse in bench.evses] == [11000, 0, 0] and bench.status(2) == "SuspendedEVSE"
    assert composite(bench, 0, 10) == [(0, 11)]


def test_profiles_outlive_a_power_cut():
    bench = Bench()
    install(bench, 1, profile(1, "TxDefaultProfile", [(0, 10), (50, 12, 1)], kind="Relative"))
    bench.charging()
    install(bench, 1, profile(2, "TxProfile", [(0, 7)], kind="Relative"))
    after = bench.cut()
    after.connect()
    after.run(2000)
    assert composite(after, 1, 60) == [(0, 10), (50, 12)], "the transaction has ended, and its profile with it"
    after.storage.write("profile-Max-0-0", b"rubbish")
    again = after.cut()
    assert len(again.station.profiles()) == 1 and again.storage.read("profile-Max-0-0") is None


def test_a_tx_profile_goes_on_with_its_transaction():
    board = dict(Bench().board, transaction={"resume_after_power_cut": True})
    bench = Bench(board=board).charging()
    install(bench, 1, profile(2, "TxProfile", [(0, 7), (100, 9)], kind="Relative"))
    after = bench.cut()
    after.run(3000)
    assert after.evse.offered_ma == 7000


def test_without_a_clock_the_lowest_limit_holds():
    bench = Bench()
    at = {"startSchedule": now(bench)}
    install(bench, 0, profile(1, "ChargePointMaxProfile", [(0, 16), (3600, 8)], schedule_more=at))
    bench.station.authorization.learn("CARD", "Accepted", None, None)
    dark = Bench(storage=bench.storage, records=bench.records, cache=bench.cache, now=None, online=False)
    dark.plug()
    dark.swipe()
    assert dark.evse.offered_ma == 8000


def test_a_power_cut_leaves_the_old_profile_or_the_new_one():
    cut = 0
    done = False
    while not done:
        bench = Bench()
        install(bench, 1, profile(1, "TxDefaultProfile", [(0, 10)], kind="Relative"))
        bench.storage.cut(cut)
        try:
            install(bench, 1, profile(1, "TxDefaultProfile", [(0, 12)], 1, kind="Relative"))
            done = True
        except PowerCut:
            pass
        after = bench.cut()
        after.run(500)
        limit = after.station.profiles().at(1, after.clock.now(), after.clock.now(), 32000)[0]
        assert limit in (10000, 12000), limit
        cut += 1
    assert cut == 3


def test_the_station_may_draw_what_its_connectors_may():
    bench = Bench(2)
    assert composite(bench, 0, 60) == [(0, 64)]
    install(bench, 0, profile(1, "TxDefaultProfile", [(0, 6)], kind="Relative"))
    assert composite(bench, 0, 60) == [(0, 12)] and composite(bench, 1, 60) == [(0, 6)]
    install(bench, 2, profile(2, "TxDefaultProfile", [(0, 10), (30, 16)], kind="Relative"))
    assert composite(bench, 0, 60) == [(0, 16), (30, 22)]
    install(bench, 0, profile(3, "ChargePointMaxProfile", [(0, 20)], kind="Relative"))
    assert composite(bench, 0, 60) == [(0, 16), (30, 20)]


def test_a_composite_schedule_of_any_duration_is_worked_out_in_pieces():
    bench = Bench()
    daily = profile(
        1, "TxDefaultProfile", [(0, 6), (200, 6), (400, 6)], kind="Recurring", recurrencyKind="Daily",
        schedule_more={"startSchedule": now(bench, -100)},
    )  # fmt: skip
    install(bench, 1, daily)
    for duration in (365 * 86400, 2000000000):
        work = composite_schedule.composite(bench.station, 1, duration, "A", 48)
        pieces = 0
        for nothing in work:
            assert nothing is None
            pieces += 1
        assert 300 < pieces <= 400
    answer = bench.ask("GetCompositeSchedule", {"connectorId": 1, "duration": 365 * 86400})["chargingSchedule"]
    assert [period["limit"] for period in answer["chargingSchedulePeriod"]] == [6]
    assert 100 * 86400 < answer["duration"] < 365 * 86400, "it says how much it covers"
