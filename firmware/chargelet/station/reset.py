"""Brings the station down in good order before a reset (OCPP 1.6 §5.14)."""

from ..base import loading
from . import transaction

loading.seldom(__name__)

# A reset waits this long for what is still to be delivered and for the contactors to open, and never happens
# before its own answer has left. On failing power it is what the supply's reserve must last.
_WAIT_MS = {"Soft": 30000, "Hard": 10000, "PowerLoss": 2000}
_ANSWER_MS = 1000

_REASONS = {"Soft": "SoftReset", "Hard": "HardReset", "PowerLoss": "PowerLoss"}


def begin(station, kind: str):
    """Soft, Hard, or PowerLoss when a supply with a reserve says so. Transactions end first."""
    now = station.clock.uptime()
    latest = now + _WAIT_MS[kind]
    if station.resetting:
        _kind, _earliest, before = station.resetting
        latest = min(latest, before)  # asked for again and again it happens all the same
    station.resetting = (kind, min(latest, now + _ANSWER_MS), latest)
    try:
        _leave(station, kind)
    except MemoryError:
        pass  # step() goes on with it


def _leave(station, kind):
    for connector in station.connectors:
        connector.forget()
        transaction.stop(station, connector, _REASONS[kind])


def step(station):
    """What transactions owe is delivered if it can be, then the hardware resets."""
    kind, earliest, latest = station.resetting
    now = station.clock.uptime()
    if now < latest:
        _leave(station, kind)  # who is still there: there was no memory, or a session from before a power cut went on
    if now < earliest:
        return
    if now < latest:
        if [connector for connector in station.connectors if connector.ending]:
            return
        if station.authorization.online and (len(station.outbox) or station.notifier.waiting):
            return
        for connector in station.connectors:
            if connector.evse.contactor_closed:
                return
    # Bounded by itself; a supply that fails has no time for more.
    if (kind != "PowerLoss" or now < latest) and not station.parted():
        return
    station.log("station: %s reset" % kind)
    transaction.end_now(station)
    station.energy_registers.save()
    for _ in range(1 + station.config["ResetRetries"]):
        station.restart()
    # Only hardware that does not reset comes back here.
    station.resetting = None
    station.fault = ("ResetFailure", None)
