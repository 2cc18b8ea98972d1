"""Knows one connector's electrical side; the only writer of its contactor. Knows no transactions.

Designed after IEC 61851-1. The program is not what makes a charger safe: see the safety tiers in
boards/README.md.
"""

from ..ground.clock import ticks_diff
from .pilot_levels import OFFER_LEAST_MA, diode, letter

# Samples that must agree before a change counts: at one each 20 ms, 40 ms to open.
_AGREE = 2
# Stable state C before the contactor closes; vehicles glitch.
_CLOSE_MS = 500
# After a change of duty, and after the contactor has switched, levels between vehicle states are not to
# be trusted; an unplugged vehicle and a short are seen all the same.
_DUTY_BLIND_MS = 550
_SWITCH_BLIND_MS = 200
# A vehicle follows a change within 5 s: changes are as far apart.
_DUTY_MS = 5000
# A vehicle that is no longer offered anything leaves C within 3 s; after 6 s it is switched off under load.
_LEAVE_MS = 6000
# Before closing again: after state C, and after a fault that interrupted charging.
_PAUSE_MS = 5000
_FAULT_PAUSE_MS = 30000
# State F on a fault.
_F_MS = 500
# Feedback that disagrees for so long is a fault that does not clear itself.
_FEEDBACK_MS = 300
# No diode for so long is a warning.
_DIODE_MS = 500


class Evse:
    """Pilot, contactor, lock and meter of one connector. step() is called every 20 ms.

    `fault` blocks charging, `warning` does not; both are (errorCode, vendorErrorCode or None) or None.
    """

    def __init__(self, connector_id: int, clock, log, pilot, contactor, meter, lock=None, max_ma: int = 32000):
        contactor.write(False)
        self._id = connector_id
        self._clock = clock
        self._log = log
        self._pilot = pilot
        self._contactor = contactor
        self._lock = lock
        self.meter = meter
        self.max_ma = max_ma
        self.has_lock = lock is not None
        self.pilot_state = "A"
        self.connected = False
        self.offered_ma = 0
        self.fault = None
        self.warning = None
        self._latched = None
        self._wanted_ma = 0
        self._seen = "A"  # the last sample's letter, and how often it has come
        self._agreed = 0
        self._diode = False
        now = clock.ticks()
        self._state_since = self._offered_since = self._switched = self._no_diode_since = now
        self._feedback_since = now
        self._closed_once = False
        self._blind_ms = 0
        self._f_since = None
        self._pause = 0
        self._opened = now
        pilot.steady()

    # Commands

    def offer(self, ma: int):
        """Offer a current to the vehicle; under 6000 mA nothing: steady +12 V, and the contactor opens."""
        self._wanted_ma = min(ma, self.max_ma) if ma >= OFFER_LEAST_MA else 0

    def set_fault(self, code: "str | None"):
        """A ChargePointErrorCode from outside, or None when it is over. Opens the contactor at once."""
        if code:
            self._trip((code, None))
        elif self._latched is None:
            self.fault = None

    def lock(self) -> bool:
        """Send the bolt to locked; whether it is there."""
        self._lock.move(True)
        return self._lock.locked

    def unlock(self) -> bool:
        """Send the bolt to open; whether it is there. Never while the contactor is closed."""
        if self._contactor.closed or self._contactor.commanded:
            return False
        self._lock.move(False)
        return not self._lock.locked

    def hold(self):
        """Open the contactor now: somebody is in doubt. It closes again when all is as it must be."""
        self._wanted_ma = 0
        if self._contactor.commanded:
            self._switch(False, self._clock.ticks())

    # Facts

    @property
    def locked(self) -> bool:
        return self._lock.locked if self._lock else False

    @property
    def contactor_closed(self) -> bool:
        """Closed, as the feedback confirms."""
        return self._contactor.closed

    # Time

    def step(self):
        """Look, decide, act. Whatever goes wrong in here, the contactor is off afterwards."""
        try:
            self._step(self._clock.ticks())
        except Exception as error:
            self._contactor.write(False)
            if self.fault is None:
                self._log("connector %d: %r" % (self._id, error))
            self._latched = self.fault = ("InternalError", type(error).__name__)

    def _step(self, now):
        if self._f_since is not None:
            if ticks_diff(now, self._f_since) >= _F_MS:
                self._f_since = None
                self._agreed = 0
                self._set_offer(0, now)
        else:
            self._look(now)
        self._check_feedback(now)
        if self._lock:
            self._lock.step(now)
        self._adjust_offer(now)
        self._decide(now)
        self._warn(now)

    def _look(self, now):
        """Sample the pilot; a letter counts when enough samples agree."""
        high, low = self._pilot.sample()
        seen = letter(high, self._seen)
        self._agreed = self._agreed + 1 if seen == self._seen else 1
        self._seen = seen
        self._diode = diode(low)
        if self._agreed < _AGREE or seen == self.pilot_state:
            return
        blind = ticks_diff(now, self._switched) < self._blind_ms
        if blind and seen in "BCD":
            return
        self.pilot_state = seen
        self._state_since = now
        if seen in "BCD":
            self.connected = True
        elif seen == "A":
            self.connected = False
            self._pause = 0

    def _check_feedback(self, now):
        if self._contactor.closed == self._contactor.commanded:
            self._feedback_since = now
        elif ticks_diff(now, self._feedback_since) >= _FEEDBACK_MS and self._latched is None:
            welded = self._contactor.closed
            self._latched = ("PowerSwitchFailure", "ContactorWelded" if welded else "ContactorStuck")
            self._trip(self._latched)

    def _trip(self, fault):
        """Off first, explain later."""
        charging = self._contactor.commanded
        self._contactor.write(False)
        self._pilot.unavailable()
        now = self._clock.ticks()
        if self.fault is None:
            self._f_since = now
            self.offered_ma = 0
        self.fault = fault
        if charging:
            self._opened = now
            self._pause = _FAULT_PAUSE_MS
        self._log("connector %d: fault %s %s" % (self._id, fault[0], fault[1] or ""))

    def _adjust_offer(self, now):
        wanted = 0 if self.fault or not self.connected else self._wanted_ma
        if self._f_since is not None or wanted == self.offered_ma:
            return
        if wanted and self.offered_ma and ticks_diff(now, self._offered_since) < _DUTY_MS:
            return
        self._set_offer(wanted, now)

    def _set_offer(self, ma, now):
        if ma:
            self._pilot.offer(ma)
        else:
            self._pilot.steady()
        self.offered_ma = ma
        self._offered_since = self._no_diode_since = now
        self._blind(now, _DUTY_BLIND_MS)

    def _blind(self, now, ms):
        left = self._blind_ms - ticks_diff(now, self._switched)
        self._switched = now
        self._blind_ms = max(ms, left)

    def _decide(self, now):
        """Whether the contactor is to be closed: everything must be as it must be."""
        stable = ticks_diff(now, self._state_since)
        safe = self.pilot_state == "C" and not self.fault and (self._lock is None or self._lock.locked)
        if self._contactor.commanded:
            if safe and not self.offered_ma:
                safe = ticks_diff(now, self._offered_since) < _LEAVE_MS
            if not safe:
                self._switch(False, now)
            return
        if not safe or not self.offered_ma or not self._diode or stable < _CLOSE_MS:
            return
        if self._seen != "C" or self._contactor.closed:
            return
        if self._pause and ticks_diff(now, self._opened) < self._pause:
            return
        self._switch(True, now)

    def _switch(self, closed, now):
        self._contactor.write(closed)
        self._feedback_since = now
        self._blind(now, _SWITCH_BLIND_MS)
        if not closed:
            self.meter.idle()
            self._opened = now
            self._pause = _PAUSE_MS

    def _warn(self, now):
        if self._diode or not self.offered_ma or self.pilot_state not in "BC":
            self._no_diode_since = now
        if self.connected and self.pilot_state in "EF" and self._f_since is None:
            self.warning = ("EVCommunicationError", "PilotShort")
        elif ticks_diff(now, self._no_diode_since) >= _DIODE_MS:
            self.warning = ("EVCommunicationError", "NoDiode")
        elif self._lock and self._lock.failed:
            self.warning = ("ConnectorLockFailure", None)
        else:
            self.warning = None
