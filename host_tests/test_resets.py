"""What a reset and a power cut do to registers and latched faults, and what keeps a board alive meanwhile."""

from chargelet.hardware.equipment import Equipment
from chargelet.hardware.rtc_memory import RtcMemory
from fakes.parts import Wire
from fakes.yard import MONITOR, Yard


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


def after_reset(yard, rtc, keep_alive=None):
    return Equipment([yard.evse], keep_alive=keep_alive, rtc=RtcMemory(rtc))


def test_a_reset_keeps_register_and_latch_and_a_power_cut_keeps_neither():
    rtc, yard = Rtc(), Yard(residual_current=MONITOR).charge()
    before = after_reset(yard, rtc)
    before.recall()
    assert yard.evse.fault is None
    yard.run(20000)
    yard.place.leaks = True
    yard.run(100)
    before.keep()
    before.keep()
    assert rtc.written == 1, "written when something has changed"
    wh = yard.evse.meter.energy_wh()
    other = Yard()
    after_reset(other, rtc).recall()
    assert other.evse.meter.energy_wh() == wh and other.evse.fault == ("GroundFailure", "ResidualCurrent")
    rtc.raw = b""
    other = Yard()
    after_reset(other, rtc).recall()
    assert other.evse.fault is None and other.evse.meter.energy_wh() == 0


def test_a_reset_costs_no_pulse():
    rtc, yard = Rtc(), Yard().charge()
    equipment = after_reset(yard, rtc)
    yard.run(60000, equipment.step)
    other = Yard()
    after_reset(other, rtc).recall()
    assert other.evse.meter.energy_wh() == yard.evse.meter.energy_wh() == yard.place.count > 100
    assert rtc.written <= yard.place.count + 2


def test_a_board_file_that_says_bench_is_believed_after_a_reset():
    rtc, yard = Rtc(), Yard()
    keeper = after_reset(yard, rtc)
    yard.evse.latch(("OtherError", "SafetyTierT0"))
    keeper.keep()
    other = Yard()
    after_reset(other, rtc).recall()
    assert other.evse.fault is None


def test_a_damaged_memory_counts_as_none():
    rtc, yard = Rtc(), Yard()
    keeper = after_reset(yard, rtc)
    yard.evse.meter.restore(500)
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
    wire, yard = Wire(), Yard()
    equipment = Equipment([yard.evse], keep_alive=wire)
    for _ in range(4):
        equipment.step()
    assert wire.written == [1, 0, 1, 0]

    def stuck():
        raise MemoryError

    yard.evse.step = stuck
    for _ in range(3):
        try:
            equipment.step()
        except MemoryError:
            pass
    assert len(wire.written) == 4
