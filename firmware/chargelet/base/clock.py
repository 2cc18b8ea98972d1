"""What time it is. No other module imports `time`."""

import asyncio
import time

# Ticks wrap at 2**30 ms (12.4 days) on 32-bit boards; CPython is made to wrap likewise, so that
# whoever forgets ticks_diff() is found out on the laptop.
_MASK = 0x3FFFFFFF
_HALF = 0x20000000

# 1970-01-01 to 2000-01-01. Boards count from 2000, the unix port and CPython from 1970.
_EPOCH_2000 = 946684800

# 2024-01-01: no clock that is set shows less.
_BUILT = 757382400


def ticks_diff(later: int, earlier: int) -> int:
    """Milliseconds from earlier to later, right for spans under 6.2 days."""
    return ((later - earlier + _HALF) & _MASK) - _HALF


def sooner(now: int, due: int, latest: int) -> int:
    """`due`, where it is still to come and before `latest`."""
    return due if now < due < latest else latest


class Clock:
    """Monotonic milliseconds, and the wall clock once somebody has set it.

    `frame` is the difference of the two: (seconds since 2000, milliseconds) at uptime 0, None while it is not known.
    Times in one frame keep their distances, also when the wall clock is set in between.
    """

    def __init__(self):
        self._last = self.ticks()
        self._uptime = 0
        self.frame = None
        self._first = None  # seconds since 2000 at uptime 0, when the clock became known in this boot
        self.bound = None  # (stamp, seconds): what one from before the clock was known must at least mean
        self.age = 0  # seconds that this station has been on with its clock unknown, as far as it matters, at uptime 0
        self.epochs = []  # (last age, seconds since 2000 at age 0) of earlier boots in which the clock became known

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
        """Whole seconds since 2000-01-01T00:00:00Z, or None while the time is not known."""
        return None if self.frame is None else self.stamp_in(self.frame)

    def set(self, seconds: int, ms: int = 0):
        """Set the wall clock (OCPP 1.6 §4.2, §4.6). Monotonic time is not touched."""
        self.frame = self._frame(seconds, ms)
        if self._first is None:
            self._first, _ms = self.frame
            self.settle()

    def _frame(self, seconds, ms) -> tuple:
        # Without products: numbers beyond 30 bits take RAM, and so do small ones that are made of them.
        whole, part = divmod(ms - self.uptime(), 1000)
        return seconds + whole, part

    def settle(self):
        """Settle what earlier stamps mean, if the clock is known: no less than `bound` says."""
        if self.bound and self._first is not None:
            stamp, least = self.bound
            self._first += max(0, least - self.wall(stamp))
            self.bound = None

    def set_from_rtc(self):
        """Take the wall clock from the system: for boards with a battery-backed clock. One that was never set counts
        from 2000 or 1970, and is ignored."""
        seconds = self.chip()
        if seconds >= _BUILT:
            self.set(seconds)

    def chip(self) -> int:
        """What the system's own clock shows, in seconds since 2000."""
        base = 0 if time.gmtime(0)[0] == 2000 else _EPOCH_2000
        return int(time.time()) - base

    def stamp(self) -> int:
        """A moment to keep: seconds since 2000, or a negative number while the clock is unknown."""
        return self.stamp_in(self.frame)

    def stamp_in(self, frame) -> int:
        """The same in a frame that was kept: never back, and with true distances to its other stamps."""
        if frame is None:
            return -1 - self.age - self.uptime() // 1000
        seconds, part = frame
        return seconds + (self.uptime() + part) // 1000

    def reached(self, stamp: int, frame) -> int:
        """The uptime in ms at which a frame comes to a stamp of its own."""
        if frame is None:
            return (-1 - stamp - self.age) * 1000
        seconds, part = frame
        return (stamp - seconds) * 1000 - part

    def wall(self, stamp: int) -> "int | None":
        """Seconds since 2000 of a stamp, also of one from before the clock was known; None if it still is not.

        What such a stamp means is settled when the clock becomes known, and stays.
        """
        if stamp >= 0:
            return stamp
        age = -1 - stamp
        for last, seconds in self.epochs:
            if age <= last:
                return seconds + age
        return None if self._first is None else self._first + age - self.age

    def frame_after(self, stamp: int):
        """The frame for what goes on after a power cut: its stamps are not before `stamp`, an earlier boot's."""
        least = self.wall(stamp)
        if least is None:
            return None  # both are unknown, and ages go on
        if self.frame is None:
            _age, earliest = self.bound or (0, None)
            if earliest is None or least > earliest:
                self.bound = (self.stamp(), least)
            return None
        if self.now() >= least:
            return self.frame
        return self._frame(least, 0)

    def epoch(self) -> "int | None":
        """Seconds since 2000 at age 0 as this boot counts ages, once its clock is known."""
        return None if self._first is None else self._first - self.age
