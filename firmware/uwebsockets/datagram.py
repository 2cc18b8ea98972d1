"""Asks one question over UDP and takes the answer; the caller (DNS, NTP) checks it."""

import asyncio
import errno
import socket

from . import seldom

seldom.append(__name__)

_LOOK_MS = 20
# Datagrams at each look: a flood of wrong answers gets no more of our time than this.
_ANSWERS_MAX = 4
_LARGEST = 512


async def ask(server: tuple, question: bytes, accept, ms: int, anybody: bool = False):
    """The first result of `accept(data)` that is not None; None when there is no such answer within `ms`.

    `server` is (numeric address, port); nobody else's answers are heard, unless `anybody` may answer (multicast).
    Raises OSError where there is no network, or nobody at that port.
    """
    address, port = server
    target = socket.getaddrinfo(address, port)[0][-1]
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        sock.setblocking(False)
        if anybody:
            sock.sendto(question, target)
        else:
            sock.connect(target)
            sock.send(question)
        while ms > 0:
            for _ in range(_ANSWERS_MAX):
                try:
                    data = sock.recv(_LARGEST)
                except OSError as error:
                    if error.errno != errno.EAGAIN:
                        raise
                    break
                found = accept(data)
                if found is not None:
                    return found
            await asyncio.sleep(_LOOK_MS / 1000)
            ms -= _LOOK_MS
        return None
    finally:
        sock.close()
