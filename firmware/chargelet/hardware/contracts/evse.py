"""One connector's electrical side: the contract of what parts/evse_*.py make (IEC 61851-1's words)."""


class Evse:
    """Currents in mA. Facts are read, never written, by the station above; commands are calls."""

    # The largest and the smallest current that may be offered (IEC 61851-1).
    max_ma = 32000
    min_ma = 6000
    # Who limits → mA: the station's other parts write here, and the least counts.
    limits = {"board": 32000}
    meter = None  # meter.py
    has_lock = False
    # Facts: whether a vehicle is there, the state A to F, what is offered (0: nothing), whether energy may flow.
    connected = False
    pilot_state = "A"
    offered_ma = 0
    contactor_closed = False
    locked = False
    # (errorCode, vendorErrorCode or None) or None. A fault keeps the contactor open, a warning does not; a latched
    # fault stays until the power has been off.
    fault = None
    warning = None
    latched = None
    # True when a fact has changed: the safety task sets it back.
    changed = True
    # How many ms the next step() may be away.
    wait_ms = 20

    def offer(self, ma: int):
        """Offer a current; under `min_ma` nothing, and the contactor opens."""

    def set_fault(self, code: "str | None"):
        """A ChargePointErrorCode from outside, or None when it is over."""

    def latch(self, fault):
        """(errorCode, vendorErrorCode) that stays until the power has been off."""

    def open_contactor(self):
        """Open the contactor now: somebody is in doubt."""

    def limit_ma(self) -> int:
        """The least of all limits."""

    def step(self):
        """Look, decide, act. Whatever goes wrong in here, the contactor is off afterwards; nothing is raised."""


class WithLock(Evse):
    """Where `has_lock` is True."""

    def lock(self) -> bool:
        """Send the bolt in; whether it is there."""

    def unlock(self) -> bool:
        """Send the bolt out; whether it is there. Never while the contactor is closed."""
