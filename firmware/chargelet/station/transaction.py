"""Knows how a transaction begins and ends on a connector. Knows no payloads and no queue's insides."""

KEYS = (
    ("ConnectionTimeOut", "RW", (0, None), 60),
    ("MaxEnergyOnInvalidId", "RW", (0, None), 0),
    ("StopTransactionOnEVSideDisconnect", "RW", bool, True),
    ("StopTransactionOnInvalidId", "RW", bool, True),
    ("UnlockConnectorOnEVSideDisconnect", "RW", bool, True),
)

# The key of a station without any lock: it always says false (errata 3.84).
FIXED_CABLE = ("UnlockConnectorOnEVSideDisconnect", "R", bool, False)


class Transaction:
    """A running one. `number` is our own; `id` is None until StartTransaction.conf, -1 when that was given up."""

    def __init__(self, number: int, id_tag: str, parent_id_tag, uptime: int):
        self.number = number
        self.id_tag = id_tag
        self.parent_id_tag = parent_id_tag
        self.started = uptime  # ms
        self.id = None
        self.authorized = True
        self.grace_wh = None  # the register up to which an invalidated idTag may still charge
        self.charged = False  # whether the contactor has been closed for it
        self.interval = 0  # ms between samples, and how many of them have passed
        self.samples = 0


def same(id_tag: "str | None", other: "str | None") -> bool:
    """Whether two idTags are the same: they are case-insensitive (OCPP 1.6 §7.28, errata 3.74)."""
    return id_tag is not None and other is not None and id_tag.lower() == other.lower()


def start(station, connector):
    """Begin the transaction that the connector's authorized idTag is for (OCPP 1.6 §4.8)."""
    evse = connector.evse
    wh = evse.meter.energy_wh()
    id_tag, parent_id_tag, reservation_id = connector.id_tag, connector.parent_id_tag, connector.reservation_id
    connector.forget()
    station.save_registers()
    try:
        number = station.outbox.start(connector.id, station.clock.stamp(), id_tag, wh, reservation_id, parent_id_tag)
    except OSError as error:
        station.log("connector %d: no transaction starts: flash says %s" % (connector.id, error))
        return
    # Only now may current flow: what is recorded comes before what it permits.
    connector.finished = connector.unplugged_stop = connector.waited_out = False
    connector.transaction = Transaction(number, id_tag, parent_id_tag, station.clock.uptime())
    station.log("connector %d: transaction of %s starts at %d Wh" % (connector.id, id_tag, wh))


def stop(station, connector, reason: str, id_tag: "str | None" = None):
    """End the running transaction (OCPP 1.6 §4.10) with one of the Reasons of §7.36."""
    transaction = connector.transaction
    if transaction is None:
        return
    evse = connector.evse
    evse.offer(0)
    wh = evse.meter.energy_wh()
    station.save_registers()
    station.outbox.stop(connector.id, transaction.number, station.clock.stamp(), wh, reason, id_tag)
    connector.transaction = None
    connector.finished = True
    connector.unplugged_stop = reason == "EVDisconnected"
    station.log("connector %d: transaction ends at %d Wh: %s" % (connector.id, wh, reason))
    keep = (reason == "EVDisconnected" and not station.config["UnlockConnectorOnEVSideDisconnect"]) or (
        reason == "DeAuthorized"
    )
    if keep and evse.has_lock:
        connector.keep_locked_for = (transaction.id_tag, transaction.parent_id_tag)
    else:
        connector.release = True
    if connector.scheduled is not None:
        station.set_operative(connector, connector.scheduled)


def started(station, connector_id: int, number: int, transaction_id: int, status: str, parent_id_tag: "str | None"):
    """StartTransaction.conf has come; if the transaction still runs, what it says is obeyed (errata 3.17)."""
    connector = station.connector(connector_id)
    transaction = connector.transaction if connector else None
    if transaction is None or transaction.number != number:
        return
    transaction.id = transaction_id
    if parent_id_tag:
        transaction.parent_id_tag = parent_id_tag
    if status == "Accepted":
        return
    station.log("connector %d: %s is %s" % (connector_id, transaction.id_tag, status))
    # As much energy as lets the driver get away, where the operator grants it (errata 3.17).
    transaction.grace_wh = connector.evse.meter.energy_wh() + station.config["MaxEnergyOnInvalidId"]
    _invalidate(station, connector)


def _invalidate(station, connector):
    """The idTag is not accepted: once its grace is used up, stop, or only stop the energy."""
    transaction = connector.transaction
    if connector.evse.meter.energy_wh() < transaction.grace_wh:
        return
    transaction.grace_wh = None
    if station.config["StopTransactionOnInvalidId"]:
        stop(station, connector, "DeAuthorized")
    else:
        transaction.authorized = False


def end_interrupted(station):
    """End what a power cut has interrupted, with the register's last saved value (OCPP 1.6 §7.36, PowerLoss)."""
    for connector_id, number in station.outbox.interrupted().items():
        connector = station.connector(connector_id)
        wh = connector.evse.meter.energy_wh() if connector else 0
        station.log("connector %d: the power failed in a transaction; it ends at %d Wh" % (connector_id, wh))
        station.outbox.stop(connector_id, number, station.clock.stamp(), wh, "PowerLoss", None)
        if connector:
            connector.finished = True
            connector.release = True


def step(station, connector):
    """Start what is ready to start, and offer what may be drawn."""
    evse = connector.evse
    if connector.transaction is None:
        evse.offer(0)
        if connector.id_tag and connector.usable and evse.connected and not station.resetting:
            if station.outbox.full:
                station.log("connector %d: no new transaction, the outbox is full" % connector.id)
                connector.forget()
            elif not evse.has_lock or evse.locked or evse.lock():
                start(station, connector)
        return
    if not evse.connected and not evse.fault and station.config["StopTransactionOnEVSideDisconnect"]:
        stop(station, connector, "EVDisconnected")
        return
    if connector.transaction.grace_wh is not None:
        _invalidate(station, connector)
    evse.offer(connector.limit_ma())
