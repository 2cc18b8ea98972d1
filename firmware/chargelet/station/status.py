"""Knows how a connector's status follows from its facts, and which changes are still to be told.

Knows no payloads. A status is a tuple `(status, errorCode, info, vendorErrorCode)`.
"""

KEYS = """
MinimumStatusDuration RW 0.. 0
"""

# Changes that wait for the wire; of more than these only the newest of each connector counts.
_EVENTS_MOST = 12
_RETRY_MS = 30000


def derive(connector, station_operative: bool = True):
    """A connector's status: the first line that fits, from facts alone (OCPP 1.6 §4.9)."""
    evse = connector.evse
    if evse.fault:
        return ("Faulted", evse.fault[0], None, evse.fault[1])
    code, vendor = evse.warning or ("NoError", None)
    transaction = connector.transaction
    info = None
    if transaction:
        limit_ma = connector.limit_ma()
        if not evse.connected:
            # OCPP 1.6 §4.9: with StopTransactionOnEVSideDisconnect false the transaction goes on.
            status, info = "SuspendedEV", "EV side disconnected"
        elif connector.starting(limit_ma) and not evse.contactor_closed:
            status = "Preparing"
        elif limit_ma < 6000:
            status = "SuspendedEVSE"
        elif evse.contactor_closed:
            status = "Charging"
        else:
            status = "SuspendedEV"
    elif not connector.operative or connector.blocked:
        status = "Unavailable"
    elif connector.held and not connector.id_tag and not connector.finished:
        status = "Reserved"
    elif not evse.connected and not connector.finished:
        status = "Preparing" if connector.id_tag else "Available"
    elif connector.finished or connector.waited_out:
        status = "Finishing"
        if connector.unplugged_stop:
            info = "EV side disconnected"
    else:
        status = "Preparing"
    if code == "EVCommunicationError" and status not in ("Preparing", "SuspendedEV", "SuspendedEVSE", "Finishing"):
        code, vendor = "NoError", None  # §4.9 allows it with these only
    return (status, code, info, vendor)


class Notifier:
    """Compares what is with what has been told, for connector 0 and every other.

    While offline nothing is noted: on reconnection only what is different from what the central
    system last acknowledged is told (OCPP 1.6 §4.9); after BootNotification, everything (errata 3.22).
    """

    def __init__(self, clock, config, count: int):
        self._clock = clock
        self._config = config
        self._told = [None] * (count + 1)
        self._noted = [None] * (count + 1)
        self._seen = [None] * (count + 1)
        self._since = [0] * (count + 1)
        self._events = []  # (connector, status tuple, stamp)
        self._online = False
        self._again = [None] * (count + 1)  # uptime at which a change that got no answer is told again

    def current(self, connector_id: int):
        """The status tuple that was seen last."""
        return self._seen[connector_id]

    def look(self, connector_id: int, status):
        """Take in what the status is now."""
        now = self._clock.uptime()
        if status != self._seen[connector_id]:
            first = self._seen[connector_id] is None
            self._seen[connector_id] = status
            self._since[connector_id] = now - (self._minimum_ms() if first else 0)
        again = self._again[connector_id]
        if again is not None and now >= again:
            self._again[connector_id] = None
            self._note(connector_id)
        if self._online and status != self._noted[connector_id]:
            if now - self._since[connector_id] >= self._minimum_ms():
                self._note(connector_id)

    def _minimum_ms(self):
        return self._config["MinimumStatusDuration"] * 1000

    def _note(self, connector_id):
        self._noted[connector_id] = self._seen[connector_id]
        self._again[connector_id] = None
        if len(self._events) >= _EVENTS_MOST:
            self._events = [event for event in self._events if event[0] != connector_id]
        self._events.append((connector_id, self._seen[connector_id], self._clock.stamp()))

    def online(self, everything: bool):
        """The central system listens (again)."""
        self._online = True
        del self._events[:]
        for connector_id, seen in enumerate(self._seen):
            self._again[connector_id] = None
            self._noted[connector_id] = None if everything else self._told[connector_id]
            if seen is not None and seen != self._noted[connector_id]:
                self._note(connector_id)

    def offline(self):
        self._online = False
        del self._events[:]
        self._again = [None] * len(self._told)

    def tell_again(self, connector_id: int):
        """Tell the current status though it has not changed (TriggerMessage)."""
        if self._seen[connector_id] is not None:
            self._note(connector_id)

    def due(self):
        """The oldest change not told yet, or None."""
        return self._events[0] if self._events else None

    def told(self, event):
        """The central system has answered, be it with an error: it knows."""
        self._told[event[0]] = event[1]
        self._drop(event)

    def lost(self, event):
        """No answer came: told once more later, unless something newer has been; nothing waits for it."""
        self._drop(event)
        if self._online and self._told[event[0]] != event[1]:
            self._told[event[0]] = event[1]  # not a third time
            self._again[event[0]] = self._clock.uptime() + _RETRY_MS

    def _drop(self, event):
        if event in self._events:
            self._events.remove(event)
