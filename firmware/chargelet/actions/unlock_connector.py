"""Knows UnlockConnector (OCPP 1.6 §5.18, §6.53). Knows no lock."""


def answer(station, payload):
    """Unlocked, UnlockFailed or NotSupported (no lock, no such connector: errata 3.87), once it is known."""
    poll = station.unlock(payload["connectorId"])

    def later():
        status = poll()
        return None if status is None else {"status": status}

    return later
