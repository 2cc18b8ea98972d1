"""The records of transactions that wait for delivery, through power cuts.

A record is a tuple whose first element is its kind:

    (START, name, connector, number, stamp, id_tag, meter_start, reservation_id, parent_id_tag, samples)
    (VALUES, name, connector, number, stamp, context, samples)      samples as measurands.pack() makes them
    (STOP, name, connector, number, stamp, meter_stop, reason, id_tag, samples)

`number` is the station's own of the transaction; id_of() has the central system's. The samples of a start and a stop
are for StopTransaction's transactionData, None where it is to have none.
"""

import json

from ..base.log import ERROR
from ..journal.record import END, START, VALUES
from .kept import Kept
from .notes import Notes

STOP = END

# From here on intermediate values are thinned; what is beyond is for starts and stops.
CAPACITY = 1000
_RESERVE = 40
# So much of it is for the samples that come while others are thinned.
_MARGIN = 32
# At least one sample of so many stays; what is still too much then is dropped as it comes.
_STRIDE_MAX = 65536
# With less room on flash (bytes) nothing starts that might not be able to end.
_ROOM = 65536


class Outbox:
    """All that is to be billed, in the order of its events (OCPP 1.6 §3.7).

    Samples make room where they must: of all series each second one stays, then each fourth. step() does it in pieces.
    """

    def __init__(self, journal, log):
        self._journal = journal
        self._log = log
        self.sidecar = journal.sidecar  # what was found damaged, and what was set aside
        self._notes = Notes(journal, log)
        self._unsaved = []  # ends that a full flash would not take: tried again and again
        self._short = False  # or that memory was short for: tried again at once
        self._due = None  # the oldest record, once it has been read
        self._series = {}  # (connector, context) → [number, how many samples there have been]
        self._stride = 1  # one sample of so many stays
        self._relaxed = 0  # with fewer records than this all samples are taken again
        self._thinning = None
        self._kept = Kept(journal)
        self._ended = []  # ends that are durable, and nobody has been told of
        self.ended = None  # told of each: connector, number, the record's text, its number; whether that is over
        self.dropped = 0
        log("journal: %d of %d messages wait, %d are set aside" % (len(journal), CAPACITY, journal.sidecar.aside))

    def __len__(self) -> int:
        return len(self._journal) + len(self._unsaved)

    @property
    def waiting(self) -> bool:
        """Whether oldest() has one: not what a full flash has not taken, nor what only newer firmware can read."""
        return self._journal.waiting and not self._ended

    @property
    def full(self) -> bool:
        """Whether no new transaction may start: its own messages might not fit."""
        return bool(self._unsaved) or len(self._journal) >= CAPACITY + _RESERVE or self._journal.free() < _ROOM

    @property
    def busy(self) -> bool:
        """Whether step() has something to do now; it has at no other time."""
        return self._thinning is not None or self._kept.busy or bool(self._ended) or self._short

    # What happens on the connectors

    def start(self, connector: int, stamp: int, id_tag: str, meter_start: int, reservation_id, parent, samples) -> int:
        """Record the start; returns the transaction's number. Raises OSError: then nothing may start."""
        text = json.dumps([stamp, id_tag, meter_start, reservation_id, parent, samples])
        return self._journal.append(START, connector, None, text)

    def values(self, connector: int, number: int, stamp: int, context: str, samples) -> bool:
        """Record meter values; False when they make room themselves. Number 0: of no transaction."""
        series = self._series.setdefault((connector, context), [number, 0])
        count = series[1] + 1 if series[0] == number else 1
        series[:] = number, count
        if len(self._journal) >= CAPACITY - min(_MARGIN, CAPACITY // 8):
            self._thin()
        if count % self._stride or len(self._journal) >= CAPACITY:
            self.dropped += 1
            return False
        try:
            self._journal.append(VALUES, connector, number, json.dumps([stamp, context, samples]), count)
            return True
        except OSError:
            self._thin(1)
            return False

    def keep(self, connector: int, number: int, stamp: int, context: str, samples):
        """Record meter values that go with the StopTransaction."""
        try:
            self._kept.add(connector, number, context, json.dumps([stamp, context, samples]))
        except OSError:
            self._thin(1)

    def _thin(self, lost=0):
        """Let intermediate values make room (§3.7: never a start or a stop); so many had none."""
        self.dropped += lost
        if self._thinning is None and self._stride < _STRIDE_MAX:
            self._stride *= 2
            self._thinning = self._journal.thinning(VALUES, self._stride)

    def step(self):
        """A piece of what makes room, or of what follows from an end: at most one change of the flash."""
        if self._short:
            self.save()
        elif self._ended:
            if self.ended(*self._ended[0]):
                self._ended.pop(0)
        elif self._kept.busy:
            self._kept.step()
        elif self._thinning:
            before = len(self._journal)
            more = self._thinning.step()
            self.dropped += before - len(self._journal)
            if not more:
                self._thinning = None
                self._relaxed = len(self._journal) // 2
                self._log("journal: %d intermediate meter values dropped in all" % self.dropped)
                self.save()

    def _delivered(self):
        """One record less."""
        self._due = None
        if self._stride > 1 and self._thinning is None and len(self._journal) <= self._relaxed:
            self._stride = 1

    def thin_kept(self, connector: int, number: int, context: "str | None" = None) -> int:
        """Remove every other of what goes with the StopTransaction, of one context or of each; how many are left."""
        return self._kept.thin(connector, number, context)

    def kept(self, connector: int, number: int, context: str) -> int:
        """How many of them there are of a context."""
        return len(self._kept.paths(connector, number, context))

    def stop(self, connector: int, number: int, stamp: int, meter_stop: int, reason: str, id_tag, samples=None):
        """Record the end, which is tried again where flash is full or memory short. MemoryError: nothing is done."""
        self._unsaved.append((connector, number, json.dumps([stamp, meter_stop, reason, id_tag, samples])))
        try:
            self.save()
        except MemoryError:
            pass

    def save(self):
        """Try again to make durable what a full flash would not take."""
        self._short = True
        self._notes.save()
        while self._unsaved:
            connector, number, text = self._unsaved[0]
            self._ended.append([connector, number, text, None])  # now: once it is durable there may be no memory
            try:
                self._ended[-1][3] = self._journal.append(END, connector, number, text)
            except OSError as error:
                self._log("journal: the end of a transaction is not durable yet: flash says %s" % error, ERROR)
                self._thin()
                break
            finally:
                if not self.ended or self._ended[-1][3] is None:
                    self._ended.pop()
            self._unsaved.pop(0)
        self._short = False

    # What is delivered

    def oldest(self) -> "tuple | None":
        """The record to deliver next, or None, as long as `ended` has not taken an end: a power cut would find that."""
        while self._due is None or self._ended:
            found = None if self._ended else self._journal.oldest()
            if found is None:
                return None
            name, kind, connector, number, text = found
            if kind == START and self._notes.id_of(connector, number) is not None:
                # Answered before the power failed, and not forgotten yet.
                self._journal.remove(name)
                continue
            try:
                due = (kind, name, connector, number) + tuple(json.loads(text))
            except (ValueError, TypeError):
                due = ()
            if len(due) == (10 if kind == START else 7 if kind == VALUES else 9) and type(due[-1]) in (str, type(None)):
                self._due = due
            else:
                self._log("journal: %s makes no sense and is set aside" % name, ERROR)
                self._journal.set_aside(name)
        return self._due

    def kept_values(self, connector: int, number: int):
        """(stamp, context, samples) of all that keep() has recorded of a transaction, in their order."""
        for text in self._kept.texts(connector, number):
            yield tuple(json.loads(text))

    def id_of(self, connector: int, number: int) -> int:
        """The central system's id of a transaction whose start is delivered; -1 when it was lost (errata 3.18)."""
        found = self._notes.id_of(connector, number)
        return -1 if found is None else found

    def note_of(self, connector: int, number: int) -> "dict | None":
        """What is known of a transaction that has not been delivered to its end, or None when its start was lost."""
        return self._notes.note_of(connector, number)

    def started(self, record, transaction_id: int, accepted: bool = True, parent: "str | None" = None):
        """StartTransaction is answered: the id is durable before the record goes."""
        self._note_down(record, transaction_id, accepted, parent)
        self._journal.remove(record[1])
        self._delivered()

    def _note_down(self, record, transaction_id, accepted, parent):
        _kind, _name, connector, number, stamp, id_tag, meter_start, reservation_id, known, samples = record
        start = [stamp, id_tag, meter_start, reservation_id, parent or known, samples]
        if not self._notes.add(connector, number, transaction_id, start, accepted):
            self._thin()

    def delivered(self, record):
        """Values or an end are answered."""
        kind, name, connector, number = record[:4]
        if kind == STOP:
            self._notes.forget(connector, number)
            self._journal.finish(connector, number, name)
        else:
            self._journal.remove(name)
        self._delivered()

    def given_up(self, record):
        """After all attempts: set aside on flash; what follows a start carries transactionId -1."""
        if record[0] == START:
            self._note_down(record, -1, True, None)
        self._journal.set_aside(record[1])
        self._delivered()

    def interrupted(self) -> dict:
        """{connector: number} of the transactions that a power cut has interrupted."""
        return self._journal.open_transactions()
