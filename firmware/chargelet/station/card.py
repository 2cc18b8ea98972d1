"""What a card at the reader, or a remote request in its place, does."""

from ..base import heap, loading
from ..base.log import masked
from . import transaction
from .claim import Claim, admits, same

loading.seldom(__name__)


def swipe(station, id_tag: str, connector_id: "int | None" = None):
    """A card was presented: it stops its own transaction, opens its lock, or wants to charge (OCPP 1.6 §4.1).

    Raises ValueError when the connector does not exist, MemoryError when nothing has happened yet. `connector_id` None:
    one reader for all.
    """
    heap.need()
    if connector_id is not None and station.connector(connector_id) is None:
        raise ValueError("connector: %s is not one of 1 to %d" % (connector_id, len(station.connectors)))
    at = [c for c in station.connectors if connector_id in (None, c.id)]
    if _ends(station, at, id_tag):
        _tell(station, id_tag, "Accepted")
        return
    if station.reserved and not [c for c in at if c.transaction or c.open_to(id_tag)]:
        station.log("%s: all is reserved for others" % masked(id_tag))
        _tell(station, id_tag, "Reserved")
        return

    def decided(status, parent):
        accepted = status == "Accepted"
        outcome = "Offline" if status == "Invalid" and not station.authorization.online else status
        if parent and _of_group(station, at, id_tag, parent, status):
            outcome = "Accepted"
        elif accepted and not _claim(station, at, Claim(id_tag, parent, 0, connector_id is None)):
            outcome = "NoConnector"
        _tell(station, id_tag, outcome, accepted)

    group = not [c for c in at if c.usable and not c.claim and c.kept_for(id_tag)]
    # With one connector there is no doubt which one is not to be promised to others meanwhile.
    station.authorization.ask(id_tag, at[0].id if len(at) == 1 else None, decided, group)


def _ends(station, connectors, id_tag) -> bool:
    """Let an idTag end what it has begun at one of these connectors: its transaction, the wait of its cable in the
    bolt, or its claim. Whether there was any."""
    for connector in connectors:
        running = connector.transaction
        # The idTag that started it needs no Authorize to stop it (§4.1).
        if running and same(running.id_tag, id_tag):
            transaction.stop(station, connector, "Local", id_tag)
            return True
    for connector in connectors:
        # Also the one whose bolt has jammed after the transaction: another try is meant, not another transaction.
        if connector.bolt.owned_by(id_tag):
            connector.free_cable()
            return True
    for connector in connectors:
        if connector.claim and same(connector.claim.id_tag, id_tag):
            station.log("connector %d: %s presented again: never mind" % (connector.id, masked(id_tag)))
            connector.forget()
            return True
    return False


def _tell(station, id_tag, outcome, accepted=None):
    """Let the lights show what became of a card, and the page which one it was."""
    try:
        station.card = outcome == "Accepted" if accepted is None else accepted, station.clock.uptime()
        if station.seen is not None:
            from . import cards_seen

            station.seen = cards_seen.noted(station.seen, station.clock.stamp(), outcome, id_tag)
    except MemoryError:
        pass  # the card has done what it does: told again, it would begin what it has ended


def remote_start(station, id_tag: str, connector_id: "int | None", profile=None) -> bool:
    """RemoteStartTransaction (OCPP 1.6 §5.11), perhaps with a charging profile: whether it will be tried."""
    if not id_tag or not station.registration.accepted or station.resetting or station.outbox.full:
        return False
    anywhere = connector_id is None  # which one is ours to choose, and whoever plugs in says it better
    at = [c for c in station.connectors if connector_id in (None, c.id) and c.open_to(id_tag)]
    # Somebody was first where an answer is waited for, and will have it.
    at = [c for c in at if not station.authorization.asked(c.id)]
    connector = _choose(at, id_tag) if anywhere else at[0] if at else None
    if connector is None or not connector.usable or connector.claim:
        return False
    if profile:
        profile.connector = connector.id
        # Those that wait with their claims will take theirs first.
        waiting = [c for c in station.connectors if c.claim and c.claim.profile]
        if not station.profiles().room_for(profile, station.config["MaxChargingProfilesInstalled"] - len(waiting)):
            station.log("remote start: there is no room for its charging profile")
            return False

    def decided(status, parent):
        # Chosen anew: now it is known whose group it is, and others may have been quicker.
        return status == "Accepted" and _claim(station, at, Claim(id_tag, parent, 0, anywhere, profile))

    _status, parent = station.authorization.local(id_tag) or (None, None)
    # Whether it is of the group that the connector is reserved for, the central system has to say in any case (§5.13).
    if not station.config["AuthorizeRemoteTxRequests"] and connector.kept_for(id_tag, parent):
        return decided("Accepted", parent)
    station.authorization.ask(id_tag, connector.id, decided, not connector.kept_for(id_tag))
    return True


def remote_stop(station, transaction_id: int) -> bool:
    """RemoteStopTransaction (OCPP 1.6 §5.12): whether such a transaction runs. -1 is nobody's id."""
    for connector in station.connectors:
        running = connector.transaction
        if running and running.id == transaction_id and running.id != -1:
            transaction.stop(station, connector, "Remote")
            return True
    return False


def _claim(station, connectors, claim) -> bool:
    """An accepted idTag wants to charge at one of these connectors; whether there is one for it."""
    at = [c for c in connectors if c.kept_for(claim.id_tag, claim.parent_id_tag)]
    connector = _choose(at, claim.id_tag, claim.parent_id_tag) if claim.anywhere or not at else at[0]
    # Who was accepted first keeps it: nobody pays for a cable that somebody else plugs in.
    # And what would be forgotten with the reset that is under way is promised to nobody.
    if connector is None or not connector.usable or connector.claim or station.resetting:
        station.log("%s is accepted, but no connector is free" % masked(claim.id_tag))
        return False
    if _waiting(at) not in (None, connector):
        claim.anywhere = False  # what is plugged in elsewhere, beside a connector that is kept for them, is not theirs
    if claim.profile:
        claim.profile.connector = connector.id
    connector.present(claim)
    return True


def _of_group(station, connectors, id_tag, parent, status) -> bool:
    """Let a card of a group stop what another one of it has started (OCPP 1.6 §3.10), or open its bolt.

    Not while a vehicle waits at the same reader for somebody to pay, or a reservation for the card: it is for that one
    then. It might be a stranger's vehicle, but it was plugged in within ConnectionTimeOut (errata 3.20), by somebody
    who stands there, and where the card may start. A fleet or a family has one group: if their second card stopped the
    first session, a shared reader could serve one of them only.
    """
    if status not in ("Accepted", "ConcurrentTx"):
        return False
    if _waiting([c for c in connectors if c.kept_for(id_tag, parent)]):
        return False
    if station.reserved and station.reserving().any_for(connectors, id_tag, parent):
        return False
    for connector in connectors:
        running = connector.transaction
        if running and admits(running, id_tag, parent):
            transaction.stop(station, connector, "Local", id_tag)
            return True
        if connector.bolt.owned_by(id_tag, parent):
            connector.free_cable()
            return True
    return False


def _waiting(connectors):
    for connector in connectors:
        if connector.waiting:
            return connector
    return None


def _choose(connectors, id_tag, parent=None):
    """The connector that somebody without a choice means: the one kept for them, or where a vehicle waits, or a free
    one."""
    for connector in connectors:
        if connector.reservation and connector.usable and not connector.claim and connector.kept_for(id_tag, parent):
            return connector
    best = _waiting(connectors)
    if best is None:
        for connector in connectors:
            if connector.free:
                return connector
    if best is None:
        # Only one place, and the same vehicle: a new transaction with the plug still in (F2).
        plugged = [c for c in connectors if c.usable and c.evse.connected and not c.claim]
        best = plugged[0] if len(plugged) == 1 and len(connectors) == 1 else None
    return best


def follow_the_cable(station):
    """A card, or a remote start without a connector, was accepted for a free one, and the cable went into another:
    that one is meant."""
    for connector in station.connectors:
        claim = connector.claim
        if claim and claim.anywhere and not connector.evse.connected:
            other = _waiting([c for c in station.connectors if c.kept_for(claim.id_tag, claim.parent_id_tag)])
            if other:
                claim.anywhere = False
                if claim.profile:
                    claim.profile.connector = other.id
                other.present(claim)
                connector.forget()
