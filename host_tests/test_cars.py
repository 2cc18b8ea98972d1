"""Scripted cars at a whole station with its real drivers: what each of them makes the central system see."""

from fakes.bench import Bench
from fakes.site import CONNECTOR, DISCONNECT, MONITOR, THERMOMETER, Site

# OCPP 1.6 §4.9: from which status to which others a connector may go.
ALLOWED = {
    "Available": "Preparing Charging SuspendedEV SuspendedEVSE Reserved Unavailable Faulted",
    "Preparing": "Available Charging SuspendedEV SuspendedEVSE Finishing Faulted",
    "Charging": "Available SuspendedEV SuspendedEVSE Finishing Unavailable Faulted",
    "SuspendedEV": "Available Charging SuspendedEVSE Finishing Unavailable Faulted",
    "SuspendedEVSE": "Available Charging SuspendedEV Finishing Unavailable Faulted",
    "Finishing": "Available Preparing Unavailable Faulted",
    "Reserved": "Available Preparing Unavailable Faulted",
    "Unavailable": "Available Preparing Charging SuspendedEV SuspendedEVSE Faulted",
    "Faulted": "Available Preparing Charging SuspendedEV SuspendedEVSE Finishing Reserved Unavailable",
}


class Garage:
    """A station, its one connector, and the car at it."""

    def __init__(self, **changes):
        self.site = Site(**changes)
        self.car = self.site.vehicle
        self.point = self.site.point
        self.bench = Bench(site=self.site)

    def run(self, seconds):
        self.bench.run(int(seconds * 1000))

    def session(self, wait=4):
        """Plugged in, and a card shown."""
        self.car.plug()
        self.run(1)
        self.bench.station.swipe("CARD")
        self.run(wait)
        return self

    def statuses(self):
        told = self.bench.central.statuses()
        for before, after in zip(told, told[1:]):
            assert before == after or after in ALLOWED[before].split(), told
        return told

    def errors(self):
        told = self.bench.central.all("StatusNotification")
        return [(one["errorCode"], one.get("vendorErrorCode")) for one in told if one["errorCode"] != "NoError"]

    def stop(self):
        """The transaction's end."""
        return self.bench.central.all("StopTransaction")[-1]


def test_a_ready_car():
    garage = Garage().session()
    assert garage.statuses() == ["Available", "Preparing", "Charging"] and garage.point.closed
    garage.run(60)
    garage.bench.station.swipe("CARD")
    garage.run(3)
    garage.car.unplug()
    garage.run(3)
    assert garage.statuses() == ["Available", "Preparing", "Charging", "Finishing", "Available"]
    assert garage.stop()["reason"] == "Local" and 180 <= garage.stop()["meterStop"] <= 200
    assert garage.errors() == []


def test_a_slow_car():
    garage = Garage()
    garage.car.reaction_ms = 12000
    garage.session(20)
    assert garage.statuses() == ["Available", "Preparing", "SuspendedEV", "Charging"]


def test_a_car_that_is_full_and_wants_again():
    garage = Garage().session(8)
    garage.car.wants = False
    garage.run(3)
    garage.car.wants = True
    garage.run(8)
    assert garage.statuses()[2:] == ["Charging", "SuspendedEV", "Charging"]


def test_a_car_that_ignores_the_end_of_the_offer():
    garage = Garage().session()
    garage.car.leaves_ms = None
    garage.bench.evse.limits["test"] = 0
    garage.run(4)
    assert garage.point.closed, "it has six seconds"
    garage.run(4)
    assert not garage.point.closed and garage.statuses()[-1] == "SuspendedEVSE"
    del garage.bench.evse.limits["test"]
    garage.run(10)
    assert garage.statuses()[-1] == "Charging"


def test_a_car_without_a_diode():
    garage = Garage()
    garage.car.diode = False
    garage.session()
    garage.run(4)
    assert not garage.point.closed and ("EVCommunicationError", "NoDiode") in garage.errors()
    garage.car.diode = True
    garage.run(4)
    assert garage.point.closed and garage.statuses()[-1] == "Charging"


def test_a_diode_that_goes_in_mid_session():
    garage = Garage().session()
    garage.car.diode = False
    garage.run(1)
    assert not garage.point.closed and ("EVCommunicationError", "NoDiode") in garage.errors()
    assert garage.statuses()[-1] == "SuspendedEVSE"
    garage.car.diode = True
    garage.run(10)
    assert garage.point.closed and garage.statuses()[-1] == "Charging"


def test_a_diode_that_one_look_has_not_seen_is_there():
    """Noise at whatever moment, also at the first look after a standstill, opens nothing."""
    garage = Garage().session()
    bench = garage.bench
    for at in range(0, 1100, 20):
        bench.run(1000 + at, 20)
        garage.car.diode = False
        bench.run(40, 20)
        garage.car.diode = True
        bench.run(20, 20)
        assert garage.point.closed, at
        bench.clock.advance(2000)
        garage.car.diode = False
        bench.run(20, 20)
        garage.car.diode = True
        bench.run(20, 20)
        assert garage.point.closed, at
    assert garage.errors() == []
    garage.car.diode = False
    bench.run(440, 20)
    assert garage.point.closed
    bench.run(140, 20)
    assert not garage.point.closed, "half a second"


def test_a_short_in_mid_session():
    garage = Garage().session()
    garage.car.short = True
    garage.run(2)
    assert not garage.point.closed and garage.statuses()[-1] == "SuspendedEV"
    assert garage.errors() == [("EVCommunicationError", "PilotShort")]
    garage.car.short = False
    garage.run(8)
    assert garage.statuses()[-1] == "Charging"


def test_known_glitches_are_not_told():
    for ohm, ms in ((2700, 250), (880, 250)):
        garage = Garage()
        garage.car.glitch_ohm, garage.car.glitch_ms = ohm, ms
        garage.session()
        for limit in (10000, 16000, 8000):
            garage.bench.evse.limits["test"] = limit
            garage.run(8)
        told = garage.statuses()
        assert told in (
            ["Available", "Preparing", "Charging"],
            ["Available", "Preparing", "SuspendedEV", "Charging"],
        ), (ohm, told)


def test_a_car_that_sleeps():
    for changes in ({}, {"pilot": DISCONNECT}):
        garage = Garage(**changes)
        garage.car.asleep = True
        garage.session(20)
        assert garage.statuses()[-1] == "SuspendedEV"
        garage.run(30)
        assert garage.statuses()[-1] == "Charging", garage.statuses()
        assert [line for line in garage.site.lines if "woken up" in line]


def test_a_car_that_wants_ventilation():
    garage = Garage()
    garage.car.ventilation = True
    garage.session()
    garage.run(6)
    assert not garage.point.closed and garage.bench.evse.pilot_state == "D"
    garage = Garage(ventilation=True)
    garage.car.ventilation = True
    garage.session()
    assert garage.point.closed and garage.statuses()[-1] == "Charging"


def test_unplugged_while_it_charges():
    garage = Garage().session(10)
    garage.car.unplug()
    garage.run(4)
    assert garage.statuses()[3:] == ["Finishing", "Available"] and garage.stop()["reason"] == "EVDisconnected"


def test_a_residual_current():
    garage = Garage(residual_current=MONITOR).session(8)
    assert garage.statuses()[-1] == "Charging"
    garage.point.leaks = True
    garage.run(1)
    assert not garage.point.closed and garage.statuses()[-1] == "Faulted"
    assert garage.errors() == [("GroundFailure", "ResidualCurrent")]
    garage.point.leaks = False
    garage.run(120)
    assert garage.statuses()[-1] == "Faulted", "it stays until the power has been off"


def test_heat():
    garage = Garage(temperature=THERMOMETER).session(8)
    garage.point.celsius = 80
    garage.run(2)
    assert garage.statuses()[-1] == "Faulted" and garage.errors() == [("HighTemperature", None)]
    garage.point.celsius = 30
    garage.run(45)
    assert garage.statuses()[-1] == "Charging"


def test_a_welded_contactor():
    garage = Garage().session(8)
    garage.point.welded = True
    garage.bench.station.swipe("CARD")
    garage.run(13)
    assert garage.statuses()[-1] == "Faulted" and ("PowerSwitchFailure", "ContactorWelded") in garage.errors()
    assert garage.stop()["reason"] == "Local"


def test_tier_0_off_the_bench_charges_nobody():
    garage = Garage()
    garage.bench.evse.latch(("OtherError", "SafetyTierT0"))
    garage.session()
    assert not garage.point.closed and garage.statuses()[-1] == "Faulted"
    assert garage.errors() == [("OtherError", "SafetyTierT0")] and not garage.bench.central.all("StartTransaction")


def test_a_fixed_cable():
    garage = Garage(cable="fixed", lock=None, proximity=None).session()
    assert garage.statuses()[-1] == "Charging" and CONNECTOR["cable"] == "socket"
