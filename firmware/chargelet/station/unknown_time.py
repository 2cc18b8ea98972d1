"""Times of events from before the clock was known: kept through power cuts until they can be told.

A stamp from before the clock was known counts seconds of power (clock.age), which go on from boot to boot. What they
mean is settled once for each boot in which the clock became known, and kept for as long as anything waits or runs.
"""

import json

from ..base.log import ERROR

_FILE = "epochs"
# The boot that has not ended: all ages of today.
_OPEN = 1 << 40
# The newest age before a power cut is known to within this many seconds: energy_registers.py says why.
_UNSURE = 600
# So many boots are told apart; older ones count as the oldest of these.
_MAX = 16
# A session for which there is no memory is tried so often to be put into the charge log.
_TRIES = 20


class UnknownTime:
    """Carries the clock's age and epochs over a power cut. `newest` is the newest stamp that was durable before.

    It also gives the charge log its times: those that are known, and later those that were not.
    """

    def __init__(self, clock, storage, journal, outbox, newest: int, log):
        self._clock = clock
        self._storage = storage
        self._settled = clock.now() is not None
        self._log = log
        self._journal = journal
        self._note_of = outbox.note_of
        self._in_vain = 0
        self._mending = None  # the charge log, while its times are mended
        from . import charge_log

        unmended = charge_log.resume(storage, journal, outbox.note_of, log)
        outbox.ended = self._ended
        if not len(outbox) and not outbox.interrupted() and not unmended:
            storage.remove(_FILE)
            return
        try:
            epochs, bound = storage.kept(_FILE) or [[], None]
            clock.epochs = [(int(last), int(seconds)) for last, seconds in epochs]
            if bound:
                age, earliest = bound
                bound = int(age), int(earliest)
            clock.bound = bound
        except (ValueError, TypeError, IndexError):
            log("epochs: the stored file is damaged and left out")
        try:
            stamp = json.loads(journal.newest() or "[0]")[0] or 0
        except (ValueError, TypeError):
            stamp = 0
        ages = [-stamp, -newest, -unmended]
        ages += [last + 1 for last, _ in clock.epochs if last < _OPEN]
        clock.age = max(0, max(ages))
        last, seconds = clock.epochs[-1] if clock.epochs else (0, 0)
        if last >= _OPEN:
            clock.age += _UNSURE
            clock.epochs[-1] = clock.age - 1, seconds
            self.keep()
        clock.settle()
        # What an earlier boot has stamped without a clock means something from now on, and must go on to.
        self._settled = self._settled and not clock.age

    def step(self, station):
        """Notice that the clock has become known, keep what that means for all that came before, and mend it."""
        if self._mending:
            self._mend()
        epoch = self._clock.epoch()
        if self._settled or epoch is None:
            return
        from . import charge_log

        unmended = charge_log.unmended(self._storage)
        if unmended or len(station.outbox) or [at for at in station.connectors if at.transaction]:
            self.keep([(_OPEN, epoch)])
        if unmended:
            self._mending = charge_log.mending(self._storage, self._clock.wall)
        self._settled = True

    @property
    def busy(self) -> bool:
        """Whether step() has something to do now."""
        return self._mending is not None

    def _mend(self):
        """A piece of work on the charge log's times."""
        try:
            if next(self._mending, True):
                self._mending = None
        except OSError as error:
            self._mending = None  # at the next boot
            self._log("charge log: its times are not mended: flash says %s" % error)

    def _ended(self, connector, number, text, sequence):
        """The end of a session is durable: the charge log gets its line. Returns whether that is over, for better or
        worse: what goes wrong with it keeps no end from its delivery, and nobody from charging."""
        try:
            from . import charge_log

            ended = connector, number, self._note_of(connector, number), json.loads(text), sequence
            charge_log.add(self._storage, self._journal, ended, self._clock.wall)
        except MemoryError:
            self._in_vain += 1
            if self._in_vain < _TRIES:
                return False  # between two steps other code leaves RAM
            self._log("charge log: a session is not in it: there is no memory", ERROR)
        except Exception as error:
            self._log("charge log: a session is not in it: %r" % error, ERROR)
        self._in_vain = 0
        return True

    def keep(self, newest=()):
        """Make durable what is known of earlier boots, and what that of this one must at least be."""
        try:
            kept = [self._clock.epochs[1 - _MAX :] + list(newest), self._clock.bound]
            self._storage.keep(_FILE, kept)
        except OSError as error:
            self._log("epochs: not kept: flash says %s" % error)
