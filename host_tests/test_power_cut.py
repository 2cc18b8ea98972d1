"""After a power cut: a transaction that goes on or ends, times from before the clock was known, damage that is told."""

from chargelet.station import reset_causes
from fakes.bench import BOARD, Bench

RESUMING = dict(BOARD, transaction={"resume_after_power_cut": True})
SAMPLED = {"MeterValueSampleInterval": 2}
NOON = 848491200


def contexts(central):
    return [v["meterValue"][0]["sampledValue"][0]["context"] for v in central.all("MeterValues")]


def test_a_transaction_goes_on_where_the_board_allows_it():
    bench = Bench(board=RESUMING, config=SAMPLED).charging()
    bench.evse.meter.wh = 500
    bench.run(2500)
    after = bench.cut(config=SAMPLED)
    after.run(2000)
    assert after.evse.contactor_closed and after.station.connectors[0].transaction.id == 1
    after.connect()
    after.run(4500)
    assert after.status() == "Charging" and after.central.all("StopTransaction") == []
    assert contexts(after.central)[:2] == ["Sample.Periodic", "Interruption.End"]
    after.swipe()  # the card that started it still stops it
    after.run(1000)
    (stop,) = after.central.all("StopTransaction")
    assert stop["transactionId"] == 1 and stop["reason"] == "Local" and len(after.central.all("StartTransaction")) == 1


def test_a_transaction_whose_start_was_never_answered_goes_on_too():
    bench = Bench(board=RESUMING)
    bench.plug()
    bench.central.answers["StartTransaction"] = None
    bench.swipe()
    after = bench.cut()
    del after.central.answers["StartTransaction"]
    after.run(2000)
    after.connect()
    after.run(2000)
    assert after.station.connectors[0].transaction.id == after.central.transactions
    assert after.ask("RemoteStopTransaction", {"transactionId": after.central.transactions})["status"] == "Accepted"


def test_without_the_vehicle_it_ends_on_the_spot():
    bench = Bench(board=RESUMING).charging()
    bench.drop()
    after = bench.cut()
    after.evse.connected = False
    after.run(500)
    assert len(after.station.outbox) == 0  # the pilot is not believed yet
    after.run(1000)
    assert len(after.station.outbox) == 1 and not after.evse.contactor_closed
    after.connect()
    after.run(2000)
    (stop,) = after.central.all("StopTransaction")
    assert stop["reason"] == "PowerLoss" and after.status() == "Available"


def test_a_transaction_says_whether_the_power_or_the_program_has_ended_it():
    for cause, reason in (("PWRON_RESET", "PowerLoss"), ("WDT_RESET", "Reboot"), ("SOFT_RESET", "Reboot")):
        bench = Bench().charging()
        after = bench.cut()
        reset_causes.started(after.station, cause)
        after.connect()
        after.run(2000)
        (stop,) = after.central.all("StopTransaction")
        assert stop["reason"] == reason, (cause, stop)


def test_a_faulty_or_unavailable_connector_does_not_go_on():
    for spoil in ("fault", "availability"):
        bench = Bench(board=RESUMING).charging()
        if spoil == "availability":
            assert bench.ask("ChangeAvailability", {"connectorId": 1, "type": "Inoperative"})["status"] == "Scheduled"
        after = bench.cut()
        if spoil == "fault":
            after.evse.set_fault("GroundFailure")
        after.run(3000)
        assert after.station.connectors[0].transaction is None and not after.evse.contactor_closed
        assert len(after.station.outbox) == 1


def test_an_id_that_was_refused_does_not_charge_again():
    for stops in (True, False):
        config = {"StopTransactionOnInvalidId": stops, "MaxEnergyOnInvalidId": 0}
        bench = Bench(board=RESUMING, config=config)
        bench.plug()
        bench.central.answers["StartTransaction"] = {"transactionId": 9, "idTagInfo": {"status": "Blocked"}}
        if stops:
            # The answer is durable, and the power fails before the stop is.
            bench.station.config["StopTransactionOnInvalidId"] = False
        bench.swipe()
        after = bench.cut(config=config)
        after.run(3000)
        assert not after.evse.contactor_closed
        assert (after.station.connectors[0].transaction is None) == stops


def test_a_card_does_not_start_another_one_while_the_old_one_is_looked_at():
    bench = Bench(board=RESUMING).charging()
    after = bench.cut()
    after.connect()
    after.turn()
    assert after.ask("RemoteStartTransaction", {"idTag": "OTHER", "connectorId": 1})["status"] == "Rejected"
    after.run(3000)
    assert after.station.connectors[0].transaction.id_tag == "CARD"


# Damage and a full flash


def test_damage_is_told_to_the_central_system():
    bench = Bench()
    bench.drop()
    bench.station.outbox.values(1, 0, NOON, "Sample.Clock", "d=230")
    (name,) = bench.records.names()
    bench.records.values[name] = b"1????rubbish"
    after = bench.cut()
    after.connect()
    after.run(2000)
    told = [p for p in after.central.all("StatusNotification") if p["connectorId"] == 0]
    assert told[-1]["vendorErrorCode"] == "JournalDamaged" and told[-1]["errorCode"] == "InternalError"
    assert told[-1]["status"] == "Available" and "1 damaged" in told[-1]["info"]


def test_a_full_flash_thins_samples_and_starts_nothing_new():
    bench = Bench(config={"MeterValueSampleInterval": 1}).charging()
    bench.drop()
    bench.run(20000, 500)
    before = len(bench.station.outbox)
    bench.records.full = True
    bench.run(3000, 500)
    assert bench.station.outbox.dropped > 0 and len(bench.station.outbox) < before
    bench.swipe()  # the end waits in RAM until flash takes it
    assert bench.station.connectors[0].transaction is None
    bench.unplug()
    bench.run(3000)
    bench.plug()
    bench.swipe()
    assert bench.station.connectors[0].transaction is None and any(["full" in line for line in bench.lines])
    bench.records.full = False
    bench.connect()
    bench.run(61000, 1000)
    assert len(bench.central.all("StopTransaction")) == 1 and len(bench.station.outbox) == 0


def test_an_id_that_flash_does_not_take_is_not_lost_meanwhile():
    bench = Bench()
    bench.plug()
    bench.central.answers["StartTransaction"] = lambda payload: answer(bench)
    bench.swipe()
    bench.run(1000)
    assert len(bench.station.outbox) == 0 and len(bench.central.all("StartTransaction")) == 1
    bench.records.full = False
    bench.swipe()
    bench.run(1000)
    assert bench.central.all("StopTransaction")[0]["transactionId"] == 31
    assert bench.records.names() == []


def answer(bench):
    bench.records.full = True
    return {"transactionId": 31, "idTagInfo": {"status": "Accepted"}}


def late_meter(speaks_after_ms, wh):
    """The StopTransaction after a power cut where the meter has a register of its own, and says it late or never."""
    bench = Bench().charging()
    bench.evse.meter.wh += 500
    bench.run(61000)
    after = bench.cut()
    after.evse.meter.known = False
    after.evse.meter.wh = 0
    after.connect()
    after.run(min(speaks_after_ms, 29000))
    assert after.central.all("StopTransaction") == [] and not after.evse.contactor_closed
    if speaks_after_ms < 29000:
        after.evse.meter.known = True
        after.evse.meter.wh = wh
    after.run(3000)
    (stop,) = after.central.all("StopTransaction")
    assert stop["reason"] == "PowerLoss"
    return bench.evse.meter.wh, stop["meterStop"]


def test_a_meter_with_a_register_of_its_own_is_waited_for_after_a_power_cut():
    for ms in (500, 5000, 20000):
        assert late_meter(ms, 640)[1] == 640, "all that has flowed until the power failed, and not what was saved"
    saved, told = late_meter(500, 9000)
    assert told == saved, "another meter in its place"
    saved, told = late_meter(40000, 0)
    assert told == saved, "one that stays silent: what was saved last"
