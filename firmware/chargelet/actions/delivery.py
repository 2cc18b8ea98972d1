"""When a transaction message is sent, sent again, or given up."""

from ..station import outbox

KEYS = """
TransactionMessageAttempts RW 0..1000 3
TransactionMessageRetryInterval RW 0..86400 60
"""

# So many connections that worked, and ended while this one message was out, count as one failed attempt.
_CLOSED_MAX = 5
_OTHERS_FIRST_MS = 10000

# What a central system says for good, which has no use for meter values (OCPP-J 1.6 §4.2.3).
_NO_USE = ("NotImplemented", "NotSupported")

# The failure of a call for which there was no memory, and how long it waits for some.
TOO_LARGE = "too large"
_MEMORY_MS = 5000

_NAMES = {outbox.START: "StartTransaction", outbox.VALUES: "MeterValues", outbox.STOP: "StopTransaction"}


def forgotten(station, failure: "str | None") -> bool:
    """Whether a call ended so because the central system does not know, or not any more, that it has accepted this
    station (OCPP-J errata 3.10): after it was started anew, for one. The station registers, and tells it again."""
    if failure != "SecurityError" or not station.registration.forgotten():
        return False
    station.log("boot: the central system has forgotten this station")
    station.notifier.offline()
    return True


def _file_of(kind):
    """What makes the payload of this kind of record."""
    if kind == outbox.VALUES:
        from . import meter_values as file
    elif kind == outbox.START:
        from . import start_transaction as file
    else:
        from . import stop_transaction as file
    return file


class Delivery:
    """Takes the outbox's oldest record to the central system until it is answered (OCPP 1.6 §3.7, §3.7.1)."""

    def __init__(self, station, heard):
        self._station = station
        self._heard = heard
        self._failed = 0  # how many of these count as a failure to process it
        self._closed = 0  # how often in a row the connection ended instead of an answer
        self._doubt = None  # what the central system had said when an answer failed to come
        self._not_before = 0
        self._due = None  # the name of the record that is on its way
        self._opened = 0  # what the central system had said when this connection was made
        self._wary = False  # the last connection ended at this message, before anything had been heard on it
        self._others_first = 0  # so long something else may go first, to find out
        self._no_use = False  # meter values were given up because it has no use for them
        station.config.declare(KEYS)

    def prepare(self, station) -> bool:
        """Read the record and load its file, when it is due: a piece of work of its own."""
        if not station.outbox.waiting or self.next_due(station):
            return False
        record = station.outbox.oldest()
        if record is None:
            return False
        _file_of(record[0])
        return True

    def next_call(self, station):
        """The call, when one is due."""
        # The time first: to look at the record is to read flash.
        if self.next_due(station):
            return None
        record = station.outbox.oldest()
        if record is None:
            return None
        if self._doubt is not None:
            # Silence counts only when the central system has said something else since: a dead
            # one must cost nothing, and a poisoned message must not block for ever.
            if self._heard() > self._doubt:
                self._failed += 1
            self._doubt = None
            if self._worn_out():
                self._give_up(record)
                return None
        if station.clock.now() is None:
            return None  # the clock is not known yet; BootNotification.conf will tell
        kind, self._due, _connector, _number, stamp = record[:5]
        heard = self._heard()
        try:
            payload = _file_of(kind).payload(station, record, station.clock.wall(stamp))
        except MemoryError:
            self._answered(record, heard, None, TOO_LARGE)
            return None
        return _NAMES[kind], payload, lambda result, failure: self._answered(record, heard, result, failure), True

    def next_due(self, station) -> int:
        """Milliseconds until next_call() may have one, if there is a record at all."""
        first = self._not_before
        if self._heard() == self._opened:
            first = max(first, self._others_first)
        return max(0, first - station.clock.uptime())

    def _answered(self, record, heard, result, failure):
        station = self._station
        kind, name, connector_id, number = record[:4]
        if name != self._due:
            return  # a late answer to an earlier try came first
        if failure is None:
            _file_of(kind).answered(station, record, result)
            self._begin()  # then: an answer that finds no memory half way is told again, and is this record's still
            return
        if forgotten(station, failure):
            return
        if failure == "closed":
            # Goes again as soon as there is a connection. A message that each time brings down a connection which
            # had worked must not block for ever.
            self._wary = heard == self._opened
            self._closed = 0 if self._wary else self._closed + 1
            if self._closed < _CLOSED_MAX:
                return
            self._closed = 0
        if failure == TOO_LARGE:
            # Our own want of memory must cost nobody a bill: it goes again, a stop with half of its values.
            if kind != outbox.STOP or not station.outbox.thin_kept(connector_id, number):
                self._not_before = station.clock.uptime() + _MEMORY_MS
            return
        if failure == "timeout":
            self._doubt = heard
            station.registration.ask_soon()
            transmissions = self._failed + 1
        else:
            no_use = kind == outbox.VALUES and failure in _NO_USE
            if no_use and self._no_use:
                # It has said so of one again and again (§3.7.1). A bill must not come hours late behind the others.
                station.outbox.delivered(record)
                self._begin()
                return
            self._failed += 1
            transmissions = self._failed
            if self._worn_out():
                self._no_use = no_use
                self._give_up(record)
                return
        wait = station.config["TransactionMessageRetryInterval"] * transmissions
        self._not_before = station.clock.uptime() + wait * 1000
        station.log("delivery: %s failed (%s), again in %d s" % (_NAMES[kind], failure, wait))

    def _worn_out(self) -> bool:
        return self._failed >= max(1, self._station.config["TransactionMessageAttempts"])

    def _give_up(self, record):
        kind = record[0]
        self._station.log("delivery: %s is given up after %d failures" % (_NAMES[kind], self._failed))
        _file_of(kind).given_up(self._station, record)
        self._begin()

    def _begin(self):
        self._failed = self._not_before = self._closed = 0
        self._doubt = self._due = None
        self._wary = False

    def connected(self):
        """A new connection: whatever the old one left unanswered is sent again at once."""
        self._no_use = False
        self._opened = self._heard()
        if self._wary:
            # A Heartbeat shows whether it is this message that ends connections, and is told in any case.
            self._others_first = self._station.clock.uptime() + _OTHERS_FIRST_MS
            self._station.registration.ask_soon()
        if self._doubt is not None:
            self._doubt = None
            self._not_before = 0
