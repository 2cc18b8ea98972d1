"""The configuration keys on the page: what each says now, what it is for, and how it is changed.

What a key is for comes from a table that was made when the firmware was built (tools/page_content.py): a browser asks
for it once, and nothing of it is in RAM. A change goes the way of ChangeConfiguration, with the same answers.
"""

import json

from ..base import loading
from ..base.cistring import folded
from ..base.pieces import in_turn
from ..station import configuring
from . import request as http
from .commands import account, text_of
from .refused import Refused

loading.seldom(__name__)

_WRITE = 400
# Nobody at the page could switch it on again.
_SHOWN = "ShowPage"


async def answer(page, request, writer):
    """Answer a GET of /keys, the table, or of /config, the values: [name, read-only, text] each, and null."""
    if request.path == "/keys":
        from . import keys_content

        await http.head(writer, 200, "application/json", "Content-Encoding: gzip\r\n")
        return await http.in_pieces(writer, keys_content.TABLE)
    await http.head(writer, 200, "application/json")
    waiting = "["
    for name, fixed, text in configuring.report(page.station)():
        if len(waiting) > _WRITE:
            await http.write(writer, waiting.encode())
            waiting = ""
        waiting += json.dumps((name, fixed or name == _SHOWN, text)) + ","
    await http.write(writer, (waiting + "null]").encode())


async def change(page, fields: dict) -> dict:
    """Set one key: {"status": a word of ConfigurationStatus (OCPP 1.6 §7.22)}. Raises Refused."""
    key, value = text_of(fields, "key", 1, 50), text_of(fields, "value", 0, 500)
    if [name for name in fields if name not in ("key", "value")]:
        raise Refused(400, "key and value are allowed")
    account(page)
    station = page.station
    status = "Rejected"
    if folded(key) != folded(_SHOWN):
        status = await in_turn(configuring.change(station, key, value), station.clock)
    station.log("page: configuration: %s is %s" % (key, status))
    station.woken()
    return {"status": status}
