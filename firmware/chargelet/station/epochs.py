"""Knows when the clock became known after something had happened, and keeps that through power cuts. Knows no records.

A stamp from before the clock was known counts seconds of power (clock.age), which go on from boot to boot. When the
clock becomes known, the pair of both is kept for as long as anything waits that was stamped before.
"""

import json

_FILE = "epochs"


class Epochs:
    """Carries the clock's age and epochs over a power cut."""

    def __init__(self, clock, storage, outbox, log):
        self._clock = clock
        self._storage = storage
        self._known = clock.now() is not None
        self._log = log
        if not len(outbox):
            storage.remove(_FILE)
            return
        try:
            clock.epochs = [(int(age), int(seconds)) for age, seconds in json.loads(storage.read(_FILE) or b"[]")]
        except (ValueError, TypeError):
            log("epochs: the stored file is damaged and left out")
        newest = outbox.newest_stamp() or 0
        known = clock.epochs[-1][0] + 1 if clock.epochs else 0
        clock.age = max(-newest, known)

    def step(self, outbox):
        """Notice that the clock has become known."""
        clock = self._clock
        now = clock.now()
        if self._known or now is None:
            return
        self._known = True
        if len(outbox):
            clock.epochs.append((clock.age + clock.uptime() // 1000, now))
            try:
                self._storage.write(_FILE, json.dumps(clock.epochs).encode())
            except OSError as error:
                self._log("epochs: not kept: flash says %s" % error)
