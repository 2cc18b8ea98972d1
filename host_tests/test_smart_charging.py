"""Charging profiles: what is installed, what prevails, what reaches the vehicle. The oracle is in laptop/."""

from chargelet.base.timestamp import to_text
from fakes.bench import Bench
from fakes.charging_profiles import composite, install, now, profile


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

    def found(connector_id):
        """Its schedule, to a tenth of a minute: some time passes while profiles are set."""
        return [((start + 5) // 10 * 10, limit) for start, limit in composite(bench, connector_id, 600)]

    # Also while it says nothing, before its time and after its duration: then a lower level counts, or none.
    later = {"validFrom": now(bench, 100), "validTo": now(bench, 400)}
    at = {"startSchedule": now(bench), "duration": 200}
    install(bench, 2, profile(2, "TxDefaultProfile", [(0, 16)], schedule_more=at, **later))
    assert found(2) == [(0, 32), (100, 16), (200, 32), (400, 10)], "after its validTo it is no more"
    install(bench, 0, profile(1, "TxDefaultProfile", [(0, 10)], 1, kind="Relative"))
    install(bench, 0, profile(3, "TxDefaultProfile", [(0, 8)], kind="Relative"))
    install(bench, 2, profile(2, "TxDefaultProfile", [(0, 16)], 1, schedule_more=at, **later))
    assert found(2) == [(0, 8), (100, 16), (200, 8), (400, 10)] and found(1) == [(0, 10)]
    # And between levels the higher one prevails.
    install(bench, 0, profile(4, "TxDefaultProfile", [(0, 7)], 2, kind="Relative", validFrom=now(bench, 150)))
    assert found(2) == [(0, 8), (100, 16), (150, 7)]


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
