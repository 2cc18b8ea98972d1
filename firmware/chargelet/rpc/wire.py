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


def encode(value) -> str:
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
