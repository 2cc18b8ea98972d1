"""What a reset and a power cut do to registers and latched faults, and what keeps a board alive meanwhile."""

from chargelet.hardware.equipment import Equipment
from chargelet.hardware.rtc_memory import RtcMemory
from fakes.parts import Wire
from fakes.site import MONITOR, Site


class Rtc:
    """The memory of the real-time clock."""

    def __init__(self):
        self.raw = b""
        self.written = 0

    def memory(self, new=None):
        if new is None:
            return self.raw
        self.raw = bytes(new)
        self.written += 1
        return None


def after_reset(site, rtc, keep_alive=None):
    return Equipment([site.evse], keep_alive=keep_alive, rtc=RtcMemory(rtc))


def test_a_reset_keeps_register_and_latch_and_a_power_cut_keeps_neither():
    rtc, site = Rtc(), Site(residual_current=MONITOR).charge()
    before = after_reset(site, rtc)
    before.recall()
    assert site.evse.fault is None
    site.run(20000)
    site.point.leaks = True
    site.run(100)
    before.keep()
    before.keep()
    assert rtc.written == 1, "written when something has changed"
    wh = site.evse.meter.energy_wh()
    other = Site()
    after_reset(other, rtc).recall()
    assert other.evse.meter.energy_wh() == wh and other.evse.fault == ("GroundFailure", "ResidualCurrent")
    rtc.raw = b""
    other = Site()
    after_reset(other, rtc).recall()
    assert other.evse.fault is None and other.evse.meter.energy_wh() == 0


def test_a_reset_costs_no_pulse():
    rtc, site = Rtc(), Site().charge()
    equipment = after_reset(site, rtc)
    site.run(60000, equipment.step)
    other = Site()
    after_reset(other, rtc).recall()
    assert other.evse.meter.energy_wh() == site.evse.meter.energy_wh() == site.point.count > 100
    assert rtc.written <= site.point.count + 2


def test_a_board_file_that_says_bench_is_believed_after_a_reset():
    rtc, site = Rtc(), Site()
    keeper = after_reset(site, rtc)
    site.evse.latch(("OtherError", "SafetyTierT0"))
    keeper.keep()
    other = Site()
    after_reset(other, rtc).recall()
    assert other.evse.fault is None


def test_a_damaged_memory_counts_as_none():
    rtc, site = Rtc(), Site()
    keeper = after_reset(site, rtc)
    site.evse.meter.restore(500)
    keeper.keep()
    good = rtc.raw
    for at in range(len(good)):
        rtc.raw = good[:at] + bytes((good[at] ^ 1,)) + good[at + 1 :]
        assert RtcMemory(rtc).read() == ([], []), at
        rtc.raw = good[:at]
        assert RtcMemory(rtc).read() == ([], [])
    rtc.raw = good
    assert RtcMemory(rtc).read() == ([500], [None])


def test_the_keep_alive_moves_only_with_the_safety_task():
    wire, site = Wire(), Site()
    equipment = Equipment([site.evse], keep_alive=wire)
    for _ in range(4):
        equipment.step()
    assert wire.written == [1, 0, 1, 0]

    def stuck():
        raise MemoryError

    site.evse.step = stuck
    for _ in range(3):
        try:
            equipment.step()
        except MemoryError:
            pass
    assert len(wire.written) == 4
