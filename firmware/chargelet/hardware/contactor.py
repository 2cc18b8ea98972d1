"""Knows the contactor's coil and its feedback contact. Knows not when to close it: evse.py alone does."""

from machine import Pin


class Contactor:
    """A contactor that is off from its first statement. `feedback` is a pin that reads 1 when it is closed, or None."""

    def __init__(self, coil: int, feedback: "int | None"):
        self._coil = Pin(coil, Pin.OUT, value=0)
        self._feedback = Pin(feedback, Pin.IN) if feedback is not None else None
        self.commanded = False

    def write(self, closed: bool):
        """Energize the coil or not."""
        self._coil.value(1 if closed else 0)
        self.commanded = closed

    @property
    def closed(self) -> bool:
        """What the feedback says; without one, what was commanded."""
        return bool(self._feedback.value()) if self._feedback else self.commanded
