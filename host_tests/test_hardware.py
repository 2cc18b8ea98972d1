"""Pilot, contactor, lock and meter: real drivers over the electrical model, with vehicles of all kinds."""

from chargelet.hardware import pilot_levels
from fakes.site import CONNECTOR, Site


def measured(pilot, mv):
    """The pilot's high level is now this."""

    def measure():
        pilot.high_uv, pilot.low_uv = pilot.uv(mv), pilot.uv(-12000)

    pilot.measure = measure


def test_levels_become_letters():
    for mv, name in ((12000, "A"), (10500, "A"), (10499, "B"), (9000, "B"), (7499, "C"), (6000, "C"), (4499, "D")):
        assert pilot_levels.pilot_state(mv) == name, mv
    for mv, name in ((3000, "D"), (1499, "E"), (0, "E"), (-1500, "E"), (-1501, "F"), (-12000, "F")):
        assert pilot_levels.pilot_state(mv) == name, mv


def test_boundaries_move_away_from_the_state_before():
    assert pilot_levels.pilot_state(7400, "B") == "B" and pilot_levels.pilot_state(7600, "C") == "C"
    assert pilot_levels.pilot_state(7100, "B") == "C" and pilot_levels.pilot_state(7900, "C") == "B"


def test_a_board_may_move_the_boundaries():
    pilot = dict(CONNECTOR["pilot"], c_min_mv=5000)
    assert pilot_levels.pilot_state(4800) == "C"
    assert pilot_levels.pilot_state(4800, "", (10500, 7500, 5000, 1500, -1500)) == "D"
    for mv, state in ((4300, "D"), (5600, "C")):
        site = Site(pilot=dict(pilot))
        measured(site.evse._pilot, mv)
        site.run(1000)
        assert site.evse.pilot_state == state


def test_currents_and_duty_cycles():
    for ma, duty in ((6000, 1000), (16000, 2666), (32000, 5333), (51000, 8500), (52500, 8500), (80000, 9600)):
        assert pilot_levels.duty(ma) == duty, ma
    for ma in range(6000, 80001, 500):
        duty = pilot_levels.duty(ma)
        assert 800 <= duty <= 9600 and not 300 <= duty <= 700
        assert ma - 60 <= pilot_levels.current(duty) <= ma or 51000 < ma <= 52500, ma
    for duty, ma in ((0, 0), (500, 0), (799, 0), (800, 6000), (999, 6000), (9701, 0), (10000, 0)):
        assert pilot_levels.current(duty) == ma, duty
    for ma in (0, 5999, 80001):
        try:
            pilot_levels.duty(ma)
        except ValueError as error:
            assert "6000 to 80000" in str(error)
        else:
            raise AssertionError(ma)


def test_a_session():
    site = Site()
    evse = site.evse
    site.run(500)
    assert evse.pilot_state == "A" and not evse.connected and not evse.contactor_closed
    site.vehicle.plug()
    site.run(200)
    assert evse.pilot_state == "B" and evse.connected
    site.run(5000)
    assert not evse.contactor_closed
    assert site.until(evse.lock, 1000) <= 400
    evse.offer(16000)
    assert site.until(lambda: evse.contactor_closed, 3000) >= 800
    assert evse.pilot_state == "C" and evse.offered_ma == 16000
    site.run(60000)
    assert 10500 < evse.meter.power_w() < 11500 and 180 <= evse.meter.energy_wh() <= 184
    site.vehicle.wants = False
    site.until(lambda: not evse.contactor_closed, 400)
    assert evse.pilot_state == "B"
    site.run(200)
    assert evse.meter.power_w() == 0


def test_unplugging_opens_within_100_ms():
    for wait in (0, 20, 100, 700, 5000):
        site = Site().charge()
        site.run(wait)
        site.vehicle.unplug()
        # The relay's own 20 ms are part of it.
        assert site.until(lambda site=site: not site.point.closed, 200) <= 100, wait


def test_nothing_offered_lets_the_vehicle_leave_first():
    site = Site().charge()
    site.evse.offer(0)
    site.run(500)
    assert site.evse.contactor_closed and site.evse.offered_ma == 0
    assert site.until(lambda: not site.evse.contactor_closed, 3000) <= 1500
    assert site.evse.pilot_state == "B"


def test_a_vehicle_that_ignores_it_is_switched_off_under_load():
    site = Site().charge()
    site.vehicle.leaves_ms = None
    site.evse.offer(0)
    assert 5900 <= site.until(lambda: not site.evse.contactor_closed, 8000) <= 6200


def test_vehicles_that_must_not_charge():
    odd = (("diode", False), ("short", True), ("ventilation", True), ("asleep", True), ("reaction_ms", None))
    for name, value in odd:
        site = Site()
        setattr(site.vehicle, name, value)
        site.vehicle.plug()
        site.run(300)
        site.until(site.evse.lock, 1000)
        site.evse.offer(16000)
        closed = []
        site.run(20000, lambda site=site, closed=closed: closed.append(1) if site.point.closed else None)
        assert not closed, name
        if name == "diode":
            assert site.evse.warning == ("EVCommunicationError", "NoDiode")
        if name == "ventilation":
            assert site.evse.pilot_state == "D"


def test_a_short_is_told():
    site = Site().charge()
    site.vehicle.short = True
    site.until(lambda: not site.point.closed, 100)
    site.run(500)
    assert site.evse.pilot_state == "E" and site.evse.warning == ("EVCommunicationError", "PilotShort")
    site.vehicle.short = False
    site.run(6500)
    assert site.evse.warning is None and site.evse.contactor_closed


def test_known_glitches_close_nothing_and_open_nothing():
    for ohm in (2700, 880):
        site = Site()
        site.vehicle.glitch_ohm = ohm
        site.vehicle.wants = False
        site.vehicle.plug()
        site.vehicle.wants = False
        site.run(300)
        site.until(site.evse.lock, 1000)
        site.evse.offer(16000)
        closed = []
        site.run(3000, lambda site=site, closed=closed: closed.append(1) if site.point.closed else None)
        assert not closed, ohm
    site = Site().charge()
    site.vehicle.glitch_ohm = 2700
    site.run(6000)
    site.evse.offer(10000)
    opened = []
    site.run(6000, lambda: None if site.point.closed else opened.append(1))
    assert site.evse.offered_ma == 10000 and not opened


def test_changes_of_the_offer_are_spaced():
    site = Site().charge()
    site.run(5000)
    site.evse.offer(10000)
    site.run(20)
    assert site.evse.offered_ma == 10000
    site.evse.offer(12000)
    assert 4900 <= site.until(lambda: site.evse.offered_ma == 12000, 6000) <= 5100
    site.evse.offer(99000)
    site.run(6000)
    assert site.evse.offered_ma == 32000
    site.evse.offer(5999)
    site.run(20)
    assert site.evse.offered_ma == 0


def test_closing_again_takes_a_pause():
    site = Site().charge()
    site.vehicle.wants = False
    site.until(lambda: not site.point.closed, 1000)
    site.vehicle.wants = True
    assert 4500 <= site.until(lambda: site.point.closed, 7000) <= 5500


def test_the_meter_counts_every_pulse_across_the_tick_wrap():
    site = Site().charge()
    site.vehicle.max_ma = 32000
    site.evse.offer(32000)
    site.run(6000)
    before = site.evse.meter.energy_wh()
    site.run(600000)
    assert 3678 <= site.evse.meter.energy_wh() - before <= 3682


def test_a_standstill_loses_no_energy():
    site = Site().charge()
    before = site.evse.meter.energy_wh()
    site.clock.advance(30000)
    site.run(30000)
    assert 182 <= site.evse.meter.energy_wh() - before <= 186


def test_the_register_goes_on_and_never_back():
    site = Site()
    site.evse.meter.restore(12345)
    site.evse.meter.restore(100)
    assert site.evse.meter.energy_wh() == 12345
    site.charge()
    site.run(10000)
    assert site.evse.meter.energy_wh() > 12360
