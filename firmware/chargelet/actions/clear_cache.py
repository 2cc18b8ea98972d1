"""ClearCache (OCPP 1.6 §5.4, §6.11). The cache is station/authorization_cache.py."""

from ..base import loading

loading.seldom(__name__)


def answer(station, payload):
    """Accepted when the cache is empty, Rejected when the cache is switched off (errata 3.23).

    Works in pieces, as a generator: there are up to 64 files to remove.
    """
    cleared = yield from station.authorization.clear()
    return {"status": "Accepted" if cleared else "Rejected"}
