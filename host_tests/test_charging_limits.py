"""What charging profiles do to charging: shared and suspended current, power cuts, no clock, long schedules."""

from chargelet.actions.set_charging_profile import taken
from chargelet.station import composite_schedule
from fakes.bench import Bench
from fakes.charging_profiles import composite, install, now, profile
from fakes.storage import PowerCut


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


def test_nothing_is_expected_of_a_connector_that_cannot_charge():
    for count in (1, 2):
        bench = Bench(count, config={"StopTransactionOnInvalidId": False})
        install(bench, 0, profile(1, "TxDefaultProfile", [(0, 10)], kind="Relative"))
        rest = [(0, 10 * (count - 1))]
        bench.ask("ChangeAvailability", {"connectorId": 1, "type": "Inoperative"})
        assert composite(bench, 0, 60) == rest and composite(bench, 1, 60) == [(0, 10)]
        bench.ask("ChangeAvailability", {"connectorId": 1, "type": "Operative"})
        bench.evse.set_fault("GroundFailure")
        assert composite(bench, 0, 60) == rest
        bench.evse.set_fault(None)
        assert composite(bench, 0, 60) == [(0, 10 * count)]
        bench.central.answers["StartTransaction"] = {"transactionId": 1, "idTagInfo": {"status": "Blocked"}}
        bench.plug()
        bench.swipe()
        bench.run(2000)
        assert bench.status() == "SuspendedEVSE" and composite(bench, 0, 60) == rest


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


def offers(bench):
    return [evse.offered_ma for evse in bench.evses]


def test_where_it_does_not_do_for_all_a_vehicle_that_takes_nothing_makes_room():
    bench = Bench(2)
    install(bench, 0, profile(1, "ChargePointMaxProfile", [(0, 10)], kind="Relative"))
    for connector_id in (1, 2):
        bench.plug(connector_id)
        bench.swipe("T%d" % connector_id, connector_id)
    bench.run(2000)
    assert offers(bench) == [10000, 0]
    bench.evses[0].wants = False  # full, or it waits for its hour
    bench.run(50000, 1000)
    assert offers(bench) == [10000, 0] and bench.status(1) == "SuspendedEV"
    bench.run(15000, 1000)
    assert offers(bench) == [0, 10000] and bench.status(2) == "Charging" and bench.status(1) == "SuspendedEVSE"
    # A pause is no end.
    bench.evses[1].wants = False
    bench.run(30000, 1000)
    bench.evses[1].wants = True
    bench.run(300000, 1000)
    assert offers(bench) == [0, 10000]
    # When nobody takes anything the first is asked again, and asked on: no to and fro.
    bench.evses[1].wants = False
    bench.run(65000, 1000)
    for _ in range(10):
        bench.run(30000, 1000)
        assert offers(bench) == [10000, 0]
    bench.evses[0].wants = True
    bench.run(2000)
    assert bench.status(1) == "Charging"
    # Who is free to draw is served, though somebody came before who may not.
    begin = {"startSchedule": now(bench)}
    install(bench, 1, profile(2, "TxProfile", [(0, 0), (60, 16)], schedule_more=begin))
    bench.evses[1].wants = True
    bench.run(2000)
    assert offers(bench) == [0, 10000]
    bench.run(60000, 1000)
    assert offers(bench) == [10000, 0]
    bench.evses[0].set_fault("GroundFailure")
    bench.run(2000)
    assert offers(bench) == [0, 10000]
    bench.evses[0].set_fault(None)
    bench.run(2000)
    assert offers(bench) == [10000, 0]
    # And the one whose idTag was refused, and who is only not stopped.
    bench.station.connectors[0].transaction.authorized = False
    bench.run(2000)
    assert offers(bench) == [0, 10000]
