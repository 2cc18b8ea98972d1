"""Knows JSON text, on two interpreters that differ in it. Knows nothing of what the values mean."""

import json


def decode(text: str):
    """The value that the text stands for. Raises ValueError for everything that is none.

    MicroPython takes some text that is not JSON (`[1,]`); the shape of a message is checked anyway.
    """
    try:
        return json.loads(text)
    except (MemoryError, RuntimeError):  # RecursionError is a RuntimeError
        wrong = "nested too deeply or too large"
    except (TypeError, AttributeError, KeyError):  # `{[]:1}` on MicroPython
        wrong = "not JSON"
    raise ValueError(wrong)


class Pieces:
    """A text that is only made while it is sent: `size` bytes of UTF-8, which pieces() gives one by one.

    A list of many things takes twice the RAM of its text, and its text has no room in one piece either.
    """

    def __init__(self, message, name, make):
        payload = dict(message[-1])
        payload[name] = []
        self._around = _encoded(message[:-1] + [payload])
        self._cut = self._around.find('"%s":[]' % name) + len(name) + 4
        self._make = make
        self.size = sum([len(piece) for piece in self.pieces()])

    def pieces(self):
        """From the first to the last byte."""
        yield self._around[: self._cut].encode()
        comma = ""
        for item in self._make():
            yield (comma + _encoded(item)).encode()
            comma = ","
        yield self._around[self._cut :].encode()


def encode(message: list) -> "str | Pieces":
    """A message as JSON text. A list in its payload may be a function that makes one: it is never there as a whole."""
    payload = message[-1]
    if isinstance(payload, dict):
        for name in payload:
            if callable(payload[name]):
                return Pieces(message, name, payload[name])
    return _encoded(message)


def whole(payload: dict) -> dict:
    """The same payload with its lists as lists."""
    return {name: list(value()) if callable(value) else value for name, value in payload.items()}


def _encoded(value) -> str:
    """Compact JSON in plain ASCII: everything else is escaped.

    MicroPython writes lone surrogates, which the other side may have sent us as escapes, as bytes
    that are not UTF-8, and a server must close the connection on those (RFC 6455 §8.1).
    """
    text = json.dumps(value, separators=(",", ":"))
    if len(text) == _length(text):
        return text
    return "".join([_escaped(character) for character in text])


def _length(text: str) -> int:
    """Bytes of the text in UTF-8."""
    try:
        return len(memoryview(text))  # MicroPython: without a copy of what may be large
    except TypeError:
        return len(text.encode())


def _escaped(character: str) -> str:
    code = ord(character)
    if code < 0x80:
        return character
    if code < 0x10000:
        return "\\u%04x" % code
    code -= 0x10000
    return "\\u%04x\\u%04x" % (0xD800 | code >> 10, 0xDC00 | code & 0x3FF)
