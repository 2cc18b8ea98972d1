"""How a connector is unlocked when the central system asks (OCPP 1.6 §5.18)."""

from ..base import loading
from . import transaction

loading.seldom(__name__)

# What it waits for: a contactor that opens, then a bolt that moves, tries included.
_OPEN_MS = 10000
_BOLT_MS = 6000


def unlock(station, connector_id: int):
    """UnlockConnector: a function that says Unlocked, UnlockFailed, NotSupported or None yet."""
    connector = station.connector(connector_id)
    if connector is None or not connector.evse.has_lock:
        return lambda: "NotSupported"
    evse = connector.evse
    transaction.stop(station, connector, "UnlockCommand")
    connector.free_cable()
    station.woken()
    clock = station.clock
    # Until when the contactor may be closed; then, until when the bolt may be in.
    deadlines = [clock.uptime() + _OPEN_MS]

    def poll():
        now = clock.uptime()
        # A transaction that a power cut has interrupted is decided about first.
        if not evse.contactor_closed and connector.interrupted is None:
            if evse.unlock():
                return "Unlocked"
            if len(deadlines) == 1:
                deadlines.append(now + _BOLT_MS)
        return None if now < deadlines[-1] else "UnlockFailed"

    return poll
