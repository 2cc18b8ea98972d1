"""Reads lines and pieces of bounded length from a stream: an endless line must not take all RAM."""

from uwebsockets.sockets import within

from ..base import loading

loading.seldom(__name__)

# No less is read at once for want of memory.
_LEAST = 64
# Silence for so long is the end.
PATIENCE_MS = 30000
_PIECE = 256


class Lines:
    """A stream's reader, and what has been read of it beyond the last line."""

    def __init__(self, reader):
        self._reader = reader
        self._rest = b""

    async def line(self, most: int) -> "bytes | None":
        """The next line with its end, or None when the stream ends before, or the line is longer than `most`."""
        while True:
            end = self._rest.find(b"\n") + 1
            if end or len(self._rest) > most:
                break
            piece = await within(self._reader.read(_PIECE), PATIENCE_MS)
            if not piece:
                return None
            self._rest += piece
        if not end or end > most:
            return None
        line, self._rest = self._rest[:end], self._rest[end:]
        return line

    async def read(self, most: int) -> bytes:
        """Up to so many bytes, fewer where RAM has no such piece; b"" at the end of the stream."""
        if self._rest:
            piece, self._rest = self._rest[:most], self._rest[most:]
            return piece
        while True:
            try:
                return await within(self._reader.read(most), PATIENCE_MS)
            except MemoryError:  # nothing has been taken from the stream
                if most <= _LEAST:
                    raise
            most //= 2
