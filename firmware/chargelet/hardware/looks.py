"""How often an EVSE is looked at, and how short a look is while nothing has changed."""

from ..base.clock import ticks_diff

# The pilot is looked at this often where a contactor is closed or may be about to close, and where there is nothing to
# open. What it shows under load is looked at again sooner: the contactor has 100 ms, standstills included.
# Two looks must not be closer together than a glitch is long.
_LOOK_MS = 20
_REST_MS = 100
_AGAIN_MS = 10
_APART_MS = 5
# Of ticks that wrap: a moment has come when the difference is in the lower half (base/clock.py, without its call).
_WRAP = 0x3FFFFFFF
_HALF = 0x20000000
# Everything but the pilot is gone through this often: with a vehicle, while charging, with nothing plugged in.
_PLUGGED_MS = 100
_CHARGING_MS = 500
_EMPTY_MS = 500


class Looks:
    """The part of an EVSE that runs all the time: step() is called when `wait_ms` have passed, or sooner.

    A short look measures the pilot and asks each of the `parts` whether it is calm(). Only when something has changed,
    a command waits or it is time for it, the whole step follows: `_step(now)`, which takes ten times as long.
    `changed`: a fact has changed; the one who has dealt with it sets it back.
    """

    def __init__(self, clock, pilot, parts):
        self._clock = clock
        self._pilot = pilot
        self._calm = tuple([part.calm for part in parts if part.calm])
        self.changed = True
        self.wait_ms = 0
        self._ordered = True  # a command waits for the next step
        self._look_at = self._whole_at = clock.ticks()
        self._every = _LOOK_MS
        self._was_closed = self._was_locked = False
        self._was_limit = None

    def step(self):
        """Look, decide, act, as far as it is due. Whatever goes wrong in here, the contactor is off afterwards."""
        now = self._clock.ticks()
        if self._ordered or ((now - self._look_at) & _WRAP) < _HALF:
            self._guarded(now)
            # At whole multiples of the period: connectors are looked at together, and what comes late puts nothing off.
            wait = self._every - now % self._every
            if wait < _APART_MS:
                wait += self._every
            self._look_at = now + wait
            self.wait_ms = wait
        else:
            self.wait_ms = ticks_diff(self._look_at, now)

    def _guarded(self, now):
        try:
            if not self._quiet(now):
                self._ordered = False
                self._step(now)
                self._compare()
                self._every = self._every_ms()
                self._whole_at = now + self._whole_ms()
        except Exception as error:
            self._failed(error)

    def _quiet(self, now) -> bool:
        """Measure the pilot; whether it and all that cannot wait are as they were, and the rest can wait.

        This and what it calls run all the time: nothing in here takes RAM, for what is taken is to be collected, and a
        call that can be spared is.
        """
        pilot = self._pilot
        if not self._offer.held:
            pilot.measure()
        if self._ordered or ((now - self._whole_at) & _WRAP) < _HALF:
            return False
        if not self._offer.held and not self._watch.steady(pilot.high_uv, pilot.low_uv):
            return False
        for calm in self._calm:
            if not calm():
                return False
        self.meter.step(now, self._contactor.commanded)
        return True

    def _every_ms(self) -> int:
        """How far apart looks are, as long as nothing changes."""
        watch = self._watch
        if watch.seen != watch.state:
            return _AGAIN_MS if self._contactor.commanded else _LOOK_MS
        if self._contactor.commanded or self._was_closed or (watch.state in self._charging and self._offer.ma > 0):
            return _LOOK_MS
        return _LOOK_MS if self._lock and self._lock.moving else _REST_MS

    def _whole_ms(self) -> int:
        watch = self._watch
        if watch.seen != watch.state or self._contactor.commanded != self._was_closed:
            return 0
        if self._contactor.commanded and not watch.diode:
            return 0  # for how long it is missing counts
        if self._lock and self._lock.moving:
            return 0
        if self._offer.held or not self._contactor.commanded and self.connected:
            return _PLUGGED_MS
        return _CHARGING_MS if self._contactor.commanded else _EMPTY_MS

    def _compare(self):
        """Notice facts that come from outside; the others are noticed where they change."""
        closed, locked, limit = self._contactor.closed, self.locked, self.limit_ma()
        if closed != self._was_closed or locked != self._was_locked or limit != self._was_limit:
            self._was_closed, self._was_locked, self._was_limit = closed, locked, limit
            self.changed = True
