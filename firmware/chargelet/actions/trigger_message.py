"""TriggerMessage (OCPP 1.6 §5.17, §6.51): what was asked for follows the answer, or it is refused."""

from ..base import loading
from ..station import samples

loading.seldom(__name__)

# A connectorId says something of these only; beside any other message it is ignored.
_OF_CONNECTORS = ("StatusNotification", "MeterValues")


def answer(station, payload):
    """Accepted and the message follows, Rejected when there is nothing to send, or NotImplemented."""
    name = payload["requestedMessage"]
    connector_id = payload.get("connectorId")
    if name in ("FirmwareStatusNotification", "DiagnosticsStatusNotification"):
        known = "FirmwareManagement" in station.config["SupportedFeatureProfiles"]
    else:
        known = name in _OF_CONNECTORS or name in ("BootNotification", "Heartbeat")
    if not known:
        return {"status": "NotImplemented"}
    if too_early(station, name):
        return {"status": "Rejected"}
    if name in _OF_CONNECTORS:
        if connector_id and station.connector(connector_id) is None:
            return {"status": "Rejected"}
        follows = (_statuses if name == "StatusNotification" else _meter_values)(station, connector_id)
        return {"status": "Accepted" if follows else "Rejected"}
    # A BootNotification too, though errata 3.35 recommends to reject it once one has been accepted: central systems
    # that have lost what they knew of a station ask for it after a reconnection.
    ask(station, name)
    return {"status": "Accepted"}


def too_early(station, name: str) -> bool:
    """Whether BootNotification has not been answered yet: nothing else is sent before (§4.2)."""
    return station.registration.status is None and name != "BootNotification"


def ask(station, name: str):
    """A message is to follow. Asked for twice before it has gone out is asked for once."""
    if name not in station.triggered:
        station.triggered.append(name)


def _statuses(station, connector_id) -> bool:
    """Of one connector, 0 being the station, or of all. Whether there is one to tell."""
    follows = False
    for told in range(len(station.connectors) + 1):
        if connector_id in (None, told) and station.notifier.current(told) is not None:
            station.notifier.tell_again(told)
            follows = True
    return follows


def _meter_values(station, connector_id) -> bool:
    """Of one connector, 0 being the station's own meter where it has one, or of all. Whether there are any to send."""
    if not station.registration.accepted:
        return False  # while Pending nothing is told that is kept in the outbox
    stamp = station.clock.stamp()
    names = station.config["MeterValuesSampledData"]
    follows = False
    if station.main_meter and not connector_id:
        follows = samples.tell_main(station, stamp, "Trigger", names)
        if connector_id == 0:
            return follows
    for connector in station.connectors:
        if not connector_id or connector_id == connector.id:
            follows = samples.tell(station, connector, "Trigger", names) or follows
    return follows
