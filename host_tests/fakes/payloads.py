"""Verdicts of the checker of messages, and payloads for it."""

from chargelet.messages.check import CALL, SENT, check
from chargelet.messages.tables import table


def verdict(action, payload, kind="req", how=SENT):
    return check(table(action, kind), payload, how)


def profile(limit):
    """A RemoteStartTransaction with one limit in it, five levels down."""
    schedule = {"chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": limit}]}
    return {
        "idTag": "A",
        "chargingProfile": {
            "chargingProfileId": 1,
            "stackLevel": 0,
            "chargingProfilePurpose": "TxProfile",
            "chargingProfileKind": "Relative",
            "chargingSchedule": schedule,
        },
    }


def mended(action, payload, kind="req", how=CALL):
    """The payload as it is meant, and what was noted."""
    notes = []
    assert check(table(action, kind), payload, how, notes) is None, payload
    return payload, notes


STAMP = "2026-11-20T12:00:00Z"
