"""The program stands still in state C while the car is unplugged: when the contactor opens, as in boards/README.md."""

from fakes.yard import Yard

# The relay takes 20 ms of each. What hardware in the coil's path does on T1 boards is not in here: it waits for nobody.
_OPENS = 20


class Comparator:
    """What a T1 board has: the coil is on only while the pilot's peak is that of a vehicle."""

    def __init__(self, yard):
        self.place = yard.place

    def step(self):
        if not self.place.vehicle.plugged:
            self.place.coil = False


def opened_after(stall, hardware=False):
    """Milliseconds from the unplugging, at the beginning of a stall, to the open contactor."""
    yard = Yard().charge()
    yard.run(5000)
    comparator = Comparator(yard) if hardware else None
    yard.vehicle.unplug()
    passed = 0
    while yard.place.closed:
        yard.clock.advance(20)
        passed += 20
        if comparator:
            comparator.step()
        yard.world.step()
        if passed > stall:
            yard.evse.step()
        assert passed < stall + 1000
    return passed


def test_when_the_contactor_opens():
    figures = {stall: (opened_after(stall), opened_after(stall, True)) for stall in (0, 300, 2000)}
    for stall, (alone, guarded) in figures.items():
        print("a standstill of %d ms: T0 opens after %d ms, T1 after %d ms" % (stall, alone, guarded))
        assert stall <= alone <= stall + 100, "T0 opens when the program goes on"
        assert guarded <= 2 * _OPENS, "T1 does not wait for the program"


def test_a_standstill_of_the_program_does_not_close_anything():
    for stall in (300, 2000):
        yard = Yard().charge()
        yard.vehicle.wants = False
        yard.run(1000)
        yard.vehicle.wants = True
        yard.run(5300)
        closed = yard.place.closed
        yard.vehicle.unplug()
        yard.clock.advance(stall)
        yard.world.step()
        assert not yard.place.closed or closed
        yard.run(100)
        assert not yard.place.closed
