"""Knows what a transaction's records say, and that they outlive a power cut. Knows no payloads and no retries.

A record is a tuple whose first element is its kind:

    (START, name, connector, number, stamp, id_tag, meter_start, reservation_id, parent_id_tag, samples)
    (VALUES, name, connector, number, stamp, context, samples)      samples as in metering.py
    (STOP, name, connector, number, stamp, meter_stop, reason, id_tag, samples)

`number` is the station's own for the transaction; the central system's id follows from id_of(). The samples
of a start and a stop are for StopTransaction's transactionData, None where it is to have none.
"""

import json

from ..ground.log import ERROR
from ..journal.record import END, KEPT, START, VALUES
from . import kept

STOP = END

# From here on intermediate values are thinned; what is beyond is for starts and stops.
CAPACITY = 1000
_RESERVE = 40
# With less room on flash (bytes) nothing starts that might not be able to end.
_ROOM = 65536


class Outbox:
    """All that is to be billed, in the order of its events (OCPP 1.6 §3.7)."""

    def __init__(self, journal, log):
        self._journal = journal
        self._log = log
        self._unnoted = {}  # (connector, number) → a note that a full flash would not take
        self._unsaved = []  # ends that a full flash would not take: tried again and again
        self._known = (0, None)  # number and id of the transaction that was asked about last
        self.dropped = 0
        log("journal: %d of %d messages wait, %d are set aside" % (len(journal), CAPACITY, journal.aside))

    def __len__(self) -> int:
        return len(self._journal) + len(self._unsaved)

    @property
    def full(self) -> bool:
        """Whether no new transaction may start: its own messages might not fit."""
        return bool(self._unsaved) or len(self._journal) >= CAPACITY + _RESERVE or self._journal.free() < _ROOM

    @property
    def damaged(self) -> int:
        """How many records were found damaged since the boot."""
        return self._journal.damaged

    def set_aside_names(self):
        """The names of the records that were set aside."""
        return self._journal.set_aside_names()

    # What happens on the connectors

    def start(self, connector: int, stamp: int, id_tag: str, meter_start: int, reservation_id, parent, samples) -> int:
        """Record the start; returns the transaction's number. Raises OSError: then nothing may start."""
        text = json.dumps([stamp, id_tag, meter_start, reservation_id, parent, samples])
        return self._journal.append(START, connector, None, text)

    def values(self, connector: int, number: int, stamp: int, context: str, samples) -> bool:
        """Record meter values; False when there is no room even after thinning. Number 0: of no transaction."""
        if len(self._journal) >= CAPACITY:
            self._thin()
        return self._try(VALUES, connector, number, json.dumps([stamp, context, samples]))

    def keep(self, connector: int, number: int, stamp: int, context: str, samples):
        """Record meter values that go with the StopTransaction."""
        self._try(KEPT, connector, number, json.dumps([stamp, context, samples]))

    def _try(self, kind, connector, number, text) -> bool:
        for _ in range(2):
            try:
                self._journal.append(kind, connector, number, text)
                return True
            except OSError:
                self._thin()
        self._dropped(1)
        return False

    def _thin(self):
        """Every other intermediate value makes room (§3.7: never a start or a stop)."""
        before = len(self._journal)
        self._journal.thin(VALUES)
        self._dropped(before - len(self._journal))

    def _dropped(self, count: int):
        self.dropped += count
        self._log("journal: %d intermediate meter values dropped in all" % self.dropped)

    def thin_kept(self, connector: int, number: int, context: "str | None" = None) -> int:
        """Remove every other of what goes with the StopTransaction, of one context or of each; how many are left."""
        return kept.thin(self._journal, connector, number, context)

    def kept(self, connector: int, number: int, context: str) -> int:
        """How many of them there are of a context."""
        return len([name for name, series in kept.of(self._journal, connector, number) if series == context])

    def stop(self, connector: int, number: int, stamp: int, meter_stop: int, reason: str, id_tag, samples=None):
        """Record the end. Never fails: what flash does not take is kept in RAM and tried again."""
        self._unsaved.append((connector, number, json.dumps([stamp, meter_stop, reason, id_tag, samples])))
        self.save()

    def save(self):
        """Try again to make durable what a full flash would not take."""
        if self._unnoted:
            self._save_notes()
        while self._unsaved:
            connector, number, text = self._unsaved[0]
            for again in (True, False):
                try:
                    self._journal.append(END, connector, number, text)
                    break
                except OSError as error:
                    self._log("journal: the end of a transaction is not durable yet: flash says %s" % error, ERROR)
                    if not again:
                        return
                    self._thin()
            self._unsaved.pop(0)

    # What is delivered

    def oldest(self) -> "tuple | None":
        """The record to deliver next, or None."""
        while True:
            found = self._journal.oldest()
            if found is None:
                return None
            name, kind, connector, number, text = found
            if kind == START and self._noted(connector, number) is not None:
                # Answered before the power failed, and not forgotten yet.
                self._journal.remove(name)
                continue
            try:
                return (kind, name, connector, number) + tuple(json.loads(text))
            except (ValueError, TypeError):
                self._log("journal: %s makes no sense and is set aside" % name, ERROR)
                self._journal.set_aside(name)

    def transaction_data(self, stop):
        """(stamp, context, samples) of all that goes with a STOP record: Begin, intermediate ones, End."""
        connector, number, stamp = stop[2:5]
        last = stop[8] if len(stop) > 8 else None  # firmware 0.0 wrote none
        if last is None:
            return
        note = self.note_of(connector, number)
        if note:
            first = note["begin"] or [s[:2] + [str(note["meter"])] + s[3:] for s in last if "Import.Reg" in s[0]]
            if first:
                yield note["stamp"], "Transaction.Begin", first
        for name in self._journal.kept(connector, number):
            text = self._journal.read_kept(name)
            if text is not None:
                yield tuple(json.loads(text))
        if last:
            yield stamp, "Transaction.End", last

    def id_of(self, connector: int, number: int) -> int:
        """The central system's id of a transaction whose start is delivered; -1 when it was lost (errata 3.18)."""
        found = self._noted(connector, number)
        return -1 if found is None else found

    def _noted(self, connector, number):
        if self._known[0] != number:
            text = self._note(connector, number)
            # Firmware 0.0 wrote `id meter`, now it is `[id,[...]...`.
            self._known = (number, None if text is None else int(text.strip("[").replace(",", " ").split(" ")[0]))
        return self._known[1]

    def _note(self, connector, number):
        return self._unnoted.get((connector, number)) or self._journal.noted(connector, number)

    def note_of(self, connector: int, number: int) -> "dict | None":
        """What is known of a transaction that has not been delivered to its end, or None when its start was lost."""
        text = self._note(connector, number)
        if text is not None and text[0] != "[":
            return None
        if text is not None:
            transaction_id, start, accepted = json.loads(text)
        else:
            text = self._journal.start_of(connector, number)
            if text is None:
                return None
            transaction_id, start, accepted = None, json.loads(text), True
        stamp, id_tag, meter_start, _reservation, parent = start[:5]
        return {
            "id": transaction_id,
            "accepted": accepted,
            "stamp": stamp,
            "tag": id_tag,
            "parent": parent,
            "meter": meter_start,
            "begin": start[5] if len(start) > 5 else None,
        }

    def started(self, record, transaction_id: int, accepted: bool = True, parent: "str | None" = None):
        """StartTransaction is answered: the id is durable before the record goes."""
        self._note_down(record, transaction_id, accepted, parent)
        self._journal.remove(record[1])

    def _note_down(self, record, transaction_id, accepted, parent):
        _kind, _name, connector, number = record[:4]
        start = list(record[4:])
        start[4] = parent or start[4]
        self._unnoted[connector, number] = json.dumps([transaction_id, start, accepted])
        self._known = (number, transaction_id)
        if not self._save_notes():
            self._thin()
            self._save_notes()

    def _save_notes(self) -> bool:
        """Whether all ids are durable. On a full flash they are known until the next boot at least."""
        for connector, number in list(self._unnoted):
            try:
                self._journal.note(connector, number, self._unnoted[connector, number])
            except OSError as error:
                self._log("journal: the id of a transaction is not durable yet: flash says %s" % error, ERROR)
                return False
            del self._unnoted[connector, number]
        return True

    def delivered(self, record):
        """Values or an end are answered."""
        if record[0] == STOP:
            self._unnoted.pop((record[2], record[3]), None)
            self._journal.finish(record[2], record[3], record[1])
        else:
            self._journal.remove(record[1])

    def given_up(self, record):
        """After all attempts: set aside on flash; what follows a start carries transactionId -1."""
        if record[0] == START:
            self._note_down(record, -1, True, None)
        self._journal.set_aside(record[1])

    def newest_stamp(self) -> "int | None":
        """The stamp of the newest record, or None when there is none that can be read."""
        try:
            return json.loads(self._journal.newest() or "[null]")[0]
        except (ValueError, TypeError):
            return None

    def interrupted(self) -> dict:
        """{connector: number} of the transactions that a power cut has interrupted."""
        return self._journal.open_transactions()
