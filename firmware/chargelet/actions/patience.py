"""Says how long a kind of message waits after it was not answered, and that it goes last until it is."""

from .delivery import TOO_LARGE

_FIRST_MS = 10000
_LONGEST_MS = 600000


def unheard(failure: "str | None") -> bool:
    """Whether the central system may not know of a call that ended so. A CALLERROR is an answer: it has been told."""
    return failure in ("timeout", "closed", TOO_LARGE)


class Patience:
    """The back-off of one kind of message; `first_ms` is the pause after the first silence, 0 where somebody waits."""

    def __init__(self, first_ms: int = _FIRST_MS):
        self._first_ms = first_ms
        self.silent = 0  # how many in a row were not answered
        self.not_before = 0  # uptime in ms of the next one

    def ended(self, failure: "str | None", now: int):
        """A call of this kind has ended. A connection that is lost once may come back and be told at once."""
        if not unheard(failure):
            self.silent = self.not_before = 0
            return
        self.silent = min(self.silent + 1, 16)
        step = self.silent - (2 if failure == "closed" else 1)
        self.not_before = now + (min(_LONGEST_MS, self._first_ms << step) if step >= 0 else 0)
