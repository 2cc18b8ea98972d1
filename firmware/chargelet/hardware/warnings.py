"""Warnings of an EVSE: faults of the vehicle or the lock that do not make the connector Faulted."""

from ..base.clock import ticks_diff

# No diode for so long is a warning, and the contactor is open: what pulls the pilot may be no vehicle.
_DIODE_MS = 500

_SHORT = ("EVCommunicationError", "PilotShort")
NO_DIODE = ("EVCommunicationError", "NoDiode")
_LOCK_FAILED = ("ConnectorLockFailure", None)


class Warnings:
    """Tells (errorCode, vendorErrorCode) of the first that fits, or None."""

    def __init__(self):
        self._missing = None  # since when the diode is missing, from the first look that has not seen it

    def offered(self):
        """The duty cycle has changed: a diode is to be seen anew."""
        self._missing = None

    def of(self, now: int, watch, offer, connected: bool, lock) -> "tuple | None":
        """What is to be warned of now."""
        if watch.diode or not offer.ma or watch.state not in "BCD":
            self._missing = None
        elif self._missing is None:
            self._missing = now
        if connected and watch.state in "EF" and not offer.held:
            return _SHORT
        if self._missing is not None and ticks_diff(now, self._missing) >= _DIODE_MS:
            return NO_DIODE
        return _LOCK_FAILED if lock and lock.failed else None
