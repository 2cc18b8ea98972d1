"""A clock that moves only when told. It starts close to the wrap of the 32-bit ticks."""

from chargelet.base.clock import Clock


class FakeClock(Clock):
    """The time that the test says it is; 2026-11-20T12:00:00Z unless `now` says otherwise."""

    def __init__(self, now=848491200):
        # Steps of 20 ms from here fall between the moments at which the pilot is looked at, after the wrap as well.
        self._ticks = 0x3FFFFFFF - 4993
        super().__init__()
        if now is not None:
            self.set(now)

    def ticks(self):
        return self._ticks & 0x3FFFFFFF

    def micros(self):
        return self._ticks * 1000

    def advance(self, ms):
        """Let `ms` milliseconds pass."""
        while ms > 0:
            step = min(ms, 100000000)  # uptime() must be looked at once in 6 days
            self._ticks += step
            self.uptime()
            ms -= step

    def stall(self, ms):
        self.advance(ms)

    async def sleep(self, ms):
        self.advance(ms)


class Enough(Exception):
    """As much time has passed as a test wanted."""


def run(clock, coroutine, ms=None):
    """The result of a coroutine that waits for nothing but this clock; one that never ends is left after `ms`."""
    until = None if ms is None else clock.uptime() + ms
    sleep = clock.sleep

    async def counted(wait):
        if until is not None and clock.uptime() >= until:
            raise Enough
        await sleep(wait)

    clock.sleep = counted
    try:
        coroutine.send(None)
    except StopIteration as stop:
        return stop.value
    except Enough:
        return None
    finally:
        clock.sleep = sleep
    raise AssertionError("it waits for something else")
