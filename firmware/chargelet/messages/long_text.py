"""A text of a message that is not made: it stays where the message lies, and is read from there in pieces."""

from ..base import loading
from .long_list import loads

loading.seldom(__name__)

# Bytes of a message that are looked at in one go.
_PIECE = 256
_BACKSLASH = b"\\"


class LongText:
    """What is between two quotes of a message in JSON, plain ASCII. len() and read() count characters, once measuring()
    has come to its end; the message has to live as long as this."""

    def __init__(self, data, start: int, end: int):
        self._data = data
        self._start = self._at = start
        self._end = end
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def measuring(self):
        """A generator that gives None after each piece of work, and returns whether it is a text of ASCII."""
        size = 0
        try:
            while True:
                piece = self._next()
                if not piece:
                    break
                size += len(piece)
                yield None
        except ValueError:
            return False
        self._at, self._size = self._start, size
        return True

    def read(self, _size: int = 0) -> bytes:
        """The next characters, from 1 to 256 of them; b"" at the end."""
        return self._next()

    def _next(self) -> bytes:
        stop = min(self._end, self._at + _PIECE)
        piece = bytes(self._data[self._at : stop])
        at = piece.find(_BACKSLASH)
        while at >= 0:
            after = at + (6 if piece[at + 1 : at + 2] == b"u" else 2)
            if after > len(piece) and stop < self._end:
                piece = piece[:at]  # an escape is not parted
                break
            at = piece.find(_BACKSLASH, after)
        self._at += len(piece)
        if piece.find(_BACKSLASH) < 0 and not max(piece or b" ") & 0x80 and min(piece or b" ") > 31:
            return piece
        text = loads(b'"' + piece + b'"')
        made = text.encode()
        if len(made) != len(text):
            raise ValueError("not ASCII")
        return made
