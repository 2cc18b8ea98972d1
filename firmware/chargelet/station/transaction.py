"""How a transaction begins and ends on a connector."""

from ..base import heap
from ..base.log import ERROR, masked
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


# How long an end waits for the contactor to open and the meter to come to rest. The longest way is a vehicle that does
# not stop drawing, a contactor that is slow, and a meter that answers the second time.
_LEAVE_MS = 12000
# And on a supply's reserve.
_RESERVE_MS = 500
# How often it is looked at meanwhile: a meter's coming to rest is no fact of the EVSE.
_SETTLE_MS = 50


class Transaction:
    """A running one. `number` is our own; `id` is None until StartTransaction.conf, -1 when that was given up."""

    def __init__(self, number: int, id_tag: str, parent_id_tag, uptime: int, began: int, frame):
        self.number = number
        self.id_tag = id_tag
        self.parent_id_tag = parent_id_tag
        self.started = uptime  # ms
        self.began = began  # the stamp of the start
        self.frame = frame  # of the clock: its stamps are in order and their distances true, whatever sets the clock
        self.latest = 0  # its newest stamp since the boot
        self.id = None
        self.authorized = True
        self.grace_wh = None  # the register up to which an invalidated idTag may still charge
        self.profile = None  # the charging profile that it began with, until it is in force
        self.charged = False  # whether the contactor has been closed for it
        self.suspended = False  # whether any status but Preparing has been seen of it
        self.interval = 0  # ms between samples, and how many of them have passed
        self.samples = 0
        self.interrupted = False
        self.series = {}  # context of values for the StopTransaction → metering.Series
        self.reason = self.stopped_by = None  # why it ends, and whose idTag said so
        self.wait_until = 0  # the uptime in ms by which it has ended, whatever contactor and meter do


def start(station, connector):
    """Begin the transaction that the connector's authorized idTag is for (OCPP 1.6 §4.8). Raises MemoryError: then
    nothing has happened yet."""
    from . import samples

    claim = connector.claim
    id_tag, parent_id_tag, profile = claim.id_tag, claim.parent_id_tag, claim.profile
    room = not profile or station.profiles().room_for(profile, station.config["MaxChargingProfilesInstalled"])
    heap.need()
    wh = station.energy_registers.begin_wh(connector)
    if not room:
        connector.forget()
        station.log("connector %d: no transaction starts: no room for its charging profile" % connector.id, ERROR)
        return
    if station.reserved and claim.reservation_id is None:
        claim.reservation_id = station.reserving().use(connector, id_tag, parent_id_tag)
    station.energy_registers.begin(connector)
    begin = samples.edge(station, connector, wh)
    clock = station.clock
    stamp = clock.stamp()
    transaction = Transaction(0, id_tag, parent_id_tag, clock.uptime(), stamp, clock.frame)
    try:
        number = station.outbox.start(connector.id, stamp, id_tag, wh, claim.reservation_id, parent_id_tag, begin)
    except OSError as error:
        connector.forget()
        station.log("connector %d: no transaction starts: flash says %s" % (connector.id, error), ERROR)
        return
    # Only now may current flow: what is recorded comes before what it permits.
    transaction.number, transaction.profile = number, profile
    connector.begin(transaction)
    metering.forget_moment(station, connector)
    station.log("connector %d: transaction of %s starts at %d Wh" % (connector.id, masked(id_tag), wh))


def stop(station, connector, reason: str, id_tag: "str | None" = None):
    """End the running transaction (OCPP 1.6 §4.10) with one of the Reasons of §7.36.

    Nothing is offered from now on, and for its driver it is over. Its end is recorded once its energy can't change any
    more. Raises MemoryError: then nothing has happened yet.
    """
    transaction = connector.transaction
    if transaction is None:
        return
    # No question for memory: nothing has changed before the last of what takes some, and whoever lets several end, or
    # one in the midst of something else, is not stopped half way.
    evse = connector.evse
    evse.offer(0)
    wait_ms = _LEAVE_MS
    if reason == "PowerLoss":
        # What the supply has in reserve is not for a vehicle's manners.
        evse.open_contactor()
        wait_ms = _RESERVE_MS
    left = reason == "EVDisconnected"
    keep = reason == "DeAuthorized" or (left and not station.config["UnlockConnectorOnEVSideDisconnect"])
    if keep and not station.authorization.free(transaction.id_tag):  # who has no card could not open it
        # Before the end is durable: in doubt the cable waits for its owner, not for ever.
        connector.bolt.keep(transaction.id_tag, transaction.parent_id_tag)
    transaction.reason, transaction.stopped_by = reason, id_tag
    transaction.wait_until = station.clock.uptime() + wait_ms
    connector.end(not evse.connected)
    try:
        _end(station, connector)
    except MemoryError:
        pass  # step() records it


def _end(station, connector, now: bool = False):
    """Record the end of what is ending, if its register stands still, or has had its time to."""
    transaction, evse = connector.ending, connector.evse
    if not now and (evse.contactor_closed or not evse.meter.settled()):
        if station.clock.uptime() < transaction.wait_until:
            return
        doubt = "the contactor is closed" if evse.contactor_closed else "its meter does not answer"
        station.log("connector %d: the transaction ends all the same: %s" % (connector.id, doubt), ERROR)
    from . import samples

    if transaction.reason != "PowerLoss":
        heap.need()
    wh = evse.meter.energy_wh()
    end = samples.edge(station, connector, wh)
    stamp = station.clock.stamp_in(transaction.frame)
    station.energy_registers.end(connector.id, wh)
    station.outbox.stop(
        connector.id, transaction.number, stamp, wh, transaction.reason, transaction.stopped_by, end
    )  # fmt: skip
    connector.ended()
    station.log("connector %d: transaction ends at %d Wh: %s" % (connector.id, wh, transaction.reason))


def end_now(station):
    """End at once what is still ending, because the board resets."""
    for connector in station.connectors:
        if connector.ending:
            _end(station, connector, True)


def due(station, connector, latest: int) -> int:
    """The uptime in ms at which step() has something to do that no fact of the EVSE tells, `latest` at the latest."""
    waits = connector.ending or connector.interrupted or (connector.claim and not connector.evse.meter.known)
    return min(latest, station.clock.uptime() + _SETTLE_MS) if waits else latest


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
    station.log("connector %d: %s is %s" % (connector_id, masked(transaction.id_tag), status))
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


def step(station, connector) -> bool:
    """Start what is ready to start, and offer what may be drawn; whether one has started or its end is recorded, which
    is work enough for a step."""
    evse = connector.evse
    if connector.ending:
        _end(station, connector)
        if not connector.ending:
            evse.offer(connector.limit_ma())
            return True
    if connector.transaction is None:
        evse.offer(0)
        if connector.claim and connector.usable and evse.connected and not station.resetting:
            if station.outbox.full:
                station.log("connector %d: no new transaction, the outbox is full" % connector.id)
                station.security.note("MemoryExhaustion", "flash")
                connector.forget()
            elif connector.ending or evse.contactor_closed or not _heard(station, connector):
                pass  # what flows still belongs to the one before, or nobody knows where this one begins
            elif connector.finished:
                # Preparing comes in between, and is seen (OCPP 1.6 §4.9, F2).
                connector.again()
            elif not evse.has_lock or evse.locked:
                start(station, connector)
                return True
        return False
    free = station.authorization.free
    if not evse.connected and (
        station.config["StopTransactionOnEVSideDisconnect"] or free(connector.transaction.id_tag)
    ):
        stop(station, connector, "EVDisconnected")
        return True
    profile = connector.transaction.profile
    if profile:  # before anything is offered
        profile.number = connector.transaction.number
        station.profiles().apply(profile)
        connector.transaction.profile = None
        return True
    if connector.transaction.grace_wh is not None:
        _invalidate(station, connector)
    evse.offer(connector.limit_ma())
    return False


def _heard(station, connector) -> bool:
    """Whether the meter's register is known: nothing starts before. Until then the claim waits, as for a vehicle."""
    known = connector.evse.meter.known
    if not known and not connector.claim.unheard:
        connector.claim.unheard = True
        station.log("connector %d: nothing starts before its meter has been heard" % connector.id, ERROR)
    return known
