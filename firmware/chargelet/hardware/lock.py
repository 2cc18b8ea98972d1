"""Driver of a cable lock: a motor with two inputs, and a contact that tells where the bolt is."""

from machine import Pin

from ..base.clock import ticks_diff

# The motor gets this long for its way, then this long to cool down, and so many tries.
_DRIVE_MS = 400
_REST_MS = 1500
_TRIES = 3


class Lock:
    """A lock that moves in the background: move() says where to, step() drives the motor.

    `feedback` is a pin that reads 1 when the bolt is in (0 when `inverted`).
    """

    def __init__(self, close: int, open_: int, feedback: int, inverted: bool = False):
        self._inverted = inverted
        self._close = Pin(close, Pin.OUT, value=0)
        self._open = Pin(open_, Pin.OUT, value=0)
        self._feedback = Pin(feedback, Pin.IN)
        self._target = self.locked
        self._seen = None  # what the feedback has read last
        self._since = None  # ticks at which the motor was started or stopped
        self._driving = False
        self._tries = 0

    @property
    def locked(self) -> bool:
        """Where the bolt is."""
        return bool(self._feedback.value()) != self._inverted

    @property
    def failed(self) -> bool:
        """Whether the bolt has not gone where it was sent."""
        return self._tries >= _TRIES and self.locked != self._target and not self._driving

    @property
    def moving(self) -> bool:
        """Whether the motor runs, or is about to."""
        return self._driving or (self.locked != self._target and self._tries < _TRIES)

    def calm(self) -> bool:
        """Whether the motor rests, and the bolt is where step() has seen it last."""
        return not self._driving and self._feedback.value() == self._seen

    def move(self, target: bool):
        """Send the bolt; a new order after a failure starts new tries."""
        if target != self._target or self.failed:
            self._target = target
            self._tries = 0
            self._stop()
            self._since = None

    def _stop(self):
        self._close.value(0)
        self._open.value(0)
        self._driving = False

    def step(self, ticks: int):
        """Let time pass, in wrapping ticks."""
        self._seen = self._feedback.value()
        elapsed = None if self._since is None else ticks_diff(ticks, self._since)
        if self._driving:
            if self.locked == self._target or elapsed >= _DRIVE_MS:
                self._stop()
                self._since = ticks
        elif self.locked != self._target and self._tries < _TRIES and (elapsed is None or elapsed >= _REST_MS):
            (self._close if self._target else self._open).value(1)
            self._driving = True
            self._since = ticks
            self._tries += 1
