"""How the connectors share the station's limit (OCPP 1.6 §3.13.1, ChargePointMaxProfile)."""

from ..base import loading

loading.seldom(__name__)


def share(station, all_ma: int, leaves, unused: dict) -> "dict | None":
    """Let all connectors together stay below `all_ma`: sets their limits "profile".

    Of those who may draw something, who came first is served first; but whoever leaves it alone comes after those who
    would take it: a vehicle that is full would keep the next one waiting for the night. `leaves(connector, number)`
    says whether its vehicle does. Returns what of `unused`, since when they do, still counts; None where there is
    enough for all.
    """
    least = station.connectors[0].evse.min_ma
    users = []
    for connector in station.connectors:
        one = connector.transaction
        if one and connector.evse.fault:
            connector.limits["profile"] = 0  # until it has been mended, and its turn has come
        elif one and one.authorized and connector.limits.get("profile", least) >= least:
            users.append((leaves(connector, one.number), one.number, connector))
    users.sort(key=lambda user: user[:2])
    served = max(1, min(len(users), all_ma // least))
    for at, (_leaves, _number, connector) in enumerate(users):
        own = all_ma // served if at < served else 0
        connector.limits["profile"] = min(connector.limits.get("profile", own), own)
    if served >= len(users):
        return None
    return {number: unused[number] for _leaves, number, _connector in users if number in unused}
