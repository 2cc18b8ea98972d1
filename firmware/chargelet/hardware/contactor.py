"""The contactor's coils and its feedback contact. Only evse.py closes it."""

from machine import Pin

from ..base.clock import ticks_diff

# Feedback that disagrees for so long is a fault that does not clear itself.
_FEEDBACK_MS = 300


class Contactor:
    """A contactor that is off from its first statement; one with two coils (phase and neutral) switches both.

    `feedback` is a pin that reads 1 when it is closed (0 when `inverted`), or None. As an interlock it latches
    when the contacts are not where they were sent: welded, or not closing.
    """

    limit_ma = None

    def __init__(self, coils, feedback: "int | None" = None, inverted: bool = False):
        self._coils = [Pin(coil, Pin.OUT, value=0) for coil in coils]
        self._feedback = Pin(feedback, Pin.IN) if feedback is not None else None
        self._inverted = inverted
        self.commanded = False
        self._seen = None  # what the feedback has read last
        self._agreed_at = None

    def write(self, closed: bool):
        """Energize the coils or not."""
        for coil in self._coils:
            coil.value(1 if closed else 0)
        self.commanded = closed

    @property
    def closed(self) -> bool:
        """What the feedback says; without one, what was commanded."""
        return bool(self._feedback.value()) != self._inverted if self._feedback else self.commanded

    def calm(self) -> bool:
        """Whether the contacts are where look() has seen them last."""
        return self._feedback is None or self._feedback.value() == self._seen

    def look(self, now: int, evse):
        """(errorCode, vendorErrorCode, latched) or None."""
        if self._feedback:
            self._seen = self._feedback.value()
        closed = self.closed
        if closed == self.commanded or self._agreed_at is None:
            self._agreed_at = now
        elif ticks_diff(now, self._agreed_at) >= _FEEDBACK_MS:
            return ("PowerSwitchFailure", "ContactorWelded" if closed else "ContactorStuck", True)
        return None

    def ready(self, now: int) -> bool:
        """Whether it may be closed as far as its contacts are concerned."""
        return not self.closed
