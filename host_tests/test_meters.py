"""Meters against what their data sheets say: pulses with bounces and stalls, Modbus with all that can go wrong."""

from chargelet.hardware.counter_meter import CounterMeter
from fakes.clock import FakeClock
from fakes.site import BY_INTERRUPT, CONNECTOR, Site


class Chip:
    """A pulse counter of 16 bits."""

    def __init__(self):
        self.count = 65000

    def value(self):
        return self.count & 0xFFFF


def test_bounces_are_not_pulses():
    site = Site(meter=BY_INTERRUPT)
    meter = site.evse.meter
    for _ in range(10):
        site.clock.advance(100)
        for _ in range(3):
            meter._pulse(None)
            site.clock.advance(3)
    assert meter.energy_wh() == 10


def test_pulses_by_interrupt_are_all_counted_while_the_program_runs():
    site = Site(meter=BY_INTERRUPT).charge()
    before = site.evse.meter.energy_wh()
    site.run(120000)
    assert 366 <= site.evse.meter.energy_wh() - before <= 370 and site.evse.meter.missed == 0


def test_what_a_standstill_may_have_cost_is_counted():
    site = Site(meter=BY_INTERRUPT).charge()
    meter = site.evse.meter
    for stall in (300, 2000, 10000):
        site.run(6000)
        seen, missed, real = meter.energy_wh(), meter.missed, site.point.count
        site.clock.advance(stall)
        site.run(1000)
        lost = site.point.count - real - (meter.energy_wh() - seen)
        # At most what 32 A and a tenth more would have made of that time: 6.75 pulses a second.
        assert 0 <= lost <= meter.missed - missed <= stall * 27 // 4000 + 2, (stall, lost, meter.missed - missed)
    assert meter.missed > 0


def test_a_counter_loses_nothing_over_wraps_and_stalls():
    clock, chip = FakeClock(), Chip()
    meter = CounterMeter(clock, chip, 1000, 230, 3)
    for at in range(2000):
        chip.count += at % 97
        clock.advance(20 if at % 50 else 9000)
        meter.step(clock.ticks(), True)
    assert meter.energy_wh() == sum([at % 97 for at in range(2000)])


def test_power_follows_and_falls_to_nothing():
    site = Site().charge()
    site.run(20000)
    assert 10500 <= site.evse.meter.power_w() <= 11600
    assert 15200 <= site.evse.meter.current_ma() <= 16900
    site.vehicle.max_ma = 8000
    site.run(15000)
    assert 5000 <= site.evse.meter.power_w() <= 6000
    site.vehicle.wants = False
    site.run(1000)
    assert site.evse.meter.power_w() == 0


def test_nothing_flows_through_an_open_contactor_whatever_opened_it():
    def unplug(site):
        site.vehicle.unplug()

    def fault(site):
        site.evse.set_fault("GroundFailure")

    def hold(site):
        site.evse.open_contactor()

    def die(site):
        site.evse._pilot.measure = None

    for meter in (CONNECTOR["meter"], BY_INTERRUPT):
        for open_it in (unplug, fault, hold, die):
            site = Site(meter=meter).charge()
            site.run(20000)
            assert site.evse.meter.power_w() > 10000
            open_it(site)
            site.until(lambda: not site.evse.contactor_closed, 200)  # noqa: B023
            assert (site.evse.meter.power_w(), site.evse.meter.current_ma()) == (0, 0), open_it
            before = site.point.count
            site.until(site.evse.meter.settled, 200)
            assert site.evse.meter.energy_wh() == before == site.point.count
