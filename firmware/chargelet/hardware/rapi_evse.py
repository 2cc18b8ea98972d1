"""A connector behind an OpenEVSE controller, which has the pilot, the relay and the safety.

The contract is that of evse.py. The station asks, and the controller decides: "allow" is a permission. "Off" goes out
before anything else that waits.
"""

from ..base.clock import ticks_diff
from ..base.log import ERROR

_CYCLE_MS = 1000
# Without a word for so long the controller is not there.
_SILENCE_MS = 5000
# The controller takes no current but 6 A when it has not heard from us for so many seconds.
_SUPERVISION = "SY 6 6"
_CHARGING_ON = 0x40
_EV_CONNECTED = 0x100
_FAULTS = {
    5: ("EVCommunicationError", "NoDiode"),
    6: ("GroundFailure", "ResidualCurrent"),
    7: ("GroundFailure", "NoGround"),
    8: ("PowerSwitchFailure", "ContactorWelded"),
    9: ("GroundFailure", "ResidualCurrentTest"),
    10: ("HighTemperature", None),
    11: ("OverCurrentFailure", None),
    14: ("PowerSwitchFailure", "ContactorStuck"),
}


class RapiEvse:
    """One connector behind a controller; step() is called every 20 ms."""

    min_ma = 6000  # less it does not take
    has_lock = False
    locked = False
    # The controller's line is listened to at each step.
    wait_ms = 20

    def __init__(self, connector_id: int, clock, log, rapi, meter, max_ma: int):
        self._id = connector_id
        self._clock = clock
        self._log = log
        self._rapi = rapi
        self.meter = meter
        self.max_ma = max_ma
        self.limits = {"board": max_ma}
        self.pilot_state = "A"
        self.connected = False
        self.contactor_closed = False
        self.offered_ma = 0
        self.fault = None
        self.warning = None
        self.latched = None
        self.changed = True  # a fact is another one than before
        self._told = None
        self._theirs = None
        self._wanted_ma = 0
        self._allowed = None  # what the controller was told last: None nothing, 0 off, else A
        self._cycle = self._born = clock.ticks()
        self._off()

    # Commands

    def offer(self, ma: int):
        """Allow a current; under `min_ma` nothing."""
        self._wanted_ma = ma

    def set_fault(self, code: "str | None"):
        """A ChargePointErrorCode from outside, or None when it is over. Takes the permission away at once."""
        self._told = (code, None) if code else None
        self._judge()

    def latch(self, fault):
        """A fault that stays until the power has been off."""
        if self.latched is None:
            self.latched = tuple(fault[:2])
            self._judge()

    def open_contactor(self):
        """Take the permission away now: somebody is in doubt."""
        self._wanted_ma = 0
        self._off()

    def limit_ma(self) -> int:
        """The least of all limits."""
        return min(self.limits.values())

    # Time

    def step(self):
        """Ask, hear, tell. Whatever goes wrong in here, the permission is gone afterwards."""
        try:
            self._step(self._clock.ticks())
        except Exception as error:
            if self.fault is None:
                self._log("connector %d: %r" % (self._id, error), ERROR)
            self.latched = self.fault = ("InternalError", type(error).__name__)
            self.changed = True
            self._wanted_ma = 0

    def _step(self, now):
        self._rapi.step(now, self._notice)
        if ticks_diff(now, self._cycle) >= _CYCLE_MS and self._rapi.idle:
            self._cycle = now
            self._rapi.ask("GS", self._state)
            self._rapi.ask("GG", self._flow)
            self._rapi.ask("GU", self._energy)
            self._rapi.ask("SY", self._pulse)
        self._judge()
        self._permit(now)

    def _judge(self):
        heard = self._rapi.heard
        since = self._born if heard is None else heard
        silent = ticks_diff(self._clock.ticks(), since) >= _SILENCE_MS
        # Nothing is known of a controller that does not speak: its relay may be closed.
        fault = self.latched or self._told or (("InternalError", "ControllerSilent") if silent else self._theirs)
        if fault and self.fault is None:
            self._log("connector %d: fault %s" % (self._id, " ".join([word for word in fault if word])), ERROR)
            self._off()
        if fault != self.fault:
            self.fault = fault
            self.changed = True

    def _permit(self, now):
        wanted = min(self._wanted_ma, self.limit_ma())
        amps = 0 if self.fault or wanted < self.min_ma else wanted // 1000
        if amps == self._allowed:
            return
        if not amps:
            self._off()
            return
        before = self._allowed
        self._allowed = amps
        self._rapi.ask("SC %d V" % amps, self._capacity)
        if not before:
            self._rapi.ask(_SUPERVISION, self._ignore)
            self._rapi.ask("FE", self._enabled)

    def _off(self):
        if self._allowed != 0:
            self._allowed = 0
            self.offered_ma = 0
            self._rapi.ask("FS", self._off_done, first=True)

    # Answers

    def _ignore(self, words):
        pass

    def _off_done(self, words):
        if not words or words[0] != "OK":
            self._rapi.ask("FS", self._off_done, first=True)  # until it has been heard

    def _enabled(self, words):
        if not words or words[0] != "OK":
            self._allowed = None  # told again, whatever is wanted by then

    def _capacity(self, words):
        # NK gives what the controller takes in its place.
        _answer, amperes = ((words or []) + ["", ""])[:2]
        if not amperes.isdigit():
            self._allowed = None
        elif self._allowed:
            self.offered_ma = int(amperes) * 1000
            self.changed = True

    def _pulse(self, words):
        if words and words[0] == "NK":
            self._rapi.ask("SY 165", self._ignore)  # a pulse was missed, and here we are

    def _flow(self, words):
        if words and words[0] == "OK" and len(words) >= 3:
            _ok, milliamperes, millivolts = words[:3]
            self.meter.flow(int(milliamperes), int(millivolts))

    def _energy(self, words):
        if words and words[0] == "OK" and len(words) >= 2:
            _ok, watt_seconds = words[:2]
            self.meter.session(int(watt_seconds))

    def _state(self, words):
        if words and words[0] == "OK" and len(words) >= 5:
            _ok, state, _seconds, pilot, flags = words[:5]
            self._seen(int(state, 16), int(pilot, 16), int(flags, 16))

    def _notice(self, words):
        if words[0] == "AT" and len(words) >= 5:
            _at, state, pilot, _amperes, flags = words[:5]
            self._seen(int(state, 16), int(pilot, 16), int(flags, 16))
        elif words[0] == "AB":
            # The controller has started: it knows nothing of what it was told.
            self._allowed = None

    def _seen(self, state, pilot, flags):
        self.changed = True
        self._theirs = _FAULTS.get(state)
        if state <= 4:
            pilot = state
        self.pilot_state = "ABCD"[pilot - 1] if 1 <= pilot <= 4 else "E"
        self.connected = bool(flags & _EV_CONNECTED) or self.pilot_state in "BCD"
        self.contactor_closed = bool(flags & _CHARGING_ON)
        if self.contactor_closed:
            self.meter.closed()
        else:
            self.meter.idle()
