"""The board's time before it has met its central system: from a time server, believed within bounds only.

Certificates have dates: without a time that is about right, a board that checks them connects to nobody (TLS). They are
judged by the chip's own clock, which is kept right here too.
"""

from ..base.timestamp import to_text

# No firmware is in use for longer; what is further ahead is a mistake or a lie.
_AHEAD_S = 20 * 365 * 86400

_LOOK_MS = 1000
_FIRST_MS = 5000
_MAX_MS = 80000
# A wrong time does no lasting harm: as long as the central system has not told it, it is asked for again.
_AGAIN_MS = 300000
_KEEP_MS = 60000
# The chip's clock is left alone as long as it is no further off.
_OFF_S = 2


def set_chip(seconds: int):
    """Set the chip's own clock."""
    from machine import RTC

    text = to_text(seconds)
    year, month, day = [int(part) for part in text[:10].split("-")]
    hour, minute, second = [int(part) for part in text[11:19].split(":")]
    RTC().datetime((year, month, day, 0, hour, minute, second, 0))  # it finds the weekday itself


class NetworkTime:
    """`ask()`, awaited, gives seconds since 2000 or raises OSError; there is no `ask` with a battery-backed clock.
    `told()` says whether the central system has told the time, which counts more than all others do; `built` is when
    the firmware was made, in seconds since 2000.
    """

    def __init__(self, nic, ask, built, clock, log, told, set_chip=set_chip):
        self._nic = nic
        self._ask = ask
        self._built = built
        self._clock = clock
        self._log = log
        self._told = told
        self._set_chip = set_chip
        self._pause = _FIRST_MS

    async def run(self):
        """Ask again and again, for ever."""
        while True:
            await self._clock.sleep(await self._look())

    async def _look(self) -> int:
        """Do what is due; returns the milliseconds until the next time."""
        if self._told():
            self._follow()
            return _KEEP_MS
        if self._ask is None or not self._nic.isconnected():
            return _LOOK_MS
        try:
            seconds = await self._ask()
            if not 0 <= seconds - self._built <= _AHEAD_S:
                raise OSError("%s is no time for this firmware" % to_text(seconds))
        except OSError as error:
            if self._pause == _FIRST_MS:
                self._log("clock: the network does not tell the time: %s" % error)
            pause, self._pause = self._pause, min(_MAX_MS, self._pause * 2)
            return pause
        if self._told():
            return 0
        if self._clock.now() is None or abs(self._clock.now() - seconds) > _OFF_S:
            self._clock.set(seconds)
            self._log("clock: set from the network")
        self._pause = _FIRST_MS
        self._follow()
        return _AGAIN_MS

    def _follow(self):
        """Let the chip's clock show what the station's does."""
        now = self._clock.now()
        if now is not None and abs(now - self._clock.chip()) > _OFF_S:
            self._set_chip(now)
