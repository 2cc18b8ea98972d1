"""Contactor and lock: faults, welding, what does not close, and doubt; on real drivers over the electrical model."""

from fakes.site import CONNECTOR, Site


def test_a_fault_opens_at_once_and_shows_state_f():
    site = Site().charge()
    site.evse.set_fault("GroundFailure")
    site.run(40)
    assert not site.point.closed and site.point.duty == 0
    assert site.evse.fault == ("GroundFailure", None)
    site.run(280)
    assert site.point.duty == 0
    site.run(5000)
    assert site.evse.connected and not site.point.closed and site.evse.offered_ma == 0
    site.vehicle.unplug()
    site.run(200)
    assert not site.evse.connected, "a fault does not hide that the vehicle has gone"
    site.evse.set_fault(None)
    assert site.evse.fault is None
    site.charge()


def test_after_a_fault_in_mid_session_the_pause_is_long():
    site = Site().charge()
    site.evse.set_fault("OverCurrentFailure")
    site.run(1000)
    site.evse.set_fault(None)
    assert 27000 <= site.until(lambda: site.point.closed, 40000) <= 31000


def test_a_welded_contactor_is_a_fault_that_stays():
    site = Site().charge()
    site.point.welded = True
    site.vehicle.unplug()
    site.run(600)
    assert site.evse.fault == ("PowerSwitchFailure", "ContactorWelded")
    site.point.welded = False
    site.evse.set_fault(None)
    site.run(1000)
    assert site.evse.fault == ("PowerSwitchFailure", "ContactorWelded")


def test_a_contactor_that_does_not_close_is_a_fault():
    site = Site()
    site.point.stuck = True
    site.vehicle.plug()
    site.run(200)
    site.until(site.evse.lock, 1000)
    site.evse.offer(16000)
    site.run(3000)
    assert site.evse.fault == ("PowerSwitchFailure", "ContactorStuck")


def test_without_the_lock_nothing_closes():
    site = Site()
    site.point.bolt_sticks = True
    site.vehicle.plug()
    site.run(200)
    site.evse.offer(16000)
    site.evse.lock()
    site.run(8000)
    assert not site.point.closed and site.evse.warning == ("ConnectorLockFailure", None)
    site.point.bolt_sticks = False
    site.until(site.evse.lock, 2000)
    site.until(lambda: site.point.closed, 3000)
    assert not site.evse.unlock(), "the lock opens under load"
    assert site.evse.warning is None


def test_a_fixed_cable_needs_no_lock():
    site = Site(cable="fixed", lock=None, proximity=None)
    assert not site.evse.has_lock and not site.evse.locked
    site.charge()


def test_whatever_goes_wrong_inside_opens_the_contactor():
    site = Site().charge()

    def broken():
        raise OSError(5)

    site.evse._pilot.measure = broken
    site.run(60)
    assert not site.point.closed and site.evse.fault == ("InternalError", "OSError")


def test_in_doubt_the_offer_goes_with_the_contactor():
    site = Site(contactor={"coil": CONNECTOR["contactor"]["coil"]}).charge()
    site.run(5000)
    site.evse.open_contactor()
    assert not site.evse.contactor_closed
    site.run(40)
    assert site.evse.offered_ma == 0 and site.point.duty == 10000
