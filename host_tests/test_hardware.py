"""Pilot, contactor, lock and meter: real drivers over the electrical model, with vehicles of all kinds."""

from chargelet.hardware import pilot_levels
from fakes.yard import CONNECTOR, Yard


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
        yard = Yard(pilot=dict(pilot))
        measured(yard.evse._pilot, mv)
        yard.run(1000)
        assert yard.evse.pilot_state == state


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
    yard = Yard()
    evse = yard.evse
    yard.run(500)
    assert evse.pilot_state == "A" and not evse.connected and not evse.contactor_closed
    yard.vehicle.plug()
    yard.run(200)
    assert evse.pilot_state == "B" and evse.connected
    yard.run(5000)
    assert not evse.contactor_closed
    assert yard.until(evse.lock, 1000) <= 400
    evse.offer(16000)
    assert yard.until(lambda: evse.contactor_closed, 3000) >= 800
    assert evse.pilot_state == "C" and evse.offered_ma == 16000
    yard.run(60000)
    assert 10500 < evse.meter.power_w() < 11500 and 180 <= evse.meter.energy_wh() <= 184
    yard.vehicle.wants = False
    yard.until(lambda: not evse.contactor_closed, 400)
    assert evse.pilot_state == "B"
    yard.run(200)
    assert evse.meter.power_w() == 0


def test_unplugging_opens_within_100_ms():
    for wait in (0, 20, 100, 700, 5000):
        yard = Yard().charge()
        yard.run(wait)
        yard.vehicle.unplug()
        # The relay's own 20 ms are part of it.
        assert yard.until(lambda yard=yard: not yard.place.closed, 200) <= 100, wait


def test_nothing_offered_lets_the_vehicle_leave_first():
    yard = Yard().charge()
    yard.evse.offer(0)
    yard.run(500)
    assert yard.evse.contactor_closed and yard.evse.offered_ma == 0
    assert yard.until(lambda: not yard.evse.contactor_closed, 3000) <= 1500
    assert yard.evse.pilot_state == "B"


def test_a_vehicle_that_ignores_it_is_switched_off_under_load():
    yard = Yard().charge()
    yard.vehicle.leaves_ms = None
    yard.evse.offer(0)
    assert 5900 <= yard.until(lambda: not yard.evse.contactor_closed, 8000) <= 6200


def test_vehicles_that_must_not_charge():
    odd = (("diode", False), ("short", True), ("ventilation", True), ("asleep", True), ("reaction_ms", None))
    for name, value in odd:
        yard = Yard()
        setattr(yard.vehicle, name, value)
        yard.vehicle.plug()
        yard.run(300)
        yard.until(yard.evse.lock, 1000)
        yard.evse.offer(16000)
        closed = []
        yard.run(20000, lambda yard=yard, closed=closed: closed.append(1) if yard.place.closed else None)
        assert not closed, name
        if name == "diode":
            assert yard.evse.warning == ("EVCommunicationError", "NoDiode")
        if name == "ventilation":
            assert yard.evse.pilot_state == "D"


def test_a_short_is_told():
    yard = Yard().charge()
    yard.vehicle.short = True
    yard.until(lambda: not yard.place.closed, 100)
    yard.run(500)
    assert yard.evse.pilot_state == "E" and yard.evse.warning == ("EVCommunicationError", "PilotShort")
    yard.vehicle.short = False
    yard.run(6500)
    assert yard.evse.warning is None and yard.evse.contactor_closed


def test_known_glitches_close_nothing_and_open_nothing():
    for ohm in (2700, 880):
        yard = Yard()
        yard.vehicle.glitch_ohm = ohm
        yard.vehicle.wants = False
        yard.vehicle.plug()
        yard.vehicle.wants = False
        yard.run(300)
        yard.until(yard.evse.lock, 1000)
        yard.evse.offer(16000)
        closed = []
        yard.run(3000, lambda yard=yard, closed=closed: closed.append(1) if yard.place.closed else None)
        assert not closed, ohm
    yard = Yard().charge()
    yard.vehicle.glitch_ohm = 2700
    yard.run(6000)
    yard.evse.offer(10000)
    opened = []
    yard.run(6000, lambda: None if yard.place.closed else opened.append(1))
    assert yard.evse.offered_ma == 10000 and not opened


def test_changes_of_the_offer_are_spaced():
    yard = Yard().charge()
    yard.run(5000)
    yard.evse.offer(10000)
    yard.run(20)
    assert yard.evse.offered_ma == 10000
    yard.evse.offer(12000)
    assert 4900 <= yard.until(lambda: yard.evse.offered_ma == 12000, 6000) <= 5100
    yard.evse.offer(99000)
    yard.run(6000)
    assert yard.evse.offered_ma == 32000
    yard.evse.offer(5999)
    yard.run(20)
    assert yard.evse.offered_ma == 0


def test_closing_again_takes_a_pause():
    yard = Yard().charge()
    yard.vehicle.wants = False
    yard.until(lambda: not yard.place.closed, 1000)
    yard.vehicle.wants = True
    assert 4500 <= yard.until(lambda: yard.place.closed, 7000) <= 5500


def test_a_fault_opens_at_once_and_shows_state_f():
    yard = Yard().charge()
    yard.evse.set_fault("GroundFailure")
    yard.run(40)
    assert not yard.place.closed and yard.place.duty == 0
    assert yard.evse.fault == ("GroundFailure", None)
    yard.run(280)
    assert yard.place.duty == 0
    yard.run(5000)
    assert yard.evse.connected and not yard.place.closed and yard.evse.offered_ma == 0
    yard.vehicle.unplug()
    yard.run(200)
    assert not yard.evse.connected, "a fault does not hide that the vehicle has gone"
    yard.evse.set_fault(None)
    assert yard.evse.fault is None
    yard.charge()


def test_after_a_fault_in_mid_session_the_pause_is_long():
    yard = Yard().charge()
    yard.evse.set_fault("OverCurrentFailure")
    yard.run(1000)
    yard.evse.set_fault(None)
    assert 27000 <= yard.until(lambda: yard.place.closed, 40000) <= 31000


def test_a_welded_contactor_is_a_fault_that_stays():
    yard = Yard().charge()
    yard.place.welded = True
    yard.vehicle.unplug()
    yard.run(600)
    assert yard.evse.fault == ("PowerSwitchFailure", "ContactorWelded")
    yard.place.welded = False
    yard.evse.set_fault(None)
    yard.run(1000)
    assert yard.evse.fault == ("PowerSwitchFailure", "ContactorWelded")


def test_a_contactor_that_does_not_close_is_a_fault():
    yard = Yard()
    yard.place.stuck = True
    yard.vehicle.plug()
    yard.run(200)
    yard.until(yard.evse.lock, 1000)
    yard.evse.offer(16000)
    yard.run(3000)
    assert yard.evse.fault == ("PowerSwitchFailure", "ContactorStuck")


def test_without_the_lock_nothing_closes():
    yard = Yard()
    yard.place.bolt_sticks = True
    yard.vehicle.plug()
    yard.run(200)
    yard.evse.offer(16000)
    yard.evse.lock()
    yard.run(8000)
    assert not yard.place.closed and yard.evse.warning == ("ConnectorLockFailure", None)
    yard.place.bolt_sticks = False
    yard.until(yard.evse.lock, 2000)
    yard.until(lambda: yard.place.closed, 3000)
    assert not yard.evse.unlock(), "the lock opens under load"
    assert yard.evse.warning is None


def test_a_fixed_cable_needs_no_lock():
    yard = Yard(cable="fixed", lock=None, proximity=None)
    assert not yard.evse.has_lock and not yard.evse.locked
    yard.charge()


def test_whatever_goes_wrong_inside_opens_the_contactor():
    yard = Yard().charge()

    def broken():
        raise OSError(5)

    yard.evse._pilot.measure = broken
    yard.run(60)
    assert not yard.place.closed and yard.evse.fault == ("InternalError", "OSError")


def test_the_meter_counts_every_pulse_across_the_tick_wrap():
    yard = Yard().charge()
    yard.vehicle.max_ma = 32000
    yard.evse.offer(32000)
    yard.run(6000)
    before = yard.evse.meter.energy_wh()
    yard.run(600000)
    assert 3678 <= yard.evse.meter.energy_wh() - before <= 3682


def test_a_standstill_loses_no_energy():
    yard = Yard().charge()
    before = yard.evse.meter.energy_wh()
    yard.clock.advance(30000)
    yard.run(30000)
    assert 182 <= yard.evse.meter.energy_wh() - before <= 186


def test_the_register_goes_on_and_never_back():
    yard = Yard()
    yard.evse.meter.restore(12345)
    yard.evse.meter.restore(100)
    assert yard.evse.meter.energy_wh() == 12345
    yard.charge()
    yard.run(10000)
    assert yard.evse.meter.energy_wh() > 12360


def test_in_doubt_the_offer_goes_with_the_contactor():
    yard = Yard(contactor={"coil": CONNECTOR["contactor"]["coil"]}).charge()
    yard.run(5000)
    yard.evse.open_contactor()
    assert not yard.evse.contactor_closed
    yard.run(40)
    assert yard.evse.offered_ma == 0 and yard.place.duty == 10000
