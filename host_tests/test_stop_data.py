"""How many values a StopTransaction carries of which series, and what the station says of that."""

from chargelet.base.timestamp import from_text
from fakes.bench import Bench

ENERGY = "Energy.Active.Import.Register"


def session(bench, seconds):
    """The transactionData of a session of so many seconds."""
    bench.charging()
    bench.run(seconds * 1000, 1000)
    bench.swipe()
    bench.run(2000, 500)
    data = bench.central.all("StopTransaction")[-1]["transactionData"]
    del bench.central.sent[:]
    bench.unplug()
    bench.run(2000)
    return data


def contexts(data):
    return [value["sampledValue"][0]["context"] for value in data]


def test_each_series_of_a_stop_is_thinned_by_itself_evenly():
    """The interval of either must not decide what becomes of the other."""
    cases = 0
    for hours, sampled, aligned in ((1, 60, 60), (3, 60, 900), (2, 300, 60), (1, 30, 45)):
        config = {
            "MeterValueSampleInterval": sampled, "ClockAlignedDataInterval": aligned, "MeterValuesSampledData": "",
            "MeterValuesAlignedData": "", "StopTxnSampledData": ENERGY, "StopTxnAlignedData": ENERGY,
        }  # fmt: skip
        bench = Bench(config=config).charging()
        bench.run(hours * 3600000, 5000)
        bench.swipe()
        bench.run(2000)
        data = bench.central.all("StopTransaction")[0]["transactionData"]
        assert contexts(data)[0] == "Transaction.Begin" and contexts(data)[-1] == "Transaction.End"
        assert len(data) <= 24
        for context, interval in (("Sample.Periodic", sampled), ("Sample.Clock", aligned)):
            stamps = [from_text(v["timestamp"]) for v in data if v["sampledValue"][0]["context"] == context]
            there = hours * 3600 // interval
            assert len(stamps) >= min(5, there), (context, len(stamps))
            gaps = [later - earlier for earlier, later in zip(stamps, stamps[1:])]
            assert max(gaps) - min(gaps) <= 5, (context, gaps)
            assert max(gaps) * (len(stamps) + 2) >= hours * 3600 * 3 // 4, (context, gaps)
            cases += 1
    print("%d series thinned" % cases)


def test_what_a_stop_may_carry_is_told_and_true():
    """Values come until the station says that it has thinned them: never more than the key says, and once all of it."""
    names = ENERGY + ",Power.Active.Import,Current.Import,Current.Offered,Power.Offered"
    for sampled, aligned in ((ENERGY, ""), (names, ""), (ENERGY, ENERGY), (names, names), ("", names)):
        config = {"MeterValuesSampledData": "", "MeterValuesAlignedData": "", "MeterValueSampleInterval": 1}
        config.update({"StopTxnSampledData": sampled, "StopTxnAlignedData": aligned})
        config["ClockAlignedDataInterval"] = 1 if aligned else 0
        bench = Bench(config=config)
        (row,) = bench.ask("GetConfiguration", {"key": ["StopTransactionMaxMeterValues"]})["configurationKey"]
        most = int(row["value"])
        lengths = []
        for seconds in (most // 2, most - 2, most - 1, most, 2 * most):
            lengths.append(len(session(bench, seconds)))
        assert max(lengths) <= most and max(lengths) >= most - 3, (sampled, aligned, most, lengths)
