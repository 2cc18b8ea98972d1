"""Knows the one order of all transaction messages. Knows neither payloads nor when to retry.

A record is `(kind, transaction, stamp, ...)`, oldest first, of one of the kinds below. Whatever
is to be billed goes through here and leaves only when the central system has answered.
"""

START = 1  # ()
VALUES = 2  # (context, samples), samples as in metering.py
STOP = 3  # (meter_stop, reason, id_tag)

# In memory, so bounded. Intermediate values are thinned first; a new transaction is refused
# before anything that bills an old one is lost.
_RECORDS_MOST = 48
_KEPT_FOR_STOPS = 8


class Outbox:
    """Transaction messages in the order of their events (OCPP 1.6 §3.7)."""

    def __init__(self, log):
        self._log = log
        self._records = []
        self.dropped = 0

    def __len__(self) -> int:
        return len(self._records)

    @property
    def full(self) -> bool:
        """Whether no new transaction may start: its own messages would not fit."""
        return len(self._records) >= _RECORDS_MOST - _KEPT_FOR_STOPS

    def put(self, record):
        """Add a record at the end."""
        if record[0] == VALUES and self.full:
            self._thin()
        self._records.append(record)

    def _thin(self):
        """Drop every other intermediate value; the oldest record may be on the wire and stays."""
        kept, drop = [], False
        for at, record in enumerate(self._records):
            if at and record[0] == VALUES:
                drop = not drop
                if drop:
                    self.dropped += 1
                    continue
            kept.append(record)
        self._records = kept
        self._log("outbox: %d intermediate meter values dropped in all" % self.dropped)

    def oldest(self):
        """The record to deliver next, or None."""
        return self._records[0] if self._records else None

    def remove(self, record):
        """The central system has it (or never will)."""
        if self._records and self._records[0] is record:
            self._records.pop(0)

    def of(self, transaction) -> bool:
        """Whether anything of a transaction is still to be delivered."""
        for record in self._records:
            if record[1] is transaction:
                return True
        return False
