"""Knows what this firmware tells by DataTransfer, for people who look after stations. Knows no other vendors."""

import json

from .outbox import CAPACITY


def answer(station, message_id: "str | None"):
    """(status, data) for a messageId: Journal tells what waits, what room there is, what was set aside."""
    if message_id != "Journal":
        return "UnknownMessageId", None
    outbox = station.outbox
    return "Accepted", json.dumps(
        {
            "waiting": len(outbox),
            "capacity": CAPACITY,
            "dropped": outbox.dropped,
            "damaged": outbox.damaged,
            "setAside": list(outbox.set_aside_names())[:50],
        }
    )
