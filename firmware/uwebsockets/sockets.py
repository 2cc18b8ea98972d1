"""Streams that are open, on CPython and on MicroPython; and what dial.py is to open them with."""

import asyncio
import sys

# What name_servers(), trust() and present() were given.
trusted = []
presented = []
servers = []
kept = {}  # the answers of name servers
fixed = {"localhost": "127.0.0.1"}


def name_servers(addresses, names=()):
    """From now on names are asked of these servers, numeric addresses or (address, port).

    `names` are pairs of name and address that nobody is asked for. CPython asks its system in place of all this.
    """
    servers[:] = [(server, 53) if isinstance(server, str) else server for server in addresses]
    fixed.update(names)


def trust(*paths):
    """Files with the certificates (DER) of authorities, which default_tls() verifies servers against from now on.

    They are read for each connection anew: RAM is scarce. None of them has to have signed itself.
    """
    trusted[:] = paths


def present(*paths):
    """Two files (PEM): the certificate, with its chain, that a WebSocket connection shows to a server which asks for
    one, and its private key. They are read for each connection anew. Without paths it shows none from now on."""
    presented[:] = paths


# How often a socket that takes no more is looked at.
_CONGESTED_MS = 10

if sys.implementation.name == "micropython":
    import errno
    from asyncio import core

    async def _cancel_after(task, ms):
        await core.sleep_ms(ms)
        task.cancel()

    async def within(work, ms: int):
        """What `await work` gives. Raises asyncio.TimeoutError when that takes longer; it is cancelled then.

        As asyncio.wait_for(), with one task in place of two, and without the kilobyte that loading that one takes.
        """
        watch = core.create_task(_cancel_after(core.cur_task, ms))
        try:
            return await work
        except core.CancelledError:
            if watch.done():
                raise core.TimeoutError from None
            raise
        finally:
            if not watch.done():
                core._task_queue.remove(watch)  # it is not even to run to its end

    async def send_all(writer, data, size: int, ms: int):
        """Send the first bytes of a buffer. Raises OSError when the other side does not take them within `ms`.

        It looks again and again instead of waiting: of two tasks that wait for one socket, a cancelled one would take
        the other's place in asyncio's list with it.
        """
        view = memoryview(data)[:size]
        while True:
            view = view[writer.s.write(view) or 0 :]
            if not view:
                return
            if ms <= 0:
                raise OSError(errno.ETIMEDOUT)
            await asyncio.sleep_ms(_CONGESTED_MS)
            ms -= _CONGESTED_MS

    async def close_stream(writer):
        """Close the socket at once; whoever waits for bytes from it is woken and gets an OSError."""
        queue = core._io_queue
        waiting = queue.map.get(id(writer.s))
        if waiting is not None:
            queue._dequeue(writer.s)
            for task in waiting[:2]:
                if task is not None:
                    core._task_queue.push(task)
        writer.s.close()

else:

    async def within(work, ms: int):
        """What `await work` gives. Raises asyncio.TimeoutError when that takes longer; it is cancelled then."""
        return await asyncio.wait_for(work, ms / 1000)

    async def send_all(writer, data, size: int, ms: int):
        """Send the first bytes of a buffer. Raises OSError when the other side does not take them within `ms`."""
        writer.write(bytes(data[:size]))
        await asyncio.wait_for(writer.drain(), ms / 1000)

    async def close_stream(writer):
        """Close the socket at once; whoever waits for bytes from it is woken."""
        writer.transport.abort()
        await asyncio.sleep(0)
