"""Knows where log lines go. Knows nothing of what they say."""

import sys

from .timestamp import to_text


class Log:
    """Call it with one line of text; it goes to standard error, with the time when that is known."""

    def __init__(self, clock, out=None):
        self._clock = clock
        self._out = out or sys.stderr

    def __call__(self, text: str):
        now = self._clock.now()
        stamp = to_text(now) if now is not None else "+%d s" % (self._clock.uptime() // 1000)
        self._out.write("%s %s\n" % (stamp, text))
