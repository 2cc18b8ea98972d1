"""A connector behind an OpenEVSE controller that speaks RAPI as its firmware does, also when it does not."""

from chargelet.hardware.rapi import frame, unframed
from chargelet.hardware.rapi_meter import RapiMeter
from fakes.rapi_controller import Site


def test_frames_are_those_of_the_controller():
    assert frame("FE") == b"$FE^27\r" and unframed(b"$OK^20") == "OK" and unframed(b"noise$OK^20") == "OK"
    assert unframed(b"$OK^21") is None and unframed(b"OK") is None and unframed(b"$OK") == "OK"
    assert unframed(b"$OK^zz") is None


def test_a_session():
    site = Site()
    evse, controller = site.evse, site.controller
    site.run(1500)
    assert controller.commands[0] == "FS", "off is the first that is said"
    assert evse.pilot_state == "A" and not evse.connected and evse.fault is None
    controller.car = 2
    site.run(1500)
    assert evse.connected and evse.pilot_state == "B" and not evse.contactor_closed
    controller.car = 3
    site.run(3000)
    assert not controller.closed, "nothing charges that was not permitted"
    evse.offer(16000)
    site.run(2500)
    assert controller.closed and evse.contactor_closed and evse.offered_ma == 16000
    assert controller.supervised == ["6", "6"], "it takes the permission away itself when we fall silent"
    site.run(30000)
    assert 30 <= evse.meter.energy_wh() * 3600 // 3680 <= 36 and evse.meter.power_w() == 3688
    assert evse.meter.read("Voltage") == "230.5" and evse.meter.current_ma() == 16000
    evse.offer(10000)
    site.run(2000)
    assert evse.offered_ma == 10000
    evse.offer(0)
    site.run(40)
    assert controller.commands[-1] == "FS" or "FS" in controller.commands[-3:]
    site.run(2000)
    assert not controller.closed and evse.offered_ma == 0


def test_the_smaller_limit_counts():
    site = Site()
    site.controller.most, site.controller.car = 20, 3
    site.evse.offer(32000)
    site.run(3000)
    assert site.evse.offered_ma == 20000
    site.evse.limits["profile"] = 9000
    site.run(3000)
    assert site.evse.offered_ma == 9000
    site.evse.limits["profile"] = 0
    site.run(2000)
    assert not site.controller.enabled and site.evse.limit_ma() == 0


def test_faults_of_the_controller_are_ours():
    for code, fault in (
        (5, ("EVCommunicationError", "NoDiode")),
        (6, ("GroundFailure", "ResidualCurrent")),
        (8, ("PowerSwitchFailure", "ContactorWelded")),
        (10, ("HighTemperature", None)),
    ):
        site = Site()
        site.controller.car = 3
        site.evse.offer(16000)
        site.run(3000)
        site.controller.fault = code
        site.run(2500)
        assert site.evse.fault == fault and not site.controller.enabled, (code, site.evse.fault)
        site.controller.fault = 0
        site.run(2500)
        assert site.evse.fault is None
        site.run(2000)
        assert site.controller.enabled, "and it goes on when that is over"


def test_a_controller_that_falls_silent_is_a_fault():
    site = Site()
    site.controller.car = 3
    site.evse.offer(16000)
    site.run(3000)
    site.controller.silent = True
    site.run(6000)
    assert site.evse.fault == ("InternalError", "ControllerSilent")
    site.controller.silent = False
    site.run(4000)
    assert site.evse.fault is None and site.controller.enabled


def test_damaged_lines_are_counted_and_nothing_else():
    site = Site()
    site.controller.car = 2
    site.run(2000)
    site.controller.damaged = True
    site.run(3000)
    assert site.evse._rapi.bad > 0 and site.evse.connected
    site.line.waiting = b"\xff" * 300
    site.run(100)
    site.controller.damaged = False
    site.run(3000)
    assert site.evse.fault is None


def test_off_is_said_until_it_has_been_heard():
    site = Site()
    site.controller.car = 3
    site.evse.offer(16000)
    site.run(3000)
    site.controller.refused = ("FS",)
    site.evse.open_contactor()
    site.run(2000)
    assert site.controller.enabled
    site.controller.refused = ()
    site.run(2000)
    assert not site.controller.enabled


def test_a_controller_that_starts_anew_is_told_again():
    site = Site()
    site.controller.car = 3
    site.evse.offer(16000)
    site.run(3000)
    site.controller.enabled, site.controller.amps = False, 6
    site.line.waiting += frame("AB 00 1.0.0")
    site.run(3000)
    assert site.controller.enabled and site.controller.amps == 16


def test_what_it_says_by_itself_is_heard_at_once():
    site = Site()
    site.run(1500)
    site.controller.car = 2
    site.line.waiting += frame("AT 2 2 0 100")
    site.run(20)
    assert site.evse.connected and site.evse.pilot_state == "B"


def test_a_pulse_that_was_missed_is_made_good():
    site = Site()
    site.controller.expired = True
    site.run(3000)
    assert "SY 165" in site.controller.commands and not site.controller.expired


def test_our_own_errors_take_the_permission_away():
    site = Site()
    site.controller.car = 3
    site.evse.offer(16000)
    site.run(3000)

    def broken():
        raise OSError(5)

    any_, site.line.any = site.line.any, broken
    site.run(40)
    site.line.any = any_
    site.run(3000)
    assert site.evse.fault == ("InternalError", "OSError") and not site.controller.enabled


def test_the_register_goes_on_over_sessions_and_never_back():
    meter = RapiMeter(230)
    meter.restore(1000)
    meter.session(36000)
    assert meter.energy_wh() == 1000, "what it had counted before we came is not ours to bill"
    meter.session(72000)
    assert meter.energy_wh() == 1010
    meter.session(1800)
    meter.session(3600)
    assert meter.energy_wh() == 1011
    meter.restore(5)
    assert meter.energy_wh() == 1011
    meter.flow(-1, -1)
    assert meter.current_ma() == 0 and meter.read("Voltage") == "230.0"
