"""What a connector, or the whole station, may draw from now on (OCPP 1.6 §5.7)."""

from ..base import loading
from .charging_profile import sooner

loading.seldom(__name__)

# Worked out at so many moments at most: daily changes for half a year.
_LOOKS_MAX = 400


def _began(station, connector, now) -> int:
    return station.profiles().began(connector.transaction, now) if connector.transaction else now


def _draws(connector) -> bool:
    """Whether anything is to be expected of it: not while it is Faulted or Unavailable, or its idTag was refused."""
    if connector.faulted:
        return False
    return connector.transaction.authorized if connector.transaction else connector.operative and not connector.blocked


def _together(station, t, now) -> tuple:
    """ChargingProfiles.at() of the station: what its connectors may draw together, or less by a ChargePointMaxProfile.

    A connector without a transaction counts with what one that began now would be allowed: it is what to expect.
    """
    profiles = station.profiles()
    found, until = profiles.prevailing("Max", 0, t, None)
    total = 0
    for connector in [one for one in station.connectors if _draws(one)]:
        began = _began(station, connector, now)
        milliamperes, _phases, end, _exact = profiles.at(connector.id, t, began, connector.evse.max_ma)
        total += milliamperes
        until = sooner(until, end)
    if found is None or profiles.milliamperes(found) > total:
        return total, 0, until, None
    profile, limit, phases = found
    return profiles.milliamperes(found), phases, until, (limit, profile.unit)


def composite(station, connector_id: int, duration: int, unit: str, most: int):
    """([(start, tenths of the unit, phases)], seconds that they cover) from now on; connector 0 is the station.

    A generator that gives None after each piece of work, and returns that. It covers `most` periods, and no more than
    what so many looks show.
    """
    now = station.clock.now()
    connector = station.connector(connector_id)
    if len(station.connectors) == 1 and _draws(station.connectors[0]):
        connector = station.connectors[0]  # which is all that the station has; and watts stay as they were given
    watts = station.volts * station.phases
    periods = []
    t = now
    looks = 0
    while t < now + duration or not periods:  # a schedule has a period, also one of no time at all (§7.13)
        if looks == _LOOKS_MAX:
            return periods, t - now
        if looks:
            yield
        looks += 1
        if connector:
            began = _began(station, connector, now)
            milliamperes, phases, until, exact = station.profiles().at(connector.id, t, began, connector.evse.max_ma)
        else:
            milliamperes, phases, until, exact = _together(station, t, now)
        given, its_unit = exact or (None, None)
        if its_unit == unit:
            tenths = given
        elif unit == "A":
            tenths = (milliamperes + 50) // 100
        elif exact:
            tenths = given * watts
        else:
            tenths = milliamperes * watts // 100
        phases = phases and station.phases
        if not periods or periods[-1][1:] != (tenths, phases):
            if len(periods) == most:
                return periods, t - now
            periods.append((t - now, tenths, phases))
        if until is None:
            break
        t = until
    return periods, duration
