"""Meter values: contexts, transactionData and its thinning, the station's own meter."""

from chargelet.base.timestamp import from_text
from fakes.bench import Bench
from fakes.evse import FakeMeter

ENERGY = "Energy.Active.Import.Register"


def session(bench, seconds=0, unplug=True):
    """A session of so many seconds, 10 Wh each; returns its StopTransaction."""
    bench.charging()
    for _ in range(seconds):
        bench.evse.meter.wh += 10
        bench.run(1000, 500)
    bench.swipe()
    bench.run(2000, 500)
    return bench.central.all("StopTransaction")[-1]


def contexts(data):
    return [value["sampledValue"][0]["context"] for value in data]


def values(data):
    return [value["sampledValue"][0]["value"] for value in data]


def test_without_the_keys_a_stop_carries_no_values():
    stop = session(Bench(config={"MeterValueSampleInterval": 1}), 3)
    assert "transactionData" not in stop


def test_a_stop_carries_begin_samples_and_end():
    config = {"MeterValueSampleInterval": 1, "StopTxnSampledData": ENERGY + ",Current.Import"}
    bench = Bench(config=config)
    bench.evse.meter.wh = 1000
    stop = session(bench, 3)
    data = stop["transactionData"]
    assert contexts(data) == ["Transaction.Begin"] + ["Sample.Periodic"] * 3 + ["Transaction.End"]
    assert values(data) == ["1000", "1010", "1020", "1030", "1030"]
    assert [v["measurand"] for v in data[0]["sampledValue"]] == [ENERGY, "Current.Import"]
    stamps = [value["timestamp"] for value in data]
    assert stamps == sorted(stamps) and stamps[-1] == stop["timestamp"]
    assert bench.records.names() == []


def test_values_for_the_stop_do_not_need_meter_values():
    config = {"MeterValueSampleInterval": 1, "StopTxnSampledData": ENERGY, "MeterValuesSampledData": ""}
    bench = Bench(config=config)
    assert len(session(bench, 2)["transactionData"]) == 4
    assert bench.central.all("MeterValues") == []


def test_clock_aligned_values_go_with_the_stop_too():
    config = {"ClockAlignedDataInterval": 5, "StopTxnAlignedData": ENERGY, "MeterValueSampleInterval": 0}
    bench = Bench(config=config)
    data = session(bench, 12)["transactionData"]
    assert contexts(data)[0] == "Transaction.Begin" and contexts(data)[-1] == "Transaction.End"
    aligned = [value for value in data if value["sampledValue"][0]["context"] == "Sample.Clock"]
    assert len(aligned) in (2, 3)
    assert all([value["timestamp"][18] in "05" for value in aligned])


def test_too_many_values_are_thinned_evenly_and_begin_and_end_stay():
    config = {"MeterValueSampleInterval": 1, "StopTxnSampledData": ENERGY, "MeterValuesSampledData": ""}
    bench = Bench(config=config)
    most = bench.station.config["StopTransactionMaxMeterValues"]
    for seconds in (most - 2, most - 1, 100):
        data = session(bench, seconds)["transactionData"]
        assert len(data) <= most and contexts(data)[0] == "Transaction.Begin"
        assert contexts(data)[-1] == "Transaction.End"
        between = [int(value) for value in values(data)[1:-1]]
        gaps = [later - earlier for earlier, later in zip(between, between[1:])]
        assert len(between) >= (most - 2) // 2 and max(gaps) == min(gaps), between
        bench.unplug()
        bench.run(2000)


def test_a_stop_that_memory_cannot_hold_goes_with_fewer_values():
    config = {"MeterValueSampleInterval": 1, "StopTxnSampledData": ENERGY, "MeterValuesSampledData": ""}
    bench = Bench(config=config)
    call = bench.endpoint.rpc.call

    def short_of_memory(action, payload, *more):
        if len(list(payload.get("transactionData", list)())) > 6:
            raise MemoryError
        return call(action, payload, *more)

    bench.endpoint.rpc.call = short_of_memory
    data = session(bench, 12)["transactionData"]
    assert contexts(data) == ["Transaction.Begin"] + ["Sample.Periodic"] * 3 + ["Transaction.End"]
    assert bench.records.names() == []


def test_a_want_of_memory_costs_no_attempt():
    bench = Bench(config={"TransactionMessageAttempts": 1})
    call = bench.endpoint.rpc.call
    short = [20]

    def short_of_memory(action, payload, *more):
        if action == "StartTransaction" and short[0]:
            short[0] -= 1
            raise MemoryError
        return call(action, payload, *more)

    bench.endpoint.rpc.call = short_of_memory
    bench.charging()
    bench.run(150000, 1000)
    assert len(bench.central.all("StartTransaction")) == 1
    assert not any([name[0] == "x" for name in bench.records.names()])


def test_many_measurands_make_fewer_values():
    names = ENERGY + ",Power.Active.Import,Current.Import,Current.Offered,Power.Offered"
    config = {"MeterValueSampleInterval": 1, "StopTxnSampledData": names, "MeterValuesSampledData": ""}
    bench = Bench(config=config)
    data = session(bench, 40)["transactionData"]
    assert 5 < len(data) < 14 and all([len(value["sampledValue"]) == 5 for value in data])


def test_values_for_the_stop_outlive_a_power_cut():
    config = {"MeterValueSampleInterval": 1, "StopTxnSampledData": ENERGY}
    bench = Bench(config=config)
    bench.charging()
    for _ in range(4):
        bench.evse.meter.wh += 10
        bench.run(1000, 500)
    after = bench.cut(config=config)
    after.connect()
    after.run(3000, 500)
    (stop,) = after.central.all("StopTransaction")
    assert stop["reason"] == "PowerLoss"
    assert contexts(stop["transactionData"]) == ["Transaction.Begin"] + ["Sample.Periodic"] * 4 + ["Transaction.End"]
    assert values(stop["transactionData"])[-1] == str(stop["meterStop"])
    assert after.records.names() == []


def test_a_key_that_is_set_in_mid_session_still_gives_a_begin():
    bench = Bench()
    bench.evse.meter.wh = 500
    bench.charging()
    assert bench.ask("ChangeConfiguration", {"key": "StopTxnSampledData", "value": ENERGY})["status"] == "Accepted"
    bench.evse.meter.wh = 700
    bench.swipe()
    bench.run(1000)
    data = bench.central.all("StopTransaction")[0]["transactionData"]
    assert contexts(data) == ["Transaction.Begin", "Transaction.End"] and values(data) == ["500", "700"]


def test_a_stop_that_is_given_up_keeps_its_values_on_flash():
    config = {"StopTxnSampledData": ENERGY, "MeterValueSampleInterval": 1}
    config.update({"TransactionMessageAttempts": 1})
    bench = Bench(config=config)
    bench.central.answers["StopTransaction"] = "InternalError"
    session(bench, 2)
    assert sorted([name[0] + name[10] for name in bench.records.names()]) == ["xB", "xB", "xE"]
    assert Bench(records=bench.records).station.outbox.interrupted() == {}


def test_what_was_kept_for_nothing_is_cleared_at_boot():
    bench = Bench()
    bench.station.outbox.keep(1, 77, 5, "Sample.Periodic", "")
    assert len(bench.records.names()) == 1
    bench.cut()
    assert bench.records.names() == []


def test_a_fault_in_mid_session_has_values_of_its_own():
    bench = Bench(config={"MeterValueSampleInterval": 60}).charging()
    bench.evse.set_fault("GroundFailure")
    bench.run(1000)
    bench.evse.set_fault(None)
    bench.run(1000)
    told = [value["meterValue"][0]["sampledValue"][0]["context"] for value in bench.central.all("MeterValues")]
    assert told == ["Interruption.Begin", "Interruption.End"]


def test_the_stations_own_meter_is_connector_0():
    main = FakeMeter()
    main.wh = 9000
    bench = Bench(config={"ClockAlignedDataInterval": 5}, main_meter=main)
    bench.run(6000, 500)
    own = [value for value in bench.central.all("MeterValues") if value["connectorId"] == 0]
    assert own and "transactionId" not in own[0]
    sampled = own[0]["meterValue"][0]["sampledValue"]
    # What it offers only a connector can say.
    assert [value["measurand"] for value in sampled] == [ENERGY, "Power.Active.Import", "Current.Import"]
    assert sampled[0]["value"] == "9000" and all([value["location"] == "Inlet" for value in sampled])
    main.wh = 9100
    bench.run(61000, 1000)
    again = FakeMeter()
    Bench(storage=bench.storage, records=bench.records, main_meter=again)
    assert again.wh == 9100


def test_whatever_becomes_of_the_interval_samples_count_from_the_start():
    bench = Bench(config={"MeterValueSampleInterval": 10})
    bench.central.clock = bench.clock
    bench.charging()
    begin = from_text(bench.central.all("StartTransaction")[0]["timestamp"])
    for seconds, interval in ((25, "0"), (24, "10"), (26, "60"), (50, "7"), (3, "0"), (70, "60"), (60, "10")):
        bench.run(seconds * 1000, 500)
        assert bench.ask("ChangeConfiguration", {"key": "MeterValueSampleInterval", "value": interval})
    bench.run(25000, 500)
    stamps = [from_text(values["meterValue"][0]["timestamp"]) - begin for values in bench.central.all("MeterValues")]
    assert stamps == [10, 20, 50, 60, 70, 120, 126, 240, 260, 270, 280], stamps


def test_the_stations_own_meter_is_sampled_once_an_interval_while_somebody_charges():
    main = FakeMeter()
    bench = Bench(2, config={"MeterValueSampleInterval": 10}, main_meter=main)
    bench.run(21000, 500)
    assert bench.central.all("MeterValues") == []
    bench.charging("A")
    bench.run(3000, 500)
    bench.plug(2)
    bench.swipe("B", 2)
    bench.run(30000, 500)
    told = bench.central.all("MeterValues")
    assert [value["connectorId"] for value in told] == [0, 1, 2] * 3
    assert [value.get("transactionId") for value in told[:3]] == [None, 1, 2]
    sampled = told[0]["meterValue"][0]["sampledValue"][0]
    assert sampled["context"] == "Sample.Periodic" and sampled["location"] == "Inlet"
    # The one that gave the pace goes: the other one does.
    bench.swipe("A", 1)
    del bench.central.sent[:]
    bench.run(20000, 500)
    assert [value["connectorId"] for value in bench.central.all("MeterValues")] == [0, 2] * 2
    bench.ask("ChangeConfiguration", {"key": "MeterValuesSampledData", "value": ""})
    del bench.central.sent[:]
    bench.run(20000, 500)
    assert bench.central.all("MeterValues") == []
