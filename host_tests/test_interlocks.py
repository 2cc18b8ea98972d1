"""Interlocks: cable, residual current, heat, over-current; a vehicle that sleeps, a contactor without feedback."""

from chargelet.hardware.proximity import rating
from fakes.site import DISCONNECT, MONITOR, Site


def waiting(**changes):
    """A vehicle that wants to charge, locked in, and nothing offered yet."""
    site = Site(**changes)
    site.vehicle.plug()
    site.run(300)
    if site.evse.has_lock:
        site.until(site.evse.lock, 1000)
    return site


# The cable


def test_resistors_are_rated_as_the_table_says():
    for ohms, ma in (
        ((1100, 1500, 2460, 4500, 937), 13000),
        ((400, 680, 936, 309), 20000),
        ((164, 220, 308, 141), 32000),
        ((80, 100, 140, 60), 63000),
        ((59, 0, 4501, 100000), None),
    ):
        for ohm in ohms:
            assert rating(ohm) == ma, ohm
    assert rating(None) is None


def test_the_cable_limits_what_is_offered():
    for ohm, ma in ((220, 32000), (680, 20000), (1500, 13000)):
        site = Site()
        site.point.cable_ohm = ohm
        site.vehicle.plug()
        site.run(300)
        site.until(site.evse.lock, 1000)
        site.evse.offer(32000)
        site.run(3000)
        assert site.evse.offered_ma == ma and site.point.closed, ohm


def test_without_a_rating_nothing_is_offered():
    for ohm in (30, 9000):
        site = Site()
        site.point.cable_ohm = ohm
        site.vehicle.plug()
        site.run(300)
        site.until(site.evse.lock, 1000)
        site.evse.offer(32000)
        closed = []
        site.run(5000, lambda site=site, closed=closed: closed.append(1) if site.point.closed else None)
        assert not closed and site.evse.offered_ma == 0, ohm


def test_a_cable_that_gets_worse_counts_at_once_and_better_only_when_replugged():
    site = Site().charge()
    site.evse.offer(32000)
    site.run(12000)
    site.point.cable_ohm = 680
    site.run(1600)
    assert site.evse.offered_ma == 20000
    site.point.cable_ohm = 220
    site.run(6000)
    assert site.evse.offered_ma == 20000
    site.vehicle.unplug()
    site.run(500)
    site.evse.offer(0)
    site.run(500)
    site.vehicle.plug()
    site.run(500)
    site.evse.offer(32000)
    site.run(6000)
    assert site.evse.offered_ma == 32000


# The residual-current monitor


def test_the_monitor_is_tested_before_each_close():
    site = waiting(residual_current=MONITOR)
    tests = []
    site.evse.offer(16000)
    site.run(3000, lambda: tests.append(site.point.testing))
    assert site.point.closed and 0 < tests.count(True) < 40
    site.vehicle.wants = False
    site.run(1000)
    site.vehicle.wants = True
    del tests[:]
    site.run(8000, lambda: tests.append(site.point.testing))
    assert site.point.closed and True in tests


def test_a_monitor_that_fails_its_test_closes_nothing():
    site = waiting(residual_current=MONITOR)
    site.point.monitor_dead = True
    site.evse.offer(16000)
    closed = []
    site.run(5000, lambda: closed.append(1) if site.point.closed else None)
    assert not closed and site.evse.fault == ("GroundFailure", "ResidualCurrentTest")
    assert site.evse.latched == ("GroundFailure", "ResidualCurrentTest")


def test_a_residual_current_opens_at_once_and_stays():
    site = Site(residual_current=MONITOR).charge()
    site.point.leaks = True
    assert site.until(lambda: not site.point.closed, 200) <= 60
    site.point.leaks = False
    site.evse.set_fault(None)
    site.vehicle.unplug()
    site.run(60000)
    assert site.evse.fault == ("GroundFailure", "ResidualCurrent")


def test_a_monitor_without_a_test_input():
    site = Site(residual_current={"trip": 20}).charge()
    assert site.point.closed
    site.point.leaks = True
    site.run(100)
    assert not site.point.closed


# Over-current, sleep, feedback


def test_a_vehicle_that_takes_too_much_is_cut_off():
    site = Site().charge()
    site.run(6000)
    site.evse.offer(10000)
    site.run(10000)
    assert site.point.closed
    site.vehicle.draws_ma = lambda: 16000
    waited = site.until(lambda: not site.point.closed, 30000)
    assert 7000 <= waited <= 15000 and site.evse.fault == ("OverCurrentFailure", None)
    site.run(60000)
    assert site.evse.fault, "until it has been unplugged"
    site.vehicle.unplug()
    site.run(500)
    assert site.evse.fault is None


def test_a_vehicle_that_sleeps_is_woken_once():
    for pilot in ({}, {"pilot": DISCONNECT}):
        site = waiting(**pilot)
        site.vehicle.asleep = True
        site.evse.offer(16000)
        site.run(25000)
        assert not site.point.closed
        assert site.until(lambda site=site: site.point.closed, 20000) <= 12000
        assert [line for line in site.lines if "woken up" in line]
    site = waiting()
    site.vehicle.reaction_ms = None
    site.evse.offer(16000)
    site.run(300000)
    assert len([line for line in site.lines if "woken up" in line]) == 1


def test_without_feedback_the_command_is_what_is_known():
    site = Site(contactor={"coil": 13}).charge()
    site.vehicle.unplug()
    site.run(200)
    assert not site.evse.contactor_closed and not site.point.closed


def test_both_coils_of_a_contactor_are_switched():
    site = Site(contactor={"coil": 13, "second_coil": 31, "feedback": 14}).charge()
    assert [coil.value() for coil in site.evse._contactor._coils] == [1, 1]
    site.vehicle.unplug()
    site.run(100)
    assert [coil.value() for coil in site.evse._contactor._coils] == [0, 0]
