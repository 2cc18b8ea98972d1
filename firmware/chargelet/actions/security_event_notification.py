"""SecurityEventNotification (security whitepaper §5.15, A04): what has happened to the station's security."""

from ..base import loading
from ..base.timestamp import to_text
from ..station import security_events
from .patience import unheard

loading.seldom(__name__)


def next_call(station):
    """The call for the oldest event that has not been told, or None."""
    event = security_events.oldest(station)
    if event is None:
        return None
    kind, seconds, info = event
    payload = {"type": kind, "timestamp": to_text(seconds)}
    if info:
        payload["techInfo"] = info

    def answered(result, failure):
        # A central system that does not know the message has been told all the same. To one that never answers the
        # oldest is sent for ever, if ever more seldom: it is to arrive (A04), and so few wait (security_events.py).
        if not unheard(failure):
            security_events.delivered(station)

    return "SecurityEventNotification", payload, answered
