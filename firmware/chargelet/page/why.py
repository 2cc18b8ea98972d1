"""Why a connector does what it does, and what the station waits for: derived from its state, for people.

A reason is a list: its name, and what the sentence of that name (firmware/web/words.json) is to be filled with. Times
are seconds since 2000 and currents mA: whoever shows them knows how people write those.
"""

from ..base import loading

loading.seldom(__name__)

# How long a card that was refused is spoken of.
_REFUSED_MS = 30000


def of_connector(station, connector) -> list:
    """Why it charges no more than it does, or what happens next: the first reason that fits."""
    evse, claim = connector.evse, connector.claim
    if evse.fault:
        code, _vendor_code = evse.fault
        return ["fault", code]
    if connector.bolt.failed:
        return ["bolt_in" if evse.locked else "bolt_out"]
    if connector.interrupted is not None:
        return ["interrupted"]
    if connector.transaction:
        return _charging(station, connector)
    if connector.ending:
        return ["ending"]
    if not connector.operative:
        return ["inoperative"]
    if connector.blocked:
        return ["new_firmware"]
    if station.resetting:
        return ["resetting"]
    if station.outbox.full:
        return ["full"]
    if claim:
        return _claimed(station, connector)
    question = _asked(station, connector)
    if question:
        return ["asking"]
    if connector.bolt.kept:
        return ["cable_kept"]
    if connector.finished:
        return ["finished"]
    accepted, presented = station.card or (True, 0)
    if not accepted and station.clock.uptime() - presented < _REFUSED_MS:
        return ["refused"]
    if connector.reservation:
        return ["reserved", connector.reservation.expiry]
    if not evse.connected:
        return ["free_vend"] if station.config["FreeVend"] else ["free"]
    if station.config["FreeVend"]:
        return ["begins"]
    return ["waited_out"] if connector.waited_out else ["card"]


def _asked(station, connector):
    """Whether somebody's card is being asked about who may mean this connector."""
    if not station.authorization.waiting:
        return None
    question = station.authorization.next()
    return question if question and question.connector_id in (None, connector.id) else None


def _claimed(station, connector):
    """Somebody may charge here, and does not yet."""
    timeout = station.config["ConnectionTimeOut"]
    evse, claim = connector.evse, connector.claim
    if not evse.connected:
        left = claim.since // 1000 + timeout - station.clock.uptime() // 1000
        return ["plug_in", max(0, left)] if timeout else ["plug_in_now"]
    if claim.unheard:
        return ["meter"]
    if evse.has_lock and not evse.locked:
        return ["locking"]
    return ["begins"]


def _charging(station, connector):
    """A transaction runs."""
    evse, transaction = connector.evse, connector.transaction
    if not evse.connected:
        return ["left"]
    if not transaction.authorized:
        return ["not_accepted"]
    limit = connector.limit_ma()
    if limit < connector.evse.min_ma:
        return _limited(station, connector, limit, "none_")
    if connector.refusing():
        return ["ventilation" if evse.pilot_state == "D" else "refusing"]
    if not evse.contactor_closed:
        if evse.warning and evse.warning[0] == "EVCommunicationError":
            return ["refusing"]
        if evse.pilot_state in ("C", "D"):
            return ["closing"]
        return ["vehicle_paused"] if transaction.charged else ["not_asked"]
    if limit < evse.max_ma:
        return _limited(station, connector, limit, "by_")
    return ["charging"]


def _limited(station, connector, limit, how):
    """Who limits: people, charging profiles, or what guards cable and temperature."""
    limits = connector.limits
    if limits.get("person", limit + 1) <= limit:
        return [how + "person", limit]
    if limits.get("profile", limit + 1) <= limit:
        return _profile(station, connector, limit, how)
    warning = connector.evse.warning
    if warning and "HighTemperature" in warning:
        return [how + "heat", limit]
    return [how + "cable", limit]


def _profile(station, connector, limit, how):
    """Which charging profile limits, and until when."""
    now = station.clock.now()
    if now is None:
        return [how + "no_clock", limit]
    profiles = station.profiles()
    began = profiles.began(connector.transaction, now)
    least = profile = None
    _ma, _phases, until, _exact = profiles.at(connector.id, now, began, connector.evse.max_ma)
    for purpose, at in (("Max", 0), ("Tx", connector.id), ("Default", connector.id)):
        if purpose == "Default" and profile and profile.purpose == "Tx":
            continue
        found, _end = profiles.prevailing(purpose, at, now, None if purpose == "Max" else began)
        if found and (least is None or profiles.milliamperes(found) < least):
            least = profiles.milliamperes(found)
            profile, _limit, _phases = found
    if least is None:
        return [how + "cable", limit]
    if least > limit:
        return [how + "shared", limit, profile.id]  # several vehicles share what the profile leaves
    if until is None:
        return [how + "profile", limit, profile.id]
    return [how + "profile_until", limit, profile.id, until]


def of_station(station, has_csms: bool, online: bool) -> list:
    """What the station as a whole waits for: a list of reasons, perhaps empty."""
    found = []
    if station.fault:
        code, _vendor_code = station.fault
        found.append(["fault", code])
    registration = station.registration.status
    alone = station.authorization.stand_alone and not station.registration.ever
    if has_csms and not online:
        found.append(["offline"])
    elif has_csms and registration in ("Pending", "Rejected"):
        found.append(["rejected" if registration == "Rejected" else "pending"])
    waiting = len(station.outbox)
    if waiting and not alone:
        record = station.outbox.oldest()
        _kind, _name, _connector, _number, stamp = record[:5] if record else (None,) * 5
        since = None if stamp is None else station.clock.wall(stamp)
        found.append(["waiting", waiting] if since is None else ["waiting_since", waiting, since])
    if station.maintained and station.maintenance().update and station.maintenance().update["fetched"]:
        found.append(["firmware"])
    if station.outbox.sidecar.damaged:
        found.append(["damaged", station.outbox.sidecar.damaged])
    if station.clock.now() is None:
        found.append(["no_time"])
    if station.reader and station.reader.failed:
        found.append(["reader"])
    return found
