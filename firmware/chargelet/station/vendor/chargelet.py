"""What this firmware answers to DataTransfer about itself, for people who look after stations."""

import json

from ...base import loading
from ...base.cistring import folded
from ..outbox import CAPACITY

loading.seldom(__name__)

KEYS = ""


def report(station) -> dict:
    """The journal: what waits, what room there is, what was set aside."""
    outbox = station.outbox
    return {
        "waiting": len(outbox),
        "capacity": CAPACITY,
        "dropped": outbox.dropped,
        "damaged": outbox.sidecar.damaged,
        "setAside": list(outbox.sidecar.set_aside_names())[:50],
    }


def answer(station, message_id: "str | None", data: "str | None") -> tuple:
    """(status, data) of the messageId Journal."""
    known = folded(message_id or "") == "journal"  # a CiString (§6.15)
    return ("Accepted", json.dumps(report(station))) if known else ("UnknownMessageId", None)
