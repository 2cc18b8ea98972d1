"""Frees what MicroPython's asyncio keeps of tasks and sockets that have ended: it lies in the middle of the heap."""

import asyncio
import select
import sys

from . import loading

loading.seldom(__name__)


async def _nothing() -> int:
    return 0


async def forget():
    """Free it. Call this when the work that left it has ended."""
    loading.settle()
    # How the last task ended is kept, and with it what that one returned.
    await asyncio.create_task(_nothing())
    if sys.implementation.name == "micropython":
        _poll_anew()


def _poll_anew():
    # A poll object keeps the sockets that it was told of, also those that it was told to forget.
    queue = asyncio.core._io_queue
    poller = select.poll()
    for reads, writes, stream in queue.map.values():
        poller.register(stream, (select.POLLIN if reads else 0) | (select.POLLOUT if writes else 0))
    queue.poller = poller
