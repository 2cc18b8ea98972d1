"""Measurands: which there are by default, how long lists may be, phases."""

from chargelet.station.measurands import keys, kinds, sample
from fakes.bench import Bench
from fakes.evse import FakeMeter

ENERGY = "Energy.Active.Import.Register"


class ThreePhases(FakeMeter):
    """A meter with a voltage for each phase, as one on a bus has."""

    measurands = FakeMeter.measurands + ("Voltage.L1", "Voltage.L2", "Voltage.L3", "Frequency", "Temperature")

    def read(self, name):
        return {"Voltage.L1": "230.1", "Voltage.L2": "231.2", "Voltage.L3": "229.9", "Frequency": "50.0"}.get(name)


def phases(bench, names):
    meter = ThreePhases()
    meter.wh = 42
    return sample(bench.station, meter, bench.evse, names)


def test_a_measurand_of_several_phases_is_told_for_each():
    bench = Bench()
    volts = [["Voltage", "L1", "230.1", "V"], ["Voltage", "L2", "231.2", "V"], ["Voltage", "L3", "229.9", "V"]]
    assert phases(bench, "Voltage") == volts
    assert phases(bench, "Voltage.L2,Frequency") == [volts[1], ["Frequency", None, "50.0", None]]
    # What the meter has no value for now is left out.
    assert phases(bench, "Temperature," + ENERGY) == [[ENERGY, None, "42", "Wh"]]


def test_measurand_lists_are_checked_against_the_meter():
    measurands = kinds(ThreePhases.measurands)["measurands"]
    assert measurands("Voltage, Voltage.L1") == "Voltage,Voltage.L1"
    assert measurands("") == ""
    for wrong in ("Voltage.L4", "SoC", "Voltage,Voltage", "Voltage.N", ENERGY + ".L1"):
        try:
            measurands(wrong)
        except ValueError:
            continue
        raise AssertionError(wrong)


def test_all_that_the_meter_can_measure_is_sent_unless_somebody_wants_less():
    def lists(measurands):
        rows = [line.split(" ") for line in keys(measurands).split("\n") if " RW " in line and "," in line]
        return {row[0]: row[3] for row in rows}

    own = ",Current.Offered,Power.Offered"
    wanted = {"MeterValuesSampledData": ",".join(FakeMeter.measurands) + own}
    wanted["MeterValuesAlignedData"] = wanted["MeterValuesSampledData"]
    assert lists(FakeMeter.measurands) == wanted
    assert "Voltage," in lists(ThreePhases.measurands)["MeterValuesAlignedData"]
    bench = Bench(config={"MeterValueSampleInterval": 60})
    known = "Energy.Active.Import.Register,Power.Active.Import,SoC,Voltage,Temperature,Frequency"
    change = {"key": "MeterValuesSampledData", "value": known}
    # What central systems do that know more measurands than the meter: they ask for all, and read what there is.
    assert bench.ask("ChangeConfiguration", change) == {"status": "Rejected"}
    (row,) = bench.ask("GetConfiguration", {"key": ["MeterValuesSampledData"]})["configurationKey"]
    assert row["value"] == wanted["MeterValuesSampledData"]
    assert bench.ask("ChangeConfiguration", dict(change, value=row["value"])) == {"status": "Accepted"}
    bench.charging()
    bench.run(60000, 1000)
    (told,) = bench.central.all("MeterValues")
    assert ",".join([value["measurand"] for value in told["meterValue"][0]["sampledValue"]]) == row["value"]


def test_lists_may_be_as_long_as_they_say_and_no_longer():
    for meter in (FakeMeter, ThreePhases):
        known = list(meter.measurands) + ["Current.Offered", "Power.Offered"]
        most = [int(line.split(" ")[3]) for line in keys(meter.measurands).split("\n") if "MaxLength" in line]
        assert most == [len(known)] * 4
        check = kinds(meter.measurands)["measurands"]
        assert check(",".join(known)) == ",".join(known)
        if "Voltage.L1" in known:
            try:
                check(",".join(known + ["Voltage"]))
            except ValueError:
                continue
            raise AssertionError("one too many")
