"""How long to wait before the next attempt to connect. Time and randomness are handed in."""

_MIN_MS = 1000


class Backoff:
    """Pauses that double from `first_ms` to `most_ms`, each with up to a third more or less by chance.

    `below(n)` draws a whole number from 0 to n - 1. Chance keeps a thousand stations from coming
    back in the same second.
    """

    def __init__(self, below, first_ms: int = 1500, most_ms: int = 60000):
        self._below = below
        self._first = first_ms
        self._most = most_ms
        self._next = first_ms

    def next_ms(self, orderly: bool = False) -> int:
        """The pause before the next attempt, in milliseconds: at least 1000, at most `most_ms`.

        After an `orderly` end it grows by an eighth only: a server that is being set up sees the station soon again.
        """
        pause = self._next
        self._next = min(self._most, pause + pause // 8 if orderly else pause * 2)
        third = pause // 3
        return max(_MIN_MS, min(self._most, pause - third + self._below(2 * third + 1)))

    def reset(self):
        """The last attempt was a success: the next failure is a first one."""
        self._next = self._first
