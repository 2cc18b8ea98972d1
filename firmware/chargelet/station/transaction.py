"""Knows how a transaction begins and ends on a connector. Knows no payloads and no queue's insides."""

from . import outbox

KEYS = (
    ("ConnectionTimeOut", "RW", (0, None), 60),
    ("StopTransactionOnEVSideDisconnect", "RW", bool, True),
    ("StopTransactionOnInvalidId", "RW", bool, True),
    ("UnlockConnectorOnEVSideDisconnect", "RW", bool, True),
)

# The key of a station without any lock: it always says false (errata 3.84).
FIXED_CABLE = ("UnlockConnectorOnEVSideDisconnect", "R", bool, False)


class Transaction:
    """One transaction. `id` is None until StartTransaction.conf, and -1 when that was given up."""

    def __init__(self, connector_id: int, id_tag: str, parent_id_tag, reservation_id, meter_start: int, uptime: int):
        self.connector_id = connector_id
        self.id_tag = id_tag
        self.parent_id_tag = parent_id_tag
        self.reservation_id = reservation_id
        self.meter_start = meter_start  # Wh
        self.started = uptime  # ms
        self.id = None
        self.authorized = True
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
    transaction = Transaction(
        connector.id,
        connector.id_tag,
        connector.parent_id_tag,
        connector.reservation_id,
        wh,
        station.clock.uptime(),
    )
    connector.forget()
    connector.finished = connector.unplugged_stop = connector.waited_out = False
    station.save_registers()
    station.outbox.put((outbox.START, transaction, station.clock.stamp()))
    # Only now may current flow: what is recorded comes before what it permits.
    connector.transaction = transaction
    station.log("connector %d: transaction of %s starts at %d Wh" % (connector.id, transaction.id_tag, wh))


def stop(station, connector, reason: str, id_tag: "str | None" = None):
    """End the running transaction (OCPP 1.6 §4.10) with one of the Reasons of §7.36."""
    transaction = connector.transaction
    if transaction is None:
        return
    evse = connector.evse
    evse.offer(0)
    wh = evse.meter.energy_wh()
    station.save_registers()
    station.outbox.put((outbox.STOP, transaction, station.clock.stamp(), wh, reason, id_tag))
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


def started(station, transaction, transaction_id: int, status: str, parent_id_tag: "str | None"):
    """StartTransaction.conf has come; what it says of the idTag is obeyed (errata 3.17)."""
    transaction.id = transaction_id
    if parent_id_tag:
        transaction.parent_id_tag = parent_id_tag
    if status == "Accepted":
        return
    for connector in station.connectors:
        if connector.transaction is transaction:
            station.log("connector %d: %s is %s" % (connector.id, transaction.id_tag, status))
            if station.config["StopTransactionOnInvalidId"]:
                stop(station, connector, "DeAuthorized")
            else:
                transaction.authorized = False


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
    evse.offer(connector.limit_ma())
