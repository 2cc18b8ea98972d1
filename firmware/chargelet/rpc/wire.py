"""JSON text on two interpreters that differ; long messages are parsed and made in pieces of work."""

import json

from ..base.pieces import finish
from ..messages.long_list import LongList, finding, loads

# From here on a list is not made of objects, which take three times as much RAM as their text.
_LONG = 1024
# Places in a text are kept in 16 bits.
_MAX = 65535


def decoding(text):
    """The value that the text, or ASCII in a buffer, stands for: a generator that gives None after each piece of work,
    and returns the value. Raises ValueError for what is not JSON, CallError for what is beyond all reason, and
    MemoryError for what there is no room for.

    What is long, and for the most part one list, gets a LongList in its place: the buffer has to live as long as that,
    and its elements have not been looked at yet. A long certificate gets a LongText.
    """
    if len(text) <= _LONG:
        return loads(text)
    if len(text) > _MAX:
        raise ValueError("more than %d characters" % _MAX)
    data = bytes_of(text)
    found = yield from finding(data)
    if found is None:
        return loads(data)
    start, end, places = found
    quote = b'"'
    if places is not None:
        made = LongList(data, places)
    else:
        from ..messages.long_text import LongText

        yield
        made, quote = LongText(data, start, end), b""
        if not (yield from made.measuring()):
            return loads(data)
    before, after = bytes(data[:start]), bytes(data[end:])
    mark = b"~"
    while mark in before or mark in after:
        mark += b"~"
    message = loads(before + quote + mark + quote + after)
    _put(message, mark.decode(), made, "")
    return message


def _put(value, mark, made, path) -> bool:
    """Put the list where its mark is; whether it was found."""
    for key in value if isinstance(value, dict) else range(len(value)):
        inner = value[key]
        if inner == mark:
            value[key] = made
            made.path = path + str(key)
            return True
        # The payload is where paths begin.
        step = "%s%s." % (path, key) if isinstance(value, dict) else path
        if isinstance(inner, (dict, list)) and _put(inner, mark, made, step):
            return True
    return False


# Calls that say by a word of their own that they could not be carried out (security whitepaper §6).
_WORDS = " CertificateSigned Rejected DeleteCertificate Failed InstallCertificate Failed SignedUpdateFirmware Rejected "


def failed(unique: str, action, code: str, text: str, error: "Exception | None" = None) -> str:
    """The answer to a call that has failed. Where memory was short (always so without an `error`) it is the call's own
    word, if there is one."""
    at = _WORDS.find(" %s " % action)
    memory = error is None or isinstance(error, MemoryError)
    if memory and at >= 0 and code == "InternalError":
        _action, word, _others = _WORDS[at + 1 :].split(" ", 2)
        return _encoded([3, unique, {"status": word}])
    return _encoded([4, unique, code, text, {}])


class Pieces:
    """A text that is only made while it is sent: `size` bytes of UTF-8, which pieces() gives one by one.

    A list of many things takes twice the RAM of its text, and its text has no room in one piece either. Its size is
    found by making it once: measuring() is a generator that does so in pieces of work.
    """

    def __init__(self, message, name, make):
        payload = dict(message[-1])
        payload[name] = []
        self._around = _encoded(message[:-1] + [payload])
        self._cut = self._around.find('"%s":[]' % name) + len(name) + 4
        self._make = make
        self._size = None

    def measuring(self):
        """Find the size; gives None after each piece of work."""
        size = 0
        for piece in self.pieces():
            size += len(piece)
            yield None
        self._size = size

    @property
    def measured(self) -> bool:
        """Whether the size is known already: to ask for it costs nothing then."""
        return self._size is not None

    @property
    def size(self) -> int:
        if self._size is None:
            finish(self.measuring())
        return self._size

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


def bytes_of(text):
    """The text in UTF-8, on MicroPython without a copy; what is a buffer already stays one."""
    try:
        return memoryview(text)
    except TypeError:
        return text.encode()


def _length(text: str) -> int:
    """Bytes of the text in UTF-8."""
    return len(bytes_of(text))


def _escaped(character: str) -> str:
    code = ord(character)
    if code < 0x80:
        return character
    if code < 0x10000:
        return "\\u%04x" % code
    code -= 0x10000
    return "\\u%04x\\u%04x" % (0xD800 | code >> 10, 0xDC00 | code & 0x3FF)
