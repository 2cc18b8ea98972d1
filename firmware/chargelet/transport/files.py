"""Carries files for the station: diagnostics out (sending.py), firmware in (fetching.py).

Every call does what can be done at once: nothing waits in here for a next try or for the end of a session, so that
this code need not be in RAM meanwhile, nor one file wait for another.
"""

import gc

from ..base import loading
from ..base.log import INFO
from ..base.pieces import with_memory

loading.seldom(__name__)

# No server may hold on to a try for longer, a byte at a time.
LONGEST_MS = 7200000


async def work(station, log, installer, transport=None):
    """Do what is due now, and come back. `installer()` makes the board's, if it has one.

    `transport(url)` is a module with get() and put(), as http.py has them.
    """
    maintenance = station.maintenance()
    if maintenance.upload_due():
        from . import sending

        await sending.upload(station, maintenance, log, transport or _transport)
        del sending
    if maintenance.update_due():
        from . import fetching

        await fetching.update(station, maintenance, installer, transport or _transport)


def _transport(url):
    """ftp.py for what begins with ftp:, else http.py, which says what is allowed."""
    if url.partition("://")[0].lower() == "ftp":
        from . import ftp as module
    else:
        from . import http as module
    return module


async def tried(station, what, attempt, level=INFO) -> bool:
    """Whether something has worked; else why not is in the log. Whatever a server does to us ends here."""
    # What the attempt holds for long comes to lie low in the heap, not in the midst of garbage: TLS and RSA need room.
    gc.collect()
    try:
        await attempt()
        return True
    except Exception as caught:
        error = caught
    # Out of the handler, and what the attempt held has gone: there is memory to say so, for want of it too.
    gc.collect()
    try:
        station.log("files: %s: %r" % (what(), error), level)
    except MemoryError:
        pass
    return False


async def carried(maintenance, work, clock):
    """What `await work()` returns. Memory for it is tried for again, and the station's page leaves it some. Raises
    MemoryError, and whatever the work raises."""
    maintenance.carrying = True
    try:
        return await with_memory(work, clock)
    finally:
        maintenance.carrying = False


def in_time(station, until):
    """Raises ValueError after that uptime."""
    if station.clock.uptime() > until:
        raise ValueError("the server is too slow")
