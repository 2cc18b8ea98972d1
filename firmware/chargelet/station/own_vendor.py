"""Knows what this firmware tells under its own vendorId, for people who look after stations. Knows no others."""

import json

from .outbox import CAPACITY

VENDOR = "org.chargelet"


def register(station):
    """DataTransfer with messageId Journal: what waits, what room there is, what was set aside."""

    def answer(message_id, data):
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

    station.vendors.register(VENDOR, answer)
