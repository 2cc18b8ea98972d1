"""The journal in a station: full queues, full flash, power cuts, and records of another form."""

from chargelet.journal.journal import Journal
from chargelet.journal.record import END, START, VALUES
from fakes.bench import Bench


def test_a_damaged_start_leaves_minus_one_for_the_rest():
    bench = Bench()
    bench.plug()
    bench.central.answers["StartTransaction"] = None
    bench.swipe()
    bench.run(1000)
    (name,) = bench.records.names()
    bench.records.values[name] = b"1damaged"
    after = bench.cut()
    after.central.answers.clear()
    after.endpoint.opened()
    after.run(2000)
    assert after.central.all("StopTransaction")[0]["transactionId"] == -1


def test_a_full_queue_thins_samples_and_then_takes_no_new_transaction():
    bench = Bench(config={"MeterValueSampleInterval": 1})
    import chargelet.station.outbox as outbox

    capacity, outbox.CAPACITY = outbox.CAPACITY, 20
    try:
        bench.charging()
        bench.drop()
        bench.run(60000, 1000)
        assert len(bench.station.outbox) <= 21 and bench.station.outbox.dropped > 30
        bench.connect()
        bench.run(20000, 1000)
        bench.swipe()
        bench.run(2000)
        stamps = [v["meterValue"][0]["timestamp"] for v in bench.central.all("MeterValues")]
        assert stamps == sorted(stamps)
        assert len(bench.central.all("StartTransaction")) == len(bench.central.all("StopTransaction")) == 1
    finally:
        outbox.CAPACITY = capacity


def test_a_full_flash_refuses_a_start_and_never_loses_an_end():
    bench = Bench().charging()
    bench.records.full = True
    bench.swipe()
    bench.run(1000)
    assert not bench.evse.contactor_closed and bench.central.all("StopTransaction") == []
    bench.plug()
    bench.swipe("OTHER")
    bench.run(1000)
    assert bench.status() != "Charging"
    bench.records.full = False
    bench.run(61000, 1000)
    assert len(bench.central.all("StopTransaction")) == 1


def test_a_power_cut_in_mid_session_ends_it_with_power_loss():
    bench = Bench(config={"MeterValueSampleInterval": 10}).charging()
    bench.evse.meter.wh = 700
    bench.run(15000, 500)
    after = bench.cut()
    after.run(1000)
    assert after.status() == "Finishing" and not after.evse.contactor_closed
    after.endpoint.opened()
    after.run(2000)
    (stop,) = after.central.all("StopTransaction")
    assert stop["reason"] == "PowerLoss" and stop["meterStop"] == 700 and stop["transactionId"] == 1
    assert after.records.names() == []
    once_more = after.cut()
    once_more.endpoint.opened()
    once_more.run(2000)
    assert len(once_more.central.all("StopTransaction")) == 1


def test_a_transaction_that_the_central_system_never_heard_of_survives_cuts():
    bench = Bench()
    bench.plug()
    bench.central.answers["StartTransaction"] = None
    bench.swipe()
    bench.run(1000)
    after = bench.cut().cut().cut()
    after.central.answers.clear()
    after.endpoint.opened()
    after.run(2000)
    starts, stops = after.central.all("StartTransaction"), after.central.all("StopTransaction")
    assert len(starts) == 2 and starts[0] == starts[1] and len(stops) == 1
    assert stops[0]["transactionId"] == 1


def test_a_message_that_is_given_up_is_set_aside():
    bench = Bench(config={"TransactionMessageAttempts": 1})
    bench.central.answers["StopTransaction"] = "InternalError"
    bench.charging()
    bench.swipe()
    bench.run(5000)
    assert len(bench.station.outbox) == 0
    (name,) = bench.records.names()
    assert name[:2] == "x/" and name[10] == "E"
    after = bench.cut()
    after.endpoint.opened()
    after.run(3000)
    assert len(after.central.all("StopTransaction")) == 1, "a set-aside end is no interrupted transaction"


def test_what_has_another_form_is_set_aside_and_keeps_nothing_else_waiting():
    bench = Bench()
    bench.drop()
    journal = Journal(bench.records, print)
    listed = '[848491000,"Sample.Clock",[["Voltage",null,"230","V"]]]'
    odd = ('[848491000,"OLD",5,null,null]', '["a text"]', "{}", "5", "null", listed)
    for text in odd:
        one = journal.append(START, 1, None, text)
        journal.append(VALUES, 1, one, text)
        journal.append(END, 1, one, "[%s,5,6]" % text)
    two = journal.append(START, 1, None, '[848491030,"TWO",9,null,null,null]')
    journal.append(END, 1, two, '[848491040,11,"Local","TWO",null]')
    after = bench.cut()
    after.connect()
    after.run(5000)
    (start,), (stop,) = after.central.all("StartTransaction"), after.central.all("StopTransaction")
    assert start["idTag"] == "TWO" and stop["reason"] == "Local" and stop["meterStop"] == 11
    assert len(after.station.outbox) == 0 and len(list(after.station.outbox.sidecar.set_aside_names())) == 3 * len(odd)
