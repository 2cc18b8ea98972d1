"""Knows what time it is: the one module that imports `time`. Knows nothing of timers or of text."""

import asyncio
import time

# Ticks wrap at 2**30 ms (12.4 days) on 32-bit boards; CPython is made to wrap likewise, so that
# whoever forgets ticks_diff() is found out on the laptop.
_MASK = 0x3FFFFFFF
_HALF = 0x20000000

# 1970-01-01 to 2000-01-01. Boards count from 2000, the unix port and CPython from 1970.
_EPOCH_2000 = 946684800


def ticks_diff(later: int, earlier: int) -> int:
    """Milliseconds from earlier to later, right for spans under 6.2 days."""
    return ((later - earlier + _HALF) & _MASK) - _HALF


class Clock:
    """Monotonic milliseconds, and the wall clock once somebody has set it."""

    def __init__(self):
        self._last = self.ticks()
        self._uptime = 0
        self._wall = None  # seconds since 2000 at uptime 0
        self.age = 0  # seconds that this station has been on with its clock unknown, as far as it matters, at uptime 0
        self.epochs = []  # (age, seconds since 2000 at that age): when in earlier boots the clock became known

    if hasattr(time, "ticks_ms"):

        def ticks(self) -> int:
            """Milliseconds that wrap at 2**30: for short spans, with ticks_diff()."""
            return time.ticks_ms() & _MASK

        def micros(self) -> int:
            """Microseconds that wrap, for spans of some milliseconds."""
            return time.ticks_us()

        def sleep(self, ms: int):
            """Await this to let the others run for at least `ms` milliseconds. No coroutine: one would take RAM."""
            return asyncio.sleep_ms(ms)

        def stall(self, ms: int):
            """Stand still for `ms` milliseconds, as a slow flash write would make us: for tests."""
            time.sleep_ms(ms)

    else:

        def ticks(self) -> int:
            """Milliseconds that wrap at 2**30: for short spans, with ticks_diff()."""
            return int(time.monotonic() * 1000) & _MASK

        def micros(self) -> int:
            """Microseconds that wrap, for spans of some milliseconds."""
            return time.monotonic_ns() // 1000

        async def sleep(self, ms: int):
            """Let the others run for at least `ms` milliseconds."""
            await asyncio.sleep(ms / 1000)

        def stall(self, ms: int):
            """Stand still for `ms` milliseconds, as a slow flash write would make us: for tests."""
            time.sleep(ms / 1000)

    def uptime(self) -> int:
        """Milliseconds since this clock was made; never wraps. Must be called once in 6 days."""
        now = self.ticks()
        self._uptime += ticks_diff(now, self._last)
        self._last = now
        return self._uptime

    def now(self) -> "int | None":
        """Seconds since 2000-01-01T00:00:00Z, or None as long as nobody has said."""
        return None if self._wall is None else self._wall + self.uptime() // 1000

    def set(self, seconds: int):
        """Set the wall clock (OCPP 1.6 §4.2, §4.6). Monotonic time is not touched."""
        self._wall = seconds - self.uptime() // 1000

    def set_from_rtc(self):
        """Take the wall clock from the system: for boards with a battery-backed clock."""
        self.set(self.chip())

    def chip(self) -> int:
        """What the system's own clock shows, in seconds since 2000."""
        base = 0 if time.gmtime(0)[0] == 2000 else _EPOCH_2000
        return int(time.time()) - base

    def stamp(self) -> int:
        """A moment to keep: seconds since 2000, or a negative number while the clock is unknown."""
        now = self.now()
        return -1 - self.age - self.uptime() // 1000 if now is None else now

    def wall(self, stamp: int) -> "int | None":
        """Seconds since 2000 of a stamp, also of one from before the clock was known; None if it still is not."""
        if stamp >= 0:
            return stamp
        age = -1 - stamp
        for known, seconds in self.epochs:
            if age <= known:
                return seconds - known + age
        return None if self._wall is None else self._wall + age - self.age
