"""One connector's electrical side: pilot, cable, interlocks, contactor. The only writer of the contactor.

Designed after IEC 61851-1. The program is not what makes a charger safe: boards/SAFETY.md has the safety tiers.
"""

from ..base.clock import ticks_diff
from ..base.log import ERROR
from .looks import Looks
from .pilot_levels import DIODE_MV, HYSTERESIS_MV, OFFER_MIN_MA
from .pilot_offer import PilotOffer
from .pilot_watch import PilotWatch
from .warnings import NO_DIODE, Warnings

# Stable state C before the contactor closes; vehicles glitch, and toggle when they wake up.
_CLOSE_MS = 500
# After a change of duty, and after the contactor has switched, levels between vehicle states are not to
# be trusted; an unplugged vehicle and a short are seen all the same.
_DUTY_BLANKING_MS = 550
_SWITCH_BLANKING_MS = 200
# A vehicle that is no longer offered anything leaves C within 3 s; after 6 s it is switched off.
_LEAVE_MS = 6000
# Before closing again: after state C, and after a fault that interrupted charging.
_PAUSE_MS = 5000
_FAULT_PAUSE_MS = 30000
# A vehicle that sleeps through an offer is woken up, once a plug.
_ASLEEP_MS = 30000


class Evse(Looks):
    """Pilot, contactor, lock, meter and interlocks of one connector. See looks.py for when step() is called.

    `fault` blocks charging, `warning` does not; both are (errorCode, vendorErrorCode or None) or None. A latched fault
    stays until the power has been off (see rtc_memory.py). What an interlock is, contracts/interlock.py says.
    """

    def __init__(
        self, number: int, clock, log, pilot, contactor, meter, lock=None, max_ma=32000, interlocks=(), charging="C"
    ):
        contactor.write(False)
        self._interlocks = (contactor,) + tuple(interlocks)
        Looks.__init__(self, clock, pilot, self._interlocks + ((lock,) if lock else ()))
        self._id = number
        self._log = log
        self._contactor = contactor
        self._lock = lock
        self._charging = charging
        self.meter = meter
        self.max_ma, self.min_ma = max_ma, OFFER_MIN_MA
        self.limits = {"board": max_ma}  # who limits → mA
        self.has_lock = lock is not None
        self.connected = False
        self.fault = self.warning = self.latched = None
        self._told = None  # a fault from outside
        self._wanted_ma = 0
        now = clock.ticks()
        levels = tuple([pilot.uv(mv) for mv in pilot.boundaries])
        self._watch = PilotWatch(now, levels, pilot.uv(HYSTERESIS_MV) - pilot.uv(0), pilot.uv(DIODE_MV))
        self._offer = PilotOffer(pilot, now)
        self._warnings = Warnings()
        self._opened = now
        self._pause = 0
        self._woken = False  # has been in state C since it was plugged in, or waking it has been tried
        self._toggled = False

    # Commands

    def offer(self, ma: int):
        """Offer a current to the vehicle; under `min_ma` nothing: steady +12 V, and the contactor opens."""
        if ma != self._wanted_ma:
            self._wanted_ma = ma
            self._ordered = True

    def set_fault(self, code: "str | None"):
        """A ChargePointErrorCode from outside, or None when it is over. Opens the contactor at once."""
        self._told = (code, None) if code else None
        self._ordered = True
        self._judge(self._clock.ticks())

    def latch(self, fault):
        """A fault that stays until the power has been off, here or before a reset: (errorCode, vendorErrorCode)."""
        if self.latched is None:
            self.latched = tuple(fault[:2])
            self._judge(self._clock.ticks())

    def lock(self) -> bool:
        """Send the bolt to locked; whether it is there."""
        self._lock.move(True)
        self._ordered = True
        return self._lock.locked

    def unlock(self) -> bool:
        """Send the bolt to open; whether it is there. Never while the contactor is closed."""
        if self._contactor.closed or self._contactor.commanded:
            return False
        self._lock.move(False)
        self._ordered = True
        return not self._lock.locked

    def open_contactor(self):
        """Open the contactor now: somebody is in doubt. It closes again when all is as it must be."""
        self._wanted_ma = 0
        self._ordered = True
        if self._contactor.commanded:
            self._switch(False, self._clock.ticks())

    # Facts

    @property
    def offered_ma(self) -> int:
        return self._offer.ma

    @property
    def pilot_state(self) -> str:
        return self._watch.state

    @property
    def locked(self) -> bool:
        return self._lock.locked if self._lock else False

    @property
    def contactor_closed(self) -> bool:
        """Closed, as the feedback confirms."""
        return self._contactor.closed

    # Time

    def _failed(self, error):
        charging = self._contactor.commanded
        self._contactor.write(False)
        if charging:
            self.meter.idle()
        if self.fault is None:
            self._log("connector %d: %r" % (self._id, error), ERROR)
        self.latched = self.fault = ("InternalError", type(error).__name__)
        self.changed = True

    def _step(self, now):
        if not self._offer.held:
            self._look(now)
        elif self._offer.release(now):
            self._watch.forget()
            self._offered(now)
        said = None
        for interlock in self._interlocks:
            found = interlock.look(now, self)
            said = said or found
            if found and found[2]:
                self.latch(found)
        self._judge(now, said)
        self.meter.step(now, self._contactor.commanded)
        if self._lock:
            self._lock.step(now)
        self._adjust_offer(now)
        warning = self._warnings.of(now, self._watch, self._offer, self.connected, self._lock)
        if warning is not self.warning:
            self.warning = warning
            self.changed = True
        self._decide(now)

    def _look(self, now):
        """Take in what the pilot has been measured at; a state counts when enough samples agree."""
        before, since = self._watch.state, self._watch.since
        if not self._watch.look(self._pilot.high_uv, self._pilot.low_uv, now):
            return
        self.changed = True
        state = self._watch.state
        if state in "BCD":
            self.connected = True
        elif state == "A":
            self.connected = self._woken = self._toggled = False
            self._pause = 0
        if state in "CD":
            self._woken = True
        elif before == "C" and state == "B" and ticks_diff(now, since) < _CLOSE_MS and not self._toggled:
            self._toggled = True
            self._log("connector %d: the vehicle toggles between B and C" % self._id)

    def _judge(self, now, said=None):
        """What is wrong, if anything; the contactor opens at the first sign."""
        fault = self.latched or self._told or (said[:2] if said else None)
        if fault and self.fault is None:
            self._trip(fault, now)
        if fault != self.fault:
            self.fault = fault
            self.changed = True

    def _trip(self, fault, now):
        """Off first, explain later."""
        charging = self._contactor.commanded
        self._contactor.write(False)
        self._offer.fail(now)
        if charging:
            self.meter.idle()
            self._opened = now
            self._pause = _FAULT_PAUSE_MS
        self._log("connector %d: fault %s" % (self._id, " ".join([word for word in fault if word])), ERROR)

    def limit_ma(self) -> int:
        """The least of all limits: the station's slots, and those of the interlocks."""
        least = min(self.limits.values())
        for interlock in self._interlocks:
            if interlock.limit_ma is not None:
                least = min(least, interlock.limit_ma)
        return least

    def _adjust_offer(self, now):
        wanted = min(self._wanted_ma, self.limit_ma())
        if wanted < OFFER_MIN_MA or self.fault or not self.connected:
            wanted = 0
        if self._offer.adjust(wanted, now):
            self._offered(now)

    def _offered(self, now):
        self._warnings.offered()
        self._watch.blank(now, _DUTY_BLANKING_MS)
        self.changed = True

    def _decide(self, now):
        """Whether the contactor is to be closed: everything must be as it must be."""
        watch = self._watch
        safe = watch.state in self._charging and not self.fault and (self._lock is None or self._lock.locked)
        safe = safe and self.warning is not NO_DIODE
        if self._contactor.commanded:
            if safe and not self._offer.ma:
                safe = ticks_diff(now, self._offer.since) < _LEAVE_MS
            if not safe:
                self._switch(False, now)
            return
        if not 0 < self._offer.ma <= self.limit_ma():
            return
        if watch.state == "B" and not self._woken and ticks_diff(now, self._offer.since) >= _ASLEEP_MS:
            self._log("connector %d: the vehicle does not answer: it is woken up" % self._id)
            self._woken = True
            self._offer.wake(now)
        if not safe or not watch.diode or ticks_diff(now, watch.since) < _CLOSE_MS or watch.seen != watch.state:
            return
        if self._pause and ticks_diff(now, self._opened) < self._pause:
            return
        for interlock in self._interlocks:
            if not interlock.ready(now):
                return
        self._switch(True, now)

    def _switch(self, closed, now):
        self._contactor.write(closed)
        self._watch.blank(now, _SWITCH_BLANKING_MS)
        if not closed:
            self.meter.idle()
            self._opened = now
            self._pause = _PAUSE_MS
