"""StatusNotification (OCPP 1.6 §4.9, §6.47). How a status comes about is in station/status.py."""

from ..base.timestamp import to_text
from .patience import unheard


def next_call(station):
    """The call for the oldest change that has not been told."""
    event = station.notifier.due()
    if event is None:
        return None
    connector_id, (status, code, info, vendor), stamp = event
    payload = {"connectorId": connector_id, "errorCode": code, "status": status}
    seconds = station.clock.wall(stamp)
    if seconds is not None:
        payload["timestamp"] = to_text(seconds)
    if info:
        payload["info"] = info
    if vendor:
        payload["vendorId"] = "org.chargelet"
        payload["vendorErrorCode"] = vendor

    def answered(result, failure):
        # A CALLERROR is an answer too: the central system has been told.
        if unheard(failure):
            station.notifier.lost(event)
        else:
            station.notifier.told(event)

    return "StatusNotification", payload, answered
