"""Firmware that a browser brings: in blocks of 4 kB, each a request of its own, written in pieces of 512 bytes.

So a block that is refused is answered in words while nothing more is on its way, and no request lasts for long.
"""

import asyncio

from ..base import loading
from ..station import brought
from .commands import account
from .refused import Refused

loading.seldom(__name__)

BLOCK_MAX = 4096
_PIECE = 512


def state(page) -> dict:
    """What runs here, how much of a package is there, and the state: ready, waiting, installing, failed, or why nothing
    can be brought, a word of brought.refused()."""
    from .. import version

    station = page.station
    wrong = brought.refused(station, page.chargelet.installer)
    if wrong == "busy" and station.maintenance().update["fetched"]:
        wrong = "installing" if [one for one in station.connectors if one.blocked] else "waiting"
    elif not wrong and page.brought:
        wrong = "failed"  # else it would have started anew with it
    at = page.upload.at if page.upload else None
    return {"version": version.of(station.board), "at": at, "state": wrong or "ready"}


async def block(page, request) -> dict:
    """The next bytes of a package: {"at": so many are there}. Raises Refused."""
    name, _, value = request.query.partition("=")
    if name != "at" or not value.isdigit() or len(value) > 8:
        raise Refused(400, "at: a number of up to 8 digits is allowed")
    if not 0 < len(request.body) + request.left <= BLOCK_MAX:
        raise Refused(413, "1 to %d bytes are allowed" % BLOCK_MAX)
    if page.upload and page.upload.writing:
        raise Refused(409, "another block is on its way")
    if int(value) == 0:
        _begin(page)
    upload = page.upload
    if upload is None or int(value) != upload.at:
        raise Refused(409, "at: %d is next" % (upload.at if upload else 0))
    upload.writing = True
    try:
        piece = await request.piece(_PIECE)
        while piece:
            await _tried(page, upload.write(piece))
            piece = await request.piece(_PIECE)
    except Exception as error:
        # Where the connection was lost it goes on at what is there; else it begins anew.
        if getattr(error, "status", 0) not in (400, 408) and not isinstance(error, (OSError, asyncio.TimeoutError)):
            _end(page)
        raise
    finally:
        upload.writing = False
    return {"at": upload.at}


def _begin(page):
    _end(page)
    wrong = brought.refused(page.station, page.chargelet.installer)
    if wrong:
        raise Refused(409, wrong)
    account(page)
    page.brought = False
    page.log("page: firmware is being brought")
    page.upload = brought.Brought(page.station, page.chargelet.installer)


def _end(page):
    if page.upload:
        page.upload.forget()
        page.upload = None


async def _tried(page, attempt):
    try:
        await attempt
    except ValueError as error:
        page.log("page: firmware: %s" % error)
        raise Refused(409, str(error)) from None
    except OSError as error:
        raise Refused(507, "flash says %s" % error) from None


async def install(page) -> dict:
    """Install what has been brought. Raises Refused."""
    upload = page.upload
    if upload is None or upload.writing:
        raise Refused(409, "at: 0 is next")
    upload.writing = True
    try:
        await _tried(page, upload.whole())
    except Exception:
        _end(page)
        raise
    finally:
        upload.writing = False
    page.upload = None
    page.brought = True
    page.log("page: firmware is here: it is installed as soon as nobody charges")
    return state(page)
