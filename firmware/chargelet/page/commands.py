"""What people can do on the page: the same as with a card, and less current. Everything goes through the station."""

import asyncio

from ..base import loading
from ..base.cistring import plain
from ..base.log import masked
from ..station import card, charge_log, transaction
from . import cards
from .refused import Refused

loading.seldom(__name__)

_MIN_A = 6
# So many changes on flash may follow each other; from there on one each 3 s: flash bears a limited number.
_CHANGES = 30
_CHANGE_MS = 3000
# So many lines of the charge log are looked at before others run.
_PIECE = 4


async def execute(path, page, fields: dict):
    """Carry out one command. Raises Refused with what is wrong, and then nothing has happened."""
    if path == "/name":
        account(page)
        await _name(page.station, fields)
    elif path in _COMMANDS:
        _COMMANDS[path](page.station, fields)
        page.station.woken()
    else:
        raise Refused(404, "there is no such thing here")


def account(page):
    """Account for a change on flash that is about to be made. Raises Refused when there have been too many."""
    now = page.station.clock.uptime()
    paid = max(page.paid, now - _CHANGES * _CHANGE_MS) + _CHANGE_MS
    if paid > now:
        raise Refused(429, "too many changes: wait", paid - now)
    page.paid = paid


def _connector(station, fields):
    number = _number(fields, "connector", 1, len(station.connectors))
    return station.connector(number)


def _number(fields, name, least, most) -> int:
    value = fields.get(name)
    if type(value) is not int or not least <= value <= most:
        raise Refused(400, "%s: a whole number from %d to %d is allowed" % (name, least, most))
    return value


def text_of(fields: dict, name: str, least: int, most: int) -> str:
    """One of the fields. Raises Refused."""
    value = fields.get(name)
    if not isinstance(value, str) or not least <= len(value) <= most or not plain(value):
        raise Refused(400, "%s: a text of %d to %d characters is allowed" % (name, least, most))
    return value


def _start(station, fields):
    """As if a card were shown: one that has a name, by its place in that list, or one by its number."""
    connector = _connector(station, fields)
    if "place" in fields:
        id_tag = _placed(station, fields)
    elif "card" in fields:
        id_tag = text_of(fields, "card", 1, 20)
        if " " in id_tag:
            raise Refused(400, "card: a text without spaces is allowed")
    elif station.config["FreeVend"]:
        id_tag = station.config["FreeVendIdTag"]
    else:
        raise Refused(400, "card: a card is needed")
    if connector.transaction or not connector.usable:
        raise Refused(409, "nothing can begin here now")
    if connector.claim:
        raise Refused(409, "somebody is about to charge here")
    station.log("page: connector %d: %s is to charge" % (connector.id, masked(id_tag)))
    card.swipe(station, id_tag, connector.id)


def _running(station, fields):
    connector = _connector(station, fields)
    if not connector.transaction:
        raise Refused(409, "no session runs there")
    return connector


def _stop(station, fields):
    connector = _running(station, fields)
    station.log("page: connector %d: the session is to end" % connector.id)
    transaction.stop(station, connector, "Local")


def _limit(station, fields):
    """A lower current for as long as the session runs; 0 pauses it, None lifts what was lowered here."""
    connector = _running(station, fields)
    if fields.get("amps") is None:
        connector.limits.pop("person", None)
        return
    amps = _number(fields, "amps", 0, connector.evse.max_ma // 1000)
    if 0 < amps < _MIN_A:
        raise Refused(400, "amps: 0, or %d and more are allowed" % _MIN_A)
    connector.limits["person"] = amps * 1000


async def _name(station, fields):
    """Name a card: one by its number, one with a name by its place in that list, or that of a session of the log."""
    name = text_of(fields, "name", 0, cards.NAME_MAX).strip()
    if "card" in fields:
        id_tag = text_of(fields, "card", 1, 20)
    elif "place" in fields:
        id_tag = _placed(station, fields)
    else:
        id_tag = await _of_session(station, fields)
    try:
        if not cards.give(station.storage, id_tag, name):
            raise Refused(409, "name: %d cards at most have names" % cards.MAX)
    except OSError as error:
        raise Refused(507, "flash says %s" % error) from None


async def _of_session(station, fields) -> str:
    number, connector = _number(fields, "session", 1, 0x3FFFFFFF), _number(fields, "connector", 1, 99)
    id_tag = None
    seen = 0
    for of, at, _start, _end, _begin, _stop, _reason, tag, _sequence in charge_log.each(station.storage):
        if (of, at) == (number, connector):
            id_tag = tag
        seen += 1
        if seen % _PIECE == 0:
            await asyncio.sleep(0)
    if not id_tag:
        raise Refused(404, "session: it is not in the log")
    return id_tag


def _placed(station, fields) -> str:
    """The card at a place of those that have names."""
    known = cards.all_of(station.storage)
    place = _number(fields, "place", 0, cards.MAX)
    if place >= len(known):
        raise Refused(400, "place: there is no such card")
    id_tag, _name_of_it = known[place]
    return id_tag


_COMMANDS = {"/start": _start, "/stop": _stop, "/limit": _limit}
