"""Sends a frame: masked and put together in pieces that memory has room for, in few writes."""

import asyncio

from . import frames
from .sockets import send_all

# What leaves in one write: a TCP segment. What memory has no room for leaves in so little.
_SEGMENT = 1400
_MIN_SEGMENT = 64
_MIN_PIECE = 16  # a multiple of 4, and one block of MicroPython's heap
# After so many bytes the other tasks have their turn.
_TURN = 384

# One who sends and never reads is left after so long.
_SENDING_MS = 10000


async def write_frame(writer, opcode: int, size: int, pieces, key: bytes):
    """Send a frame of `size` bytes that `pieces` gives one by one.

    Raises MemoryError or ValueError (the pieces are not that many bytes) when nothing of it has left yet, and OSError
    when the connection can't be used any more.
    """
    head = frames.header(opcode, size, key)
    # As much as a segment holds leaves in one write: header and payload in two would wait for each other.
    out = _segment(len(head) + size)
    used = len(head)
    out[:used] = head
    left = size
    pause = size - _TURN
    begun = False
    try:
        for piece in pieces:
            left -= len(piece)
            if left < 0:
                break
            if left < pause:
                pause = left - _TURN
                await asyncio.sleep(0)  # pieces may take their time to be made, and others wait
            for part in _masked(piece, key):
                start = 0
                while start < len(part):
                    if used == len(out):
                        begun = True
                        await send_all(writer, out, used, _SENDING_MS)
                        used = 0
                    taken = min(len(part) - start, len(out) - used)
                    out[used : used + taken] = part[start : start + taken]
                    used += taken
                    start += taken
            turn = len(piece) % 4
            key = key[turn:] + key[:turn]
        if left:
            raise ValueError("a message was announced with %d bytes and has %d" % (size, size - left))
    except (MemoryError, ValueError) as error:
        if not begun:
            raise
        raise OSError("half a frame has left: %r" % error) from None
    await send_all(writer, out, used, _SENDING_MS)


def _segment(size: int):
    """Room for what leaves in one write, of so many bytes as much as memory gives. Raises MemoryError."""
    try:
        return bytearray(min(size, _SEGMENT))
    except MemoryError:
        return bytearray(min(size, _MIN_SEGMENT))


def _masked(piece, key):
    """The piece masked, in parts: a second copy of a large message would not fit."""
    view = memoryview(piece)
    at = 0
    most = frames.PIECE
    while at < len(piece):
        try:
            part = frames.mask(view[at : at + most], key)
        except MemoryError:
            if most == _MIN_PIECE:
                raise
            most = _MIN_PIECE
            continue
        yield part
        at += most
