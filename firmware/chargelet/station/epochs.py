"""Times of events from before the clock was known: kept through power cuts until they can be told.

A stamp from before the clock was known counts seconds of power (clock.age), which go on from boot to boot. What they
mean is settled once for each boot in which the clock became known, and kept for as long as anything waits or runs.
"""

import json

_FILE = "epochs"
# The boot that has not ended: all ages of today.
_OPEN = 1 << 40
# The newest age of before a power cut is known to within this many seconds: registers.py says why.
_UNSURE = 600
# So many boots are told apart; older ones count as the oldest of these.
_MOST = 16


class Epochs:
    """Carries the clock's age and epochs over a power cut. `newest` is the newest stamp that was durable before."""

    def __init__(self, clock, storage, outbox, newest: int, log):
        self._clock = clock
        self._storage = storage
        self._settled = clock.now() is not None
        self._log = log
        if not len(outbox) and not outbox.interrupted():
            storage.remove(_FILE)
            return
        try:
            epochs, bound = json.loads(storage.read(_FILE) or b"[[], null]")
            clock.epochs = [(int(last), int(seconds)) for last, seconds in epochs]
            clock.bound = bound and (int(bound[0]), int(bound[1]))
        except (ValueError, TypeError, IndexError):
            log("epochs: the stored file is damaged and left out")
        ages = [-(outbox.newest_stamp() or 0), -newest] + [last + 1 for last, _ in clock.epochs if last < _OPEN]
        clock.age = max(0, max(ages))
        if clock.epochs and clock.epochs[-1][0] >= _OPEN:
            clock.age += _UNSURE
            clock.epochs[-1] = clock.age - 1, clock.epochs[-1][1]
            self.keep()
        clock.settle()
        # What an earlier boot has stamped without a clock means something from now on, and must go on to.
        self._settled = self._settled and not clock.age

    def step(self, station):
        """Notice that the clock has become known, and keep what that means for all that came before."""
        epoch = self._clock.epoch()
        if self._settled or epoch is None:
            return
        self._settled = True
        if len(station.outbox) or [connector for connector in station.connectors if connector.transaction]:
            self.keep([(_OPEN, epoch)])

    def keep(self, newest=()):
        """Make durable what is known of earlier boots, and what that of this one must at least be."""
        try:
            kept = [self._clock.epochs[1 - _MOST :] + list(newest), self._clock.bound]
            self._storage.write(_FILE, json.dumps(kept).encode())
        except OSError as error:
            self._log("epochs: not kept: flash says %s" % error)
