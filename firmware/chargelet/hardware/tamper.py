"""The contact that tells when the housing is opened."""

from machine import Pin


class Tamper:
    """A pin that is at `level` while the housing is open. Looked at with each step of the station: what is open for a
    second is seen, also when it was opened without power."""

    def __init__(self, pin: int, level: int):
        self._pin = Pin(pin, Pin.IN)
        self._level = level
        self._open = False

    def opened(self) -> bool:
        """Whether it has been opened since it was looked at last."""
        before, self._open = self._open, self._pin.value() == self._level
        return self._open and not before
