"""Knows what a transaction's records say, and that they outlive a power cut. Knows no payloads and no retries.

A record is a tuple whose first element is its kind:

    (START, name, connector, number, stamp, id_tag, meter_start, reservation_id, parent_id_tag)
    (VALUES, name, connector, number, stamp, context, samples)      samples as in metering.py
    (STOP, name, connector, number, stamp, meter_stop, reason, id_tag)

`number` is the station's own for the transaction; the central system's id follows from id_of().
"""

import json

from ..journal.journal import END, START, VALUES

STOP = END

# From here on intermediate values are thinned; what is beyond is for starts and stops.
CAPACITY = 1000
_RESERVE = 40


class Outbox:
    """All that is to be billed, in the order of its events (OCPP 1.6 §3.7)."""

    def __init__(self, journal, log):
        self._journal = journal
        self._log = log
        self._unsaved = []  # ends that a full flash would not take: tried again and again
        self._known = (0, None)  # number and id of the transaction that was asked about last
        self.dropped = 0

    def __len__(self) -> int:
        return len(self._journal) + len(self._unsaved)

    @property
    def full(self) -> bool:
        """Whether no new transaction may start: its own messages might not fit."""
        return bool(self._unsaved) or len(self._journal) >= CAPACITY + _RESERVE

    def start(self, connector: int, stamp: int, id_tag: str, meter_start: int, reservation_id, parent_id_tag) -> int:
        """Record the start; returns the transaction's number. Raises OSError: then nothing may start."""
        text = json.dumps([stamp, id_tag, meter_start, reservation_id, parent_id_tag])
        return self._journal.append(START, connector, None, text)

    def values(self, connector: int, number: int, stamp: int, context: str, samples):
        """Record meter values, unless there is no room even after thinning. Number 0: of no transaction."""
        if len(self._journal) >= CAPACITY:
            before = len(self._journal)
            self._journal.thin(VALUES)
            self._dropped(before - len(self._journal))
        try:
            self._journal.append(VALUES, connector, number, json.dumps([stamp, context, samples]))
        except OSError:
            self._dropped(1)

    def _dropped(self, count: int):
        self.dropped += count
        self._log("outbox: %d intermediate meter values dropped in all" % self.dropped)

    def stop(self, connector: int, number: int, stamp: int, meter_stop: int, reason: str, id_tag):
        """Record the end. Never fails: what flash does not take is kept in RAM and tried again."""
        self._unsaved.append((connector, number, json.dumps([stamp, meter_stop, reason, id_tag])))
        self.save()

    def save(self):
        """Try again to make durable what a full flash would not take."""
        while self._unsaved:
            connector, number, text = self._unsaved[0]
            try:
                self._journal.append(END, connector, number, text)
            except OSError as error:
                self._log("outbox: the end of a transaction is not durable yet: flash says %s" % error)
                self._journal.thin(VALUES)
                return
            self._unsaved.pop(0)

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
                self._log("outbox: %s makes no sense and is set aside" % name)
                self._journal.set_aside(name)

    def id_of(self, connector: int, number: int) -> int:
        """The central system's id of a transaction whose start is delivered; -1 when it was lost (errata 3.18)."""
        found = self._noted(connector, number)
        return -1 if found is None else found

    def _noted(self, connector, number):
        if self._known[0] != number:
            text = self._journal.noted(connector, number)
            self._known = (number, None if text is None else int(text.split(" ")[0]))
        return self._known[1]

    def started(self, record, transaction_id: int):
        """StartTransaction is answered: the id is durable before the record goes."""
        _kind, name, connector, number = record[:4]
        self._journal.note(connector, number, "%d %s" % (transaction_id, record[6]))
        self._known = (number, transaction_id)
        self._journal.remove(name)

    def delivered(self, record):
        """Values or an end are answered."""
        if record[0] == STOP:
            self._journal.finish(record[2], record[3], record[1])
        else:
            self._journal.remove(record[1])

    def given_up(self, record):
        """After all attempts: set aside on flash; what follows a start carries transactionId -1."""
        kind, name, connector, number = record[:4]
        if kind == START:
            self._journal.note(connector, number, "-1 %s" % record[6])
            self._known = (number, -1)
        self._journal.set_aside(name)

    def interrupted(self) -> dict:
        """{connector: number} of the transactions that a power cut has interrupted."""
        return self._journal.open_transactions()
