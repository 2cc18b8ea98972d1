"""asyncio on a clock that jumps from one due moment to the next, for CPython; work that never waits is found out."""

import asyncio
import selectors

from chargelet.base.clock import Clock

# So many rounds of the loop at one moment, or steps of a station in one round, are nobody's work any more.
_STILL_MAX = 5000
_STEPS_MAX = 50


class _Spins(BaseException):
    """Ends a task that nothing else ends."""


class _Selector(selectors.SelectSelector):
    def __init__(self, jump):
        super().__init__()
        self._jump = jump

    def select(self, timeout=None):
        self._jump(timeout)
        return []


class JumpingLoop(asyncio.SelectorEventLoop):
    """`ms` is the time. `rounds` is how often the loop has looked for somebody to run, `steps` how many the station has
    made."""

    def __init__(self):
        self.ms = 0x3FFFFFFF - 4993  # close to the wrap of the 32-bit ticks
        self.rounds = self.steps = self._still = self._steps = 0
        super().__init__(_Selector(self._jump))

    def time(self):
        return self.ms / 1000

    def _jump(self, timeout):
        self.rounds += 1
        assert self._steps <= _STEPS_MAX, "the station makes one step after the other, and nobody else has a turn"
        self._steps = 0
        if timeout is None:
            raise AssertionError("nobody waits for anything any more")
        if timeout <= 0:
            self._still += 1
            assert self._still <= _STILL_MAX, "time stands still"
            return
        self._still = 0
        self.ms += max(1, int(timeout * 1000 + 0.999))

    def stepped(self):
        """The station has made a step. One that wakes itself never gives way, for a set Event is not waited for."""
        self.steps += 1
        self._steps += 1
        if self._steps > _STEPS_MAX:
            raise _Spins

    def run(self, ms):
        """Let so much time pass."""
        self.run_until_complete(asyncio.sleep(ms / 1000))

    def until(self, condition, ms, what):
        """Let time pass until condition(); AssertionError after `ms`."""
        passed = 0
        while not condition():
            assert passed < ms, "%s: not within %d ms" % (what, ms)
            self.run(20)
            passed += 20


class LoopClock(Clock):
    """The firmware's clock on a JumpingLoop."""

    def __init__(self, loop):
        self._loop = loop
        super().__init__()

    def ticks(self):
        return self._loop.ms & 0x3FFFFFFF

    def micros(self):
        return self._loop.ms * 1000
