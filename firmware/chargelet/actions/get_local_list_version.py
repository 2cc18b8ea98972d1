"""GetLocalListVersion (OCPP 1.6 §5.10, §6.27). The list is station/local_list.py."""

from ..base import loading

loading.seldom(__name__)


def answer(station, payload):
    """0 for an empty list, -1 without one."""
    if not station.config["LocalAuthListEnabled"]:
        return {"listVersion": -1}
    return {"listVersion": station.local_list.version if station.local_list.count else 0}
