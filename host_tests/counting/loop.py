"""asyncio on a clock that jumps from one due moment to the next, and a stop watch for each step of each task.

MicroPython only: what waits for sockets there is asked before every step of a task, and that is where this looks.
"""

import asyncio
from asyncio import core
from time import ticks_add, ticks_diff, ticks_ms

from chargelet.base.clock import Clock

from . import parts
from .reference import processor_us

_MASK = 0x3FFFFFFF
# So many steps at one moment are nobody's work any more: somebody waits by asking again and again.
_STILL_MAX = 200000


class JumpingLoop:
    """Takes asyncio's time over. `between()` is called between steps, at no cost; it says whether it has woken a task.

    `note(task, us)` is told what the step that has just ended took.
    """

    def __init__(self):
        # A task without a due time is queued by the interpreter's own clock, which is always long ago.
        self.now = ticks_add(ticks_ms(), 3600000)
        self.between = lambda: False
        self.note = lambda task, us: None
        self.wakes = 0
        self._still = 0
        self._since = processor_us()
        core.ticks = lambda: self.now
        core._io_queue.wait_io_event = self._wait

    def _wait(self, dt):
        us = ticks_diff(processor_us(), self._since)
        task = core.cur_task
        if task is not None:
            self.wakes += 1
            self.note(task, us)
            core.cur_task = None
        woken = self.between()
        self._still = 0 if dt > 0 and not woken else self._still + 1
        if self._still > _STILL_MAX:
            raise RuntimeError("time stands still: %r" % task)
        if dt > 0 and not woken:
            self.now = ticks_add(self.now, dt)
        self._since = processor_us()

    def run(self, ms):
        """Let so much time pass."""

        async def whole():
            await asyncio.sleep_ms(ms)

        core.cur_task = None
        self._since = processor_us()
        core.run_until_complete(core.create_task(whole()))

    def until(self, condition, ms, what):
        """Let time pass until condition(); AssertionError after `ms`."""
        passed = 0
        while not condition():
            assert passed < ms, "%s: not within %d ms" % (what, ms)
            self.run(10)
            passed += 10


class LoopClock(Clock):
    """The firmware's clock on a JumpingLoop."""

    def __init__(self, loop):
        self._loop = loop
        Clock.__init__(self)

    def ticks(self):
        return self._loop.now & _MASK

    def micros(self):
        return parts.reads() * parts.READ_US
