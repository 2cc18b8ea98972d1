"""Knows how a transaction begins and ends on a connector. Knows no payloads and no queue's insides."""

from ..ground.log import ERROR
from . import metering

KEYS = """
ConnectionTimeOut RW 0..86400 60
MaxEnergyOnInvalidId RW 0..1000000 0
StopTransactionOnEVSideDisconnect RW bool true
StopTransactionOnInvalidId RW bool true
"""

# The key of a station without any lock always says false (errata 3.84).
LOCK = "UnlockConnectorOnEVSideDisconnect RW bool true"
NO_LOCK = "UnlockConnectorOnEVSideDisconnect R bool false"


class Transaction:
    """A running one. `number` is our own; `id` is None until StartTransaction.conf, -1 when that was given up."""

    def __init__(self, number: int, id_tag: str, parent_id_tag, uptime: int, began: int):
        self.number = number
        self.id_tag = id_tag
        self.parent_id_tag = parent_id_tag
        self.started = uptime  # ms
        self.began = began  # the stamp of the start
        self.id = None
        self.authorized = True
        self.grace_wh = None  # the register up to which an invalidated idTag may still charge
        self.charged = False  # whether the contactor has been closed for it
        self.suspended = False  # whether any status but Preparing has been seen of it
        self.interval = 0  # ms between samples, and how many of them have passed
        self.samples = 0
        self.interrupted = False
        self.offered = 0  # values for the StopTransaction: how many there have been, every which is kept, how many are
        self.stride = 1
        self.kept = 0


def start(station, connector):
    """Begin the transaction that the connector's authorized idTag is for (OCPP 1.6 §4.8)."""
    wh = connector.evse.meter.energy_wh()
    claim = connector.claim
    id_tag, parent_id_tag, profile = claim.id_tag, claim.parent_id_tag, claim.profile
    connector.forget()
    if profile and not station.profiles().room_for(profile, station.config["MaxChargingProfilesInstalled"]):
        station.log("connector %d: no transaction starts: no room for its charging profile" % connector.id, ERROR)
        return
    reservation_id = station.reserving().use(connector, id_tag, parent_id_tag) if station.reserved else None
    station.registers.save()
    begin = metering.edge(station, connector)
    stamp = station.clock.stamp()
    try:
        number = station.outbox.start(connector.id, stamp, id_tag, wh, reservation_id, parent_id_tag, begin)
    except OSError as error:
        station.log("connector %d: no transaction starts: flash says %s" % (connector.id, error), ERROR)
        return
    # Only now may current flow: what is recorded comes before what it permits.
    connector.begin(Transaction(number, id_tag, parent_id_tag, station.clock.uptime(), stamp))
    if profile:
        profile.number = number
        station.profiles().apply(profile)
    station.log("connector %d: transaction of %s starts at %d Wh" % (connector.id, id_tag, wh))


def stop(station, connector, reason: str, id_tag: "str | None" = None):
    """End the running transaction (OCPP 1.6 §4.10) with one of the Reasons of §7.36."""
    transaction = connector.transaction
    if transaction is None:
        return
    evse = connector.evse
    evse.offer(0)
    wh = evse.meter.energy_wh()
    station.registers.save()
    end = metering.edge(station, connector)
    left = reason == "EVDisconnected"
    if reason == "DeAuthorized" or (left and not station.config["UnlockConnectorOnEVSideDisconnect"]):
        # Before the end is durable: in doubt the cable waits for its owner, not for ever.
        connector.bolt.keep(transaction.id_tag, transaction.parent_id_tag)
    station.outbox.stop(connector.id, transaction.number, station.clock.stamp(), wh, reason, id_tag, end)
    connector.end(left)
    station.log("connector %d: transaction ends at %d Wh: %s" % (connector.id, wh, reason))


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


def after_power_cut(station):
    """End what a power cut has interrupted, or, where the board allows it, see first whether the vehicle is there."""
    for connector_id, number in station.outbox.interrupted().items():
        connector = station.connector(connector_id)
        if connector and station.resumes and station.outbox.note_of(connector_id, number):
            connector.interrupt(number)
        else:
            _end_interrupted(station, connector_id, number)


def _end_interrupted(station, connector_id, number):
    """With the register's last saved value (OCPP 1.6 §7.36, PowerLoss)."""
    connector = station.connector(connector_id)
    wh = connector.evse.meter.energy_wh() if connector else 0
    station.log("connector %d: the power failed in a transaction; it ends at %d Wh" % (connector_id, wh))
    end = metering.last_register(station, wh)
    station.outbox.stop(connector_id, number, station.clock.stamp(), wh, "PowerLoss", None, end)
    if connector:
        connector.end(False)


def _resume(station, connector):
    """The vehicle is there after the power cut: its transaction goes on. Not there, or not usable: it ends."""
    number = connector.interrupted
    if not connector.evse.connected or connector.evse.fault or not connector.operative:
        if connector.looking() and not connector.evse.fault:
            return
        _end_interrupted(station, connector.id, number)
        return
    known = station.outbox.note_of(connector.id, number)
    uptime = station.clock.uptime()
    transaction = Transaction(number, known["tag"], known["parent"], uptime, known["stamp"])
    transaction.id = known["id"]
    transaction.authorized = known["accepted"] or not station.config["StopTransactionOnInvalidId"]
    transaction.kept = station.outbox.kept(connector.id, number)
    connector.begin(transaction)
    station.log("connector %d: the transaction of %s goes on after a power cut" % (connector.id, known["tag"]))
    if not known["accepted"]:
        transaction.grace_wh = connector.evse.meter.energy_wh()
    if station.config["MeterValueSampleInterval"]:
        names = station.config["MeterValuesSampledData"]
        metering.tell(station, connector, station.clock.stamp(), "Interruption.End", names)


def step(station, connector):
    """Start what is ready to start, and offer what may be drawn."""
    evse = connector.evse
    if connector.interrupted is not None:
        _resume(station, connector)
    if connector.transaction is None:
        evse.offer(0)
        if connector.claim and connector.usable and evse.connected and not station.resetting:
            if station.outbox.full:
                station.log("connector %d: no new transaction, the outbox is full" % connector.id)
                connector.forget()
            elif evse.contactor_closed:
                pass  # what flows still belongs to the transaction before
            elif connector.finished:
                # Preparing comes in between, and is seen (OCPP 1.6 §4.9, F2).
                connector.again()
            elif not evse.has_lock or evse.locked:
                start(station, connector)
        return
    if not evse.connected and station.config["StopTransactionOnEVSideDisconnect"]:
        stop(station, connector, "EVDisconnected")
        return
    if connector.transaction.grace_wh is not None:
        _invalidate(station, connector)
    evse.offer(connector.limit_ma())
