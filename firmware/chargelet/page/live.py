"""What the page shows of the station right now, as JSON."""

import asyncio
import json

from ..base import loading
from ..base.log import masked
from . import cards, why

loading.seldom(__name__)


async def text(page) -> bytes:
    """One line of JSON, made in pieces."""
    station = page.station
    link = page.chargelet.link
    online = page.chargelet.endpoint.online
    _accepted, card_at = station.card or (None, None)
    head = {
        "name": page.name,
        "now": station.clock.now(),
        "online": bool(online) if link else None,
        "card": card_at,
        "why": why.of_station(station, link is not None, online),
    }
    said = json.dumps(head)[:-1] + ', "connectors": ['
    for at, connector in enumerate(station.connectors):
        await asyncio.sleep(0)
        said += (", " if at else "") + json.dumps(_connector(page, connector))
    return (said + "]}").encode()


def _connector(page, connector) -> dict:
    station, evse, running = page.station, connector.evse, connector.transaction
    status, *_rest = station.notifier.current(connector.id) or (None,)
    shown = {
        "id": connector.id,
        "status": status,
        "why": why.of_connector(station, connector),
        "w": evse.meter.power_w() or 0,
        "ma": evse.offered_ma,
        "max": evse.max_ma,
        "limit": connector.limits.get("person"),
        "phases": station.phases,
        "volts": station.volts,
    }
    if running:
        number, begin = page.meters.get(connector.id, (0, 0))
        if number != running.number:
            note = station.outbox.note_of(connector.id, running.number)
            begin = note["meter"] if note else evse.meter.energy_wh()
            page.meters[connector.id] = running.number, begin
        shown["wh"] = evse.meter.energy_wh() - begin
        shown["since"] = station.clock.wall(running.began)
        shown["card"] = cards.name_of(station.storage, running.id_tag) or masked(running.id_tag)
    return shown
