"""Knows what a card at the reader, or a remote request in its place, means. Knows no payloads."""

from . import transaction
from .transaction import kept_for, same


def swipe(station, id_tag: str, connector_id: "int | None" = None):
    """A card was presented: it stops its own transaction, opens its lock, or wants to charge (OCPP 1.6 §4.1).

    Raises ValueError when the connector does not exist. `connector_id` None: one reader for all.
    """
    if connector_id is not None and station.connector(connector_id) is None:
        raise ValueError("connector: %s is not one of 1 to %d" % (connector_id, len(station.connectors)))
    at = [c for c in station.connectors if connector_id in (None, c.id)]
    for connector in at:
        running = connector.transaction
        # The idTag that started it needs no Authorize to stop it (§4.1).
        if running and same(running.id_tag, id_tag):
            transaction.stop(station, connector, "Local", id_tag)
            _tell(station, True)
            return
    for connector in at:
        if connector.keep_locked_for and same(connector.keep_locked_for[0], id_tag):
            connector.release = True
            _tell(station, True)
            return
    for connector in at:
        if connector.id_tag and same(connector.id_tag, id_tag):
            station.log("connector %d: %s presented again: never mind" % (connector.id, id_tag))
            connector.forget()
            _tell(station, True)
            return
    if station.reserved and not [c for c in at if c.transaction or _open_to(c, id_tag)]:
        station.log("%s: all is reserved for others" % id_tag)
        _tell(station, False)
        return
    station.authorization.ask(id_tag, connector_id, _decided(station, id_tag, connector_id, False))


def _tell(station, accepted):
    """Let the lights show what became of a card."""
    station.card = accepted, station.clock.uptime()


def _open_to(connector, id_tag) -> bool:
    """Whether somebody may start here, as far as that is known without a parentIdTag."""
    return connector.held is None or same(connector.held[3], id_tag) or connector.held[4] is not None


def remote_start(station, id_tag: str, connector_id: "int | None", profile=None) -> bool:
    """RemoteStartTransaction (OCPP 1.6 §5.11), perhaps with a charging profile: whether it will be tried."""
    if not station.registration.accepted or station.resetting:
        return False
    if connector_id is None:
        connector = _choose([c for c in station.connectors if _open_to(c, id_tag)], id_tag)
    else:
        connector = station.connector(connector_id)
    if connector is None or not connector.usable or connector.id_tag or not _open_to(connector, id_tag):
        return False
    if profile:
        profile.connector = connector.id
    if station.config["AuthorizeRemoteTxRequests"]:
        station.authorization.ask(id_tag, connector.id, _decided(station, id_tag, connector.id, True, profile))
    else:
        parent = (station.authorization.local(id_tag) or (None, None))[1]
        if not kept_for(connector, id_tag, parent):
            return False
        connector.present(id_tag, parent)
        connector.profile = profile
    return True


def remote_stop(station, transaction_id: int) -> bool:
    """RemoteStopTransaction (OCPP 1.6 §5.12): whether such a transaction runs. -1 is nobody's id."""
    for connector in station.connectors:
        running = connector.transaction
        if running and running.id == transaction_id and running.id != -1:
            transaction.stop(station, connector, "Remote")
            return True
    return False


def _decided(station, id_tag, connector_id, remote, profile=None):
    return lambda status, parent: _act(station, id_tag, connector_id, remote, profile, status, parent)


def _act(station, id_tag, connector_id, remote, profile, status, parent):
    """The answer about an idTag is there."""
    if not remote:
        _tell(station, status == "Accepted")
    at = [c for c in station.connectors if connector_id in (None, c.id)]
    if parent and not remote:
        held = _of_group(at, parent)
        if held and (status == "Accepted" or status == "ConcurrentTx") and not _waiting(at):
            if held.transaction:
                # A card of the same group stops what another has started (§3.10).
                transaction.stop(station, held, "Local", id_tag)
            else:
                held.release = True
            return
    if status != "Accepted":
        return
    at = [c for c in at if kept_for(c, id_tag, parent)]
    connector = _choose(at, id_tag, parent) if connector_id is None or not at else at[0]
    if connector is None or not connector.usable:
        station.log("%s is accepted, but no connector is free" % id_tag)
        return
    connector.present(id_tag, parent, anywhere=connector_id is None)
    connector.profile = profile


def _of_group(connectors, parent):
    for connector in connectors:
        running = connector.transaction
        if running and same(running.parent_id_tag, parent):
            return connector
        if connector.keep_locked_for and same(connector.keep_locked_for[1], parent):
            return connector
    return None


def _waiting(connectors):
    for connector in connectors:
        if connector.waiting:
            return connector
    return None


def _choose(connectors, id_tag, parent=None):
    """The connector that somebody without a choice means: the one kept for them, or where a vehicle waits, or a free
    one."""
    for connector in connectors:
        if connector.held and connector.usable and not connector.id_tag and kept_for(connector, id_tag, parent):
            return connector
    best = _waiting(connectors)
    if best is None:
        for connector in connectors:
            if connector.free:
                return connector
    if best is None:
        # Only one place, and the same vehicle: a new transaction with the plug still in (F2).
        plugged = [c for c in connectors if c.usable and c.evse.connected and not c.id_tag]
        best = plugged[0] if len(plugged) == 1 and len(connectors) == 1 else None
    return best


def follow_the_cable(station):
    """A card was accepted for one free connector, and the cable went into another: that one is meant."""
    for connector in station.connectors:
        if connector.id_tag and connector.anywhere and not connector.evse.connected:
            tags = connector.id_tag, connector.parent_id_tag
            other = _waiting([c for c in station.connectors if kept_for(c, *tags)])
            if other:
                other.present(connector.id_tag, connector.parent_id_tag, connector.reservation_id)
                connector.forget()
