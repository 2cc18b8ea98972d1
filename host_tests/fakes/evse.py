"""An EVSE without electricity: the contract of chargelet.hardware.evse.Evse, moved by the test."""


class FakeMeter:
    """A register that the test turns."""

    missed = 0
    known = True
    measurands = ("Energy.Active.Import.Register", "Power.Active.Import", "Current.Import")

    def __init__(self):
        self.wh = 0
        self.w = 0

    def energy_wh(self):
        return self.wh

    def power_w(self):
        return self.w

    def current_ma(self):
        return self.w * 1000 // 690

    def idle(self):
        self.w = 0

    def settled(self):
        return True

    def restore(self, wh):
        self.wh = max(self.wh, wh)


class FakeEvse:
    """A vehicle that charges as soon as it is plugged in and offered current."""

    max_ma = 32000
    min_ma = 6000
    latched = None
    changed = True
    wait_ms = 20

    def __init__(self, has_lock=True):
        self.limits = {"board": 32000}
        self.meter = FakeMeter()
        self.has_lock = has_lock
        self.locked = False
        self.lock_sticks = False
        self.connected = False
        self.wants = True
        self.ventilation = False  # wanted, and there is none
        self.offered_ma = 0
        self.fault = None
        self._facts = None
        self.odd = None  # what warns besides the lock
        self._bolt_target = False

    @property
    def pilot_state(self):
        asks = self.wants and self.offered_ma
        return "A" if not self.connected else "B" if not asks else "D" if self.ventilation else "C"

    @property
    def contactor_closed(self):
        locked = self.locked or not self.has_lock
        return bool(self.pilot_state == "C" and locked and not self.fault)

    @property
    def warning(self):
        """A bolt that sticks is known at once here; a real lock takes its tries."""
        stuck = self.lock_sticks and self.locked != self._bolt_target
        return self.odd or (("ConnectorLockFailure", None) if stuck else None)

    def offer(self, ma):
        self.offered_ma = ma if ma >= self.min_ma else 0

    def limit_ma(self):
        return min(self.limits.values())

    def latch(self, fault):
        self.latched = self.fault = fault

    def open_contactor(self):
        self.offered_ma = 0

    def set_fault(self, code):
        self.fault = (code, None) if code else None

    def lock(self):
        self._bolt_target = True
        if not self.lock_sticks:
            self.locked = True
        return self.locked

    def unlock(self):
        if self.contactor_closed:
            return False
        self._bolt_target = False
        if not self.lock_sticks:
            self.locked = False
        return not self.locked

    def step(self):
        """Notice what the test has changed."""
        facts = (self.connected, self.wants, self.offered_ma, self.locked, self.fault, self.warning, self.lock_sticks)
        facts += (self.ventilation,)
        if facts != self._facts:
            self._facts = facts
            self.changed = True
