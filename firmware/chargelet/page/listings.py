"""What the page lists: the charge log, its sums, cards with names, the station's own log. In pieces, never whole."""

import asyncio
import json

from ..base import loading
from ..base.cistring import folded
from ..base.log import masked
from ..station import cards_seen, charge_log, charge_sums
from . import cards
from . import request as http
from .refused import Refused
from .server import TURN_MS

loading.seldom(__name__)

_ROWS = 20
_PIECE = 4
_WRITE = 400
# No local time is further from UTC (minutes).
_EAST_MAX = 840


async def answer(page, request, writer):
    """Answer a GET of one of these."""
    name = request.path
    if name == "/sessions":
        await _sessions(page, request.query, writer)
    elif name == "/sums":
        await _sums(page, request.query, writer)
    elif name == "/cards":
        names = [name for _tag, name in cards.all_of(page.station.storage)]
        await http.answer(writer, 200, json.dumps({"names": names, "free": bool(page.station.config["FreeVend"])}))
    elif name == "/seen":
        await http.answer(writer, 200, json.dumps(_seen(page.station)))
    elif name == "/plot":
        from . import history

        await http.answer(writer, 200, json.dumps(history.table(page, TURN_MS)))
    elif name == "/board.json":
        await _board(page, writer)
    elif name == "/sessions.csv":
        await _csv(page, request.query, writer)
    else:
        await _diagnostics(page, writer)


async def _csv(page, query, writer):
    if query not in ("", "semicolon"):
        raise Refused(400, "semicolon is allowed")
    more = "Content-Disposition: attachment; filename=charges.csv\r\n"
    await http.head(writer, 200, "text/csv; charset=utf-8", more)
    waiting = ""
    for line in charge_sums.csv(page.station, cards.naming(page.station.storage), ";" if query else ","):
        waiting += line
        if len(waiting) > _WRITE:
            await http.write(writer, waiting.encode())
            waiting = ""
    await http.write(writer, waiting.encode())


async def _board(page, writer):
    """The board file as it lies on flash. There is nothing secret in it: passwords are the installation's."""
    path = page.given.get("board")
    try:
        file = open(path, "rb") if path else None
    except OSError:
        file = None
    if file is None:
        raise Refused(404, "there is no board file here")
    with file:
        await http.head(writer, 200, "application/json")
        piece = file.read(_WRITE)
        while piece:
            await http.write(writer, piece)
            piece = file.read(_WRITE)


async def _diagnostics(page, writer):
    """The file that GetDiagnostics sends: no secrets, and of idTags their ends."""
    from ..station import diagnostics

    more = "Content-Disposition: attachment; filename=diagnostics.txt\r\n"
    await http.head(writer, 200, "text/plain; charset=utf-8", more)
    log = page.log.each() if hasattr(page.log, "each") else ()
    waiting = b""
    for piece in diagnostics.parts(page.station, log):
        waiting += piece
        if len(waiting) > _WRITE:
            await http.write(writer, waiting)
            waiting = b""
    await http.write(writer, waiting)


def _seen(station) -> dict:
    """The cards presented last: [idTag, name, when, what became of it]. And [name, the number's end] of all with names.

    This is the one place with whole numbers. Whoever has logged in can start with any card that has a name anyway, and
    needs the number of a new card: to have the central system accept it. The log, its CSV, the sums and the diagnostics
    are passed on to others, and have ends only.
    """
    name_of = {folded(tag): name for tag, name in cards.all_of(station.storage)}
    seen = []
    for tag, stamp, outcome in cards_seen.each(station.seen or ""):
        seen.append([tag, name_of.get(folded(tag)), station.clock.wall(stamp), outcome])
    return {"seen": seen, "named": [[name, masked(tag)] for tag, name in cards.all_of(station.storage)]}


async def _sessions(page, query, writer):
    """Up to twenty sessions, the newest first; the newest `skip` of all are left out."""
    skip = 0
    if query:
        name, _, value = query.partition("=")
        if name != "skip" or not value.isdigit() or len(value) > 4:
            raise Refused(400, "skip: a number of up to 4 digits is allowed")
        skip = int(value)
    count = 0
    for _session in charge_log.each(page.station.storage):
        count += 1
        if count % _PIECE == 0:
            await asyncio.sleep(0)
    rows = []
    at = 0
    for row in charge_sums.rows(page.station, cards.naming(page.station.storage)):
        at += 1
        if count - skip - _ROWS < at <= count - skip:
            rows.insert(0, row)
        if at % _PIECE == 0:
            await asyncio.sleep(0)
    await http.head(writer, 200, "application/json")
    await http.write(writer, b'{"count": %d, "rows": [' % count)
    for at, row in enumerate(rows):
        await http.write(writer, (("," if at else "") + json.dumps(row)).encode())
    await http.write(writer, b"]}")


def _east(query) -> list:
    """Minutes that the browser's time is ahead of UTC, of each month. Raises Refused."""
    east = []
    for text in query.split(","):
        digits = text[1:] if text[:1] == "-" else text
        if digits.isdigit() and len(digits) < 4 and int(digits) <= _EAST_MAX:
            east.append(int(text))
    if len(east) != 12 or query.count(",") != 11:
        raise Refused(400, "east: twelve numbers from -%d to %d are allowed" % (_EAST_MAX, _EAST_MAX))
    return east


async def _sums(page, query, writer):
    query, more, east = query.partition("&east=")
    if query == "by=month":
        east = _east(east) if more else None

        def key(end, card):
            return charge_sums.by_month(end, card, east)
    elif query == "by=card" and not more:
        key = charge_sums.by_card
    else:
        raise Refused(400, "by=month or by=card is allowed")
    await http.head(writer, 200, "application/json")
    await http.write(writer, b"[")
    comma = ""
    turns = 0
    for found in charge_sums.sums(page.station, key, cards.naming(page.station.storage, True)):
        turns += 1
        if found:
            await http.write(writer, (comma + json.dumps(found)).encode())
            comma = ","
        elif turns % _PIECE == 0:
            await asyncio.sleep(0)
    await http.write(writer, b"]")
