"""Whatever finds no memory once: nobody charges unseen, nothing is billed twice or not at all, and the station works as
before. STEP=1 tries each place of each story in MicroPython too.
"""

from fakes.bench import BOARD
from fakes.refused import Refused
from fakes.refused_stories import begun, bills, both, ended, in_order, new, stopped, sweep, works


def test_two_sessions_by_card():
    def story(short):
        bench = new(config={"MeterValueSampleInterval": "2", "StopTxnSampledData": "Energy.Active.Import.Register"})
        bench.begin(short)
        both(bench)
        bench.run(3000, 500)
        ended(bench, 1, "ONE")
        ended(bench, 2, "TWO")
        in_order(bench, short)
        bills(bench, short, [(1, 1, 1001, "Local"), (2, 1, 2001, "Local")])
        works(bench)

    sweep(story, 100)


def test_a_card_of_the_group_ends_a_session():
    def story(short):
        bench = new()
        bench.central.answers["Authorize"] = {"idTagInfo": {"status": "Accepted", "parentIdTag": "FLEET"}}
        bench.begin(short)
        begun(bench, 1, "ONE")
        bench.card("FELLOW", 1)
        for _ in range(2):
            if bench.station.connectors[0].transaction:
                bench.card("FELLOW", 1)
        assert not bench.station.connectors[0].claim, "it has begun what it should have ended"
        bench.evses[0].connected = False
        in_order(bench, short)
        bills(bench, short, [(1, 1, 1001, "Local")])
        del bench.central.answers["Authorize"]
        works(bench)

    sweep(story, 50)


def _reset(kind, reason):
    def story(short):
        bench = new(config={"ResetRetries": "0"})
        bench.begin(short)
        both(bench)
        bench.say("Reset", {"type": kind}, lambda: bench.resets)
        bench.run(40000, 200)
        assert bench.resets, "it was not reset"
        for connector in bench.station.connectors:
            assert not connector.transaction and not connector.evse.contactor_closed
        after = bench.cut()
        after.connect()
        after.run(5000, 100)
        bills(after, short, [(1, 1, 1001, reason), (2, 1, 2001, reason)])
        assert len(after.station.outbox) == 0

    return story


def test_a_soft_reset_ends_two_sessions():
    sweep(_reset("Soft", "SoftReset"), 50)


def test_a_hard_reset_ends_two_sessions():
    sweep(_reset("Hard", "HardReset"), 50)


def test_the_station_becomes_inoperative_while_somebody_charges():
    def story(short):
        bench = new()
        bench.begin(short)
        begun(bench, 1, "ONE")
        assert bench.say("ChangeAvailability", {"connectorId": 0, "type": "Inoperative"}) == "Scheduled"
        ended(bench, 1, "ONE")
        bench.run(2000, 100)
        assert [bench.status(at) for at in range(3)] == ["Unavailable"] * 3, bench.lines
        assert bench.say("ChangeAvailability", {"connectorId": 0, "type": "Operative"}) == "Accepted"
        in_order(bench, short)
        bills(bench, short, [(1, 1, 1001, "Local")])
        works(bench)

    sweep(story, 50)


def test_a_reservation_is_used():
    def story(short):
        bench = new()
        bench.begin(short)
        asked = {"connectorId": 1, "expiryDate": "2026-11-20T13:00:00Z", "idTag": "ONE", "reservationId": 7}
        assert bench.say("ReserveNow", asked) == "Accepted"
        begun(bench, 1, "ONE")
        ended(bench, 1, "ONE")
        assert bench.central.all("StartTransaction")[0].get("reservationId") == 7
        assert bench.station.connectors[0].reservation is None
        in_order(bench, short)
        bills(bench, short, [(1, 1, 1001, "Local")])
        works(bench)

    sweep(story, 50)


def _cut(resumes):
    board = dict(BOARD)
    board["transaction"] = {"resume_after_power_cut": resumes}

    def story(short):
        first = new(board=board)
        for connector_id in (1, 2):
            first.plug(connector_id)
            first.swipe("CARD%d" % connector_id, connector_id)
            first.evses[connector_id - 1].meter.wh += 1000 * connector_id
        first.run(61000, 1000)
        bench = Refused.cut(first)
        bench.begin(short)
        bench.connect()
        bench.run(3000, 100)
        if not bench.station.registration.accepted:
            bench.run(30000, 1000)  # there was no memory for its BootNotification
        if resumes:
            assert [one.transaction and one.transaction.id for one in bench.station.connectors] == [1, 2], bench.lines
            for at, connector in enumerate(bench.station.connectors):
                stopped(bench, at + 1, connector)
        for evse in bench.evses:
            evse.connected = False
        in_order(bench, short)
        reason = "Remote" if resumes else "PowerLoss"
        bills(bench, short, [(1, 1, 1001, reason), (2, 1, 2001, reason)])
        works(bench)

    return story


def test_two_sessions_that_a_power_cut_has_ended():
    sweep(_cut(False), 30)


def test_two_sessions_that_go_on_after_a_power_cut():
    sweep(_cut(True), 50)


def test_sessions_without_a_connection_are_told_later():
    def story(short):
        bench = new(config={"AllowOfflineTxForUnknownId": "true"})
        bench.begin(short)
        bench.drop()
        both(bench)
        ended(bench, 1, "ONE")
        bench.clock.set(bench.clock.now() + 500)
        bench.connect()
        bench.run(3000, 100)
        ended(bench, 2, "TWO")
        in_order(bench, short)
        bills(bench, short, [(1, 1, 1001, "Local"), (2, 1, 2001, "Local")])
        works(bench)

    sweep(story, 80)
