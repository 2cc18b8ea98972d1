"""A connector's status, derived from its facts, and which changes are still to be sent.

A status is a tuple `(status, errorCode, info, vendorErrorCode)`.
"""

KEYS = """
MinimumStatusDuration RW 0..3600 0
"""

# Changes that wait for the wire; of more than these only the newest of each connector counts.
_EVENTS_MAX = 12

# What got no answer is told again after so long, then after twice as long, and so on. From the second failure on a
# connector's changes wait for that, and only the newest of them is told.
_RETRY_MS = 30000
_DOUBLINGS_MAX = 7
_PATIENT = 2

# OCPP 1.6 §4.9 with errata 3.20 (B6). For each status: which may follow it, by their numbers here, from 1; and by way
# of which it is told where it may not follow itself (None: it always may). Reserved follows Available only.
_STATUSES = (
    ("Available", "2345789", None), ("Preparing", "134569", "Finishing"), ("Charging", "145689", "Preparing"),
    ("SuspendedEV", "135689", "Preparing"), ("SuspendedEVSE", "134689", "Preparing"),
    ("Finishing", "1289", "Preparing"), ("Reserved", "1289", "Available"),
    ("Unavailable", "123459", "Finishing"), ("Faulted", "12345678", None),
)  # fmt: skip


def derive(connector):
    """A connector's status: the first line that fits, from facts alone (OCPP 1.6 §4.9)."""
    evse = connector.evse
    if evse.fault:
        code, vendor_code = evse.fault
        return ("Faulted", code, None, vendor_code)
    if connector.bolt.failed:
        # Without the bolt in nothing charges, and with a bolt that does not come out nobody else does.
        return ("Faulted", "ConnectorLockFailure", None, None)
    code, vendor = evse.warning or ("NoError", None)
    info = None
    if connector.transaction:
        status = _charging(connector)
        if not evse.connected:
            info = "EV side disconnected"
    elif not connector.operative or connector.blocked:
        status = "Unavailable"
    elif connector.reservation and not connector.claim and not connector.finished:
        status = "Reserved"
    elif connector.finished or (evse.connected and connector.waited_out):
        status = "Finishing"
        if connector.vehicle_left:
            info = "EV side disconnected"
    else:
        status = "Preparing" if evse.connected or connector.claim else "Available"
    if code == "ConnectorLockFailure" or (
        code == "EVCommunicationError" and status not in ("Preparing", "SuspendedEV", "SuspendedEVSE", "Finishing")
    ):
        # §4.9 allows EVCommunicationError with these only. A bolt that failed where it is needed is Faulted.
        code, vendor = "NoError", None
    return (status, code, info, vendor)


def _charging(connector) -> str:
    """The status while a transaction runs."""
    evse, limit_ma = connector.evse, connector.limit_ma()
    if not evse.connected:
        return "SuspendedEV"  # §4.9: with StopTransactionOnEVSideDisconnect false the transaction goes on
    early = not evse.contactor_closed and connector.early(limit_ma)
    if early:
        return early
    if limit_ma < evse.min_ma:
        return "SuspendedEVSE"
    if evse.contactor_closed:
        return "Charging"
    # A vehicle that asks in vain is not the one who suspends (§7.7, errata 3.55).
    return "SuspendedEVSE" if connector.refusing() or (evse.warning and evse.pilot_state in "CD") else "SuspendedEV"


def of_station(station):
    """The status of the station as a whole, connector 0; what stays until the next boot hides nothing else."""
    if station.fault:
        code, vendor_code = station.fault
        return ("Faulted", code, None, vendor_code)
    own = "Available" if station.operative else "Unavailable"
    if station.reader and station.reader.failed:
        return (own, "ReaderFailure", None, None)
    if station.authorization.conflict and station.config["LocalAuthListEnabled"]:
        return (own, "LocalListConflict", "idTag %s" % station.authorization.conflict, None)
    if station.outbox.sidecar.damaged:
        return (own, "InternalError", "%d damaged records set aside" % station.outbox.sidecar.damaged, "JournalDamaged")
    return (own, "NoError", None, None)


def between(before: str, after: str) -> "str | None":
    """The status to tell in between, where the table of §4.9 does not have the change; None where it has."""
    names = [name for name, _follow, _by_way_of in _STATUSES]
    to = names.index(after)
    _name, follow, _by_way_of = _STATUSES[names.index(before)]
    _name, _follow, by_way_of = _STATUSES[to]
    return None if before == after or str(to + 1) in follow else by_way_of


class _Report:
    """What is said of one connector."""

    def __init__(self):
        self.seen = None  # what the status is
        self.since = 0  # uptime in ms
        self.noted = None  # what is told or waits for the wire
        self.sent = None  # the status that went out last over this connection
        self.acknowledged = None  # what the central system is known to have heard last, None: not known
        self.failures = 0  # unanswered in a row
        self.again = None  # the uptime at which what was not acknowledged is told again

    def patient(self) -> bool:
        return self.failures >= _PATIENT and self.again is not None

    def retry_ms(self) -> int:
        return _RETRY_MS << min(self.failures - 1, _DOUBLINGS_MAX)


class Notifier:
    """Compares what is with what has been told, for connector 0 and every other.

    While offline nothing is noted: on reconnection only what is different from what the central
    system last acknowledged is told (OCPP 1.6 §4.9); after BootNotification, everything (errata 3.22).
    """

    def __init__(self, clock, config, count: int):
        self._clock = clock
        self._config = config
        self._reports = [_Report() for _ in range(count + 1)]
        self._events = []  # (connector, status tuple, stamp)
        self._online = False

    def current(self, connector_id: int):
        """The status tuple that was seen last."""
        return self._reports[connector_id].seen

    def look(self, connector_id: int, status):
        """Take in what the status is now."""
        now = self._clock.uptime()
        report = self._reports[connector_id]
        if status != report.seen:
            report.since = now - (self._minimum_ms() if report.seen is None else 0)
            report.seen = status
        if report.again is not None and now >= report.again:
            if status != report.acknowledged and not self._waits(connector_id):
                self._note(connector_id)
            report.again = None
        if self._online and status != report.noted and not report.patient():
            if now - report.since >= self._minimum_ms():
                self._note(connector_id)

    def next_due(self, latest: int) -> int:
        """The uptime in ms at which look() has something to do though nothing has changed by then, or `latest`."""
        for report in self._reports:
            if report.again is not None:
                latest = min(latest, report.again)
            if self._online and report.seen != report.noted and not report.patient():
                latest = min(latest, report.since + self._minimum_ms())
        return latest

    def _minimum_ms(self):
        return self._config["MinimumStatusDuration"] * 1000

    def _waits(self, connector_id):
        return any([of == connector_id for of, _status, _stamp in self._events])

    def _note(self, connector_id):
        report = self._reports[connector_id]
        if len(self._events) >= _EVENTS_MAX:
            self._forget(connector_id)
        self._events.append((connector_id, report.seen, self._clock.stamp()))
        report.noted = report.seen

    def _forget(self, connector_id):
        self._events = [(of, said, at) for of, said, at in self._events if of != connector_id]

    def online(self, everything: bool):
        """The central system listens (again)."""
        self._online = True
        del self._events[:]
        for connector_id, report in enumerate(self._reports):
            report.sent = report.again = None
            if everything:
                report.acknowledged = None
                report.failures = 0
            report.noted = report.acknowledged
            if report.seen is None or report.seen == report.noted:
                continue
            if report.failures < _PATIENT:
                self._note(connector_id)
            else:
                # A central system that goes down each time it is told must not be kept from the rest.
                report.again = self._clock.uptime() + report.retry_ms()

    def offline(self):
        """There is no connection, or no central system that would listen."""
        self._online = False
        del self._events[:]
        for report in self._reports:
            report.again = None

    def tell_again(self, connector_id: int):
        """Tell the current status though it has not changed (TriggerMessage)."""
        if self._reports[connector_id].seen is not None:
            self._note(connector_id)

    @property
    def waiting(self) -> bool:
        """Whether something is to be told now."""
        return bool(self._events)

    def due(self):
        """The oldest change not told yet, which goes out now, or None."""
        if not self._events:
            return None
        connector_id, (status, _code, _info, _vendor_code), stamp = self._events[0]
        report = self._reports[connector_id]
        middle = report.sent and between(report.sent, status)
        if middle:
            status = middle
            self._events.insert(0, (connector_id, (status, "NoError", None, None), stamp))
        report.sent = status
        return self._events[0]

    def told(self, event):
        """The central system has answered, be it with an error: it knows."""
        connector_id, status, _stamp = event
        report = self._reports[connector_id]
        report.acknowledged = status
        report.failures = 0
        report.again = None
        self._drop(event)

    def lost(self, event):
        """No answer came. The status is told again later, as it is then; nothing waits for that."""
        connector_id, _status, _stamp = event
        report = self._reports[connector_id]
        self._drop(event)
        report.failures += 1
        report.acknowledged = None  # it may have heard, or not
        if self._online:
            report.again = self._clock.uptime() + report.retry_ms()
            if report.patient():
                self._forget(connector_id)

    def _drop(self, event):
        if event in self._events:
            self._events.remove(event)
