"""Knows TriggerMessage (OCPP 1.6 §5.17, §6.51). Knows not what the triggered messages say."""

from ..station import metering

# Messages that are asked for once more go next, after the answer. More than these nobody needs.
_WAITING_MOST = 8


def answer(station, payload):
    """Accepted and the message follows, Rejected for a connector that is not there, or NotImplemented."""
    name = payload["requestedMessage"]
    connector_id = payload.get("connectorId")
    if connector_id is not None and connector_id != 0 and station.connector(connector_id) is None:
        return {"status": "Rejected"}
    if name == "StatusNotification":
        for told in range(len(station.connectors) + 1):
            if connector_id in (None, told):
                station.notifier.tell_again(told)
    elif name == "MeterValues":
        if not station.registration.accepted:
            return {"status": "Rejected"}
        _meter_values(station, connector_id)
    elif name in ("BootNotification", "Heartbeat"):
        if len(station.triggered) >= _WAITING_MOST:
            return {"status": "Rejected"}
        station.triggered.append(name)
    elif name in ("DiagnosticsStatusNotification", "FirmwareStatusNotification"):
        if "FirmwareManagement" not in station.config["SupportedFeatureProfiles"]:
            return {"status": "NotImplemented"}
        maintenance = station.maintenance()
        status = maintenance.diagnostics_status if name[0] == "D" else maintenance.firmware_status
        station.tell(name, {"status": status})
    else:
        return {"status": "NotImplemented"}
    return {"status": "Accepted"}


def _meter_values(station, connector_id):
    """Of one connector, or without one of all and of the station's own meter."""
    stamp = station.clock.stamp()
    names = station.config["MeterValuesSampledData"]
    if station.main_meter and not connector_id:
        metering.tell_main(station, stamp, "Trigger", names)
    for connector in station.connectors:
        if not connector_id or connector_id == connector.id:
            metering.tell(station, connector, stamp, "Trigger", names)
