"""SendLocalList (OCPP 1.6 §5.15, §6.41). How the list is kept is in station/local_list.py."""

from ..base import loading
from ..base.timestamp import from_text

loading.seldom(__name__)


def answer(station, payload):
    """Accepted, VersionMismatch, Failed with the old list as it was, or NotSupported while it is disabled.

    Works in pieces, as a generator: a change of a list of a thousand takes an ESP32 seconds.
    """
    config = station.config
    if not config["LocalAuthListEnabled"]:
        return {"status": "NotSupported"}
    kept = station.local_list
    version = payload["listVersion"]
    entries = payload.get("localAuthorizationList", [])
    full = payload["updateType"] == "Full"
    # What an empty list is told to be is 0 (§5.10), and so whoever asks first goes on from there.
    if not full and version <= (kept.version if kept.count or not entries else 0):
        return {"status": "VersionMismatch"}
    try:
        if version <= 0:
            raise ValueError("listVersion %d: from 1 up is allowed" % version)  # errata 3.52
        if len(entries) > config["SendLocalListMaxLength"]:
            raise ValueError("%d entries, at most %d are allowed" % (len(entries), config["SendLocalListMaxLength"]))
        yield from kept.updating(version, _taken(entries, full), full, config["LocalAuthListMaxLength"])
    except (ValueError, OSError) as error:
        station.log("local list: version %d not taken: %s" % (version, error))
        return {"status": "Failed"}
    station.authorization.conflict = None
    for entry in entries:
        # What was heard of it before is older than the list, and must not come back when the list drops it.
        station.authorization.cache().drop(entry["idTag"])
        yield None
    station.log("local list: version %d with %d entries" % (version, kept.count))
    return {"status": "Accepted"}


def _taken(entries, full):
    """The entries as the list wants them."""
    for entry in entries:
        info = entry.get("idTagInfo")
        if info is None:
            if full:
                raise ValueError("%s has no idTagInfo" % entry["idTag"])
            yield entry["idTag"], None, None, None
        else:
            expiry = from_text(info["expiryDate"]) if "expiryDate" in info else None
            yield entry["idTag"], info["status"], expiry, info.get("parentIdTag")
