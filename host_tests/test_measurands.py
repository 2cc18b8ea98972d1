"""Measurands: which there are by default, how long lists may be, phases."""

from chargelet.station.measurands import listed, of, pack, sample, unpack
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
    measurands = lambda text: listed(ThreePhases.measurands, text)  # noqa: E731
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
        return {key: value for key, value in of(measurands) if isinstance(value, str)}

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
        most = [value for key, value in of(meter.measurands) if key.endswith("MaxLength")]
        assert most == [len(known)] * 4
        check = lambda text: listed(meter.measurands, text)  # noqa: B023, E731
        assert check(",".join(known)) == ",".join(known)
        if "Voltage.L1" in known:
            try:
                check(",".join(known + ["Voltage"]))
            except ValueError:
                continue
            raise AssertionError("one too many")


def test_samples_are_kept_short_and_come_back_as_they_were():
    bench = Bench()
    samples = phases(bench, ENERGY + ",Voltage,Frequency,Power.Active.Import,Current.Offered")
    assert len(samples) == 7 and unpack(pack(samples)) == samples
    assert unpack(None) == unpack("") == []
    other = [["Voltage", "L1-N", "-1.5", "V"], ["Somebody.Else", None, "7", "Percent"], ["RPM", None, "900", None]]
    assert unpack(pack(other)) == other
    # All that the largest meter has fits into what littlefs keeps in its metadata.
    large = [[ENERGY, None, "123456789", "Wh"], ["Power.Active.Import", None, "22080", "W"]]
    large += [["Voltage", "L%d" % (at + 1), "230.1", "V"] for at in range(3)]
    large += [["Current.Import", "L%d" % (at + 1), "31.9", "A"] for at in range(3)]
    large += [["Current.Offered", None, "32.0", "A"], ["Power.Offered", None, "22080", "W"]]
    text = '[848491200, "Sample.Periodic", "%s"]' % pack(large)
    assert len(text) + 5 <= 128, len(text)
