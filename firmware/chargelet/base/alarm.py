"""A sleep that another task can cut short. It allocates nothing on a board."""

import asyncio
import sys

if sys.implementation.name == "micropython":
    from asyncio import core

    class Alarm:
        """`await wait(ms)` sleeps on the clock that is handed in; ring() ends the sleep at once.

        A ring while nobody sleeps ends the next wait() as soon as it begins, so that none is missed.
        """

        def __init__(self, clock):
            self._clock = clock
            self._rung = False
            self._task = None

        async def wait(self, ms: int):
            """Sleep for `ms` milliseconds or until it rings. One task may wait at a time."""
            if not self._rung:
                self._task = core.cur_task
            try:
                # With 0 the others still have their turn.
                await self._clock.sleep(0 if self._rung else ms)
            finally:
                self._task = None
                self._rung = False

        def ring(self):
            """End the sleep. Not for interrupts."""
            self._rung = True
            task = self._task
            # A task that is cancelled has its exception in `data`: it runs next anyway.
            if task is not None and not task.data:
                self._task = None
                core._task_queue.remove(task)
                core._task_queue.push(task)

else:

    class Alarm:
        """`await wait(ms)` sleeps on the clock that is handed in; ring() ends the sleep at once.

        A ring while nobody sleeps ends the next wait() as soon as it begins, so that none is missed.
        """

        def __init__(self, clock):
            self._clock = clock
            self._rung = False
            self._sleeper = None

        async def wait(self, ms: int):
            """Sleep for `ms` milliseconds or until it rings. One task may wait at a time."""
            sleeper = asyncio.ensure_future(self._clock.sleep(0 if self._rung else ms))
            if not self._rung:
                self._sleeper = sleeper
            try:
                await sleeper
            except asyncio.CancelledError:
                if not sleeper.cancelled() or asyncio.current_task().cancelling():
                    raise
            finally:
                self._sleeper = None
                self._rung = False
                sleeper.cancel()

        def ring(self):
            """End the sleep."""
            self._rung = True
            if self._sleeper is not None:
                self._sleeper.cancel()
