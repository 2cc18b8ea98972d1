"""JSON text too long to be objects in RAM: checked in pieces; its one long list, or certificate, stays text."""

import json
from array import array

from .errors import CallError

_QUOTE, _BACKSLASH, _COMMA = 34, 92, 44
_OPEN, _CLOSE, _BEGIN, _END = 91, 93, 123, 125

# Bytes that are looked at in one go: 0.1 ms on a laptop, some 10 ms on an ESP32.
_PIECE = 512

# No message of ours comes near these. A number of thousands of digits would take the parser seconds.
_DEPTH_MAX = 16
_NUMBER_MAX = 40
_FIELDS_MAX = 200
_ELEMENTS_MAX = 300
_ELEMENT_MAX = 1024
# A certificate of more bytes stays where it is (long_text.py). So do fields whose names end like this.
_TEXT = 512
_TEXTS = b'ertificate"', b'ertificateChain"'
_NAME = 40


class LongList:
    """Iterate, or ask for len(): the elements are made one by one, each time anew, from the text that they lie in.

    `path` says where in the payload it is; `mend`, if any, is called with each element before it is given. Iterating
    raises ValueError at an element that is no JSON.
    """

    def __init__(self, data, places):
        self._data = data
        self._places = places
        self.path = ""
        self.mend = None

    def __len__(self) -> int:
        return len(self._places) // 2

    def __iter__(self):
        places = self._places
        for at in range(0, len(places), 2):
            element = loads(self._data[places[at] : places[at + 1]])
            if self.mend:
                self.mend(element)
            yield element


def loads(data):
    """json.loads() of text or bytes in any form. Raises ValueError for anything else.

    MicroPython takes some text that is not JSON (`[1,]`).
    """
    try:
        try:
            return json.loads(data)
        except TypeError:
            return json.loads(bytes(data))  # CPython takes no memoryview
    except RuntimeError:  # RecursionError is one
        wrong = "nested too deeply"
    except (TypeError, AttributeError, KeyError):  # `{[]:1}` on MicroPython
        wrong = "not JSON"
    raise ValueError(wrong)


def finding(data):
    """Look through a message, as a generator that gives None after each piece of work. It returns (from, to, places) of
    the first list within an object that is more than half of the bytes; else of the first long certificate, between its
    quotes and without places; or None.

    `places` has the beginning and the end of each element. What is no JSON at all may be found too, or not. Raises
    CallError for what would take the parser too long, or too much RAM, and ValueError for a list without an end.
    """
    # In one function, long as it is: each byte comes by here, and calls for some would cost more than the rest.
    depth = level = at = outside = inside = 0
    first = start = found = text = None  # where the list begins, and its newest element
    opened = 0  # where the newest text begins
    last = -1  # where the newest sign was that is not part of a number
    quoted = False
    size = len(data)
    while at < size:
        stop = min(size, at + _PIECE)
        while at < stop:
            if quoted:
                while at < stop and data[at] != _QUOTE:
                    at += 2 if data[at] == _BACKSLASH else 1
                if at < stop:
                    quoted = False
                    if at - opened > _TEXT and text is None and first is None:
                        name = bytes(data[max(0, opened - _NAME) : opened]).rstrip()
                        if name[-1:] == b":" and name[:-1].rstrip().endswith(_TEXTS):
                            text = opened + 1, at, None
                    last = at
                    at += 1
                continue
            byte = data[at]
            if byte == _QUOTE:
                quoted = True
                opened = at
            elif byte == _OPEN or byte == _BEGIN:
                depth += 1
                if depth > _DEPTH_MAX:
                    raise CallError("FormationViolation", "nested more than %d deep" % _DEPTH_MAX)
                # The message itself is a list too, and its payload an object.
                if byte == _OPEN and first is None and found is None and depth > 2:
                    first, level, places, inside = at, depth, array("H"), 0
                    start = at + 1
                last = at
            elif byte == _COMMA:
                if at - last > _NUMBER_MAX:
                    _number(data, last, at)
                last = at
                if first is None:
                    outside += 1
                    if outside > _FIELDS_MAX:
                        raise CallError("FormationViolation", "more than %d fields" % _FIELDS_MAX)
                elif depth == level:
                    _element(places, start, at)
                    start = at + 1
                else:
                    inside += 1
            elif byte == _CLOSE or byte == _END:
                if at - last > _NUMBER_MAX:
                    _number(data, last, at)
                last = at
                if depth == level and first is not None:
                    if at - first > size // 2:
                        _element(places, start, at)
                        found = first, at + 1, places
                    else:
                        outside += inside + len(places) // 2
                    first = None
                depth -= 1
            at += 1
        yield None
    if first is not None:
        raise ValueError("not JSON")
    if outside > _FIELDS_MAX:
        raise CallError("FormationViolation", "more than %d fields" % _FIELDS_MAX)
    return found or text


def _element(places, start, end):
    if end - start > _ELEMENT_MAX:
        raise CallError("PropertyConstraintViolation", "a list's element has more than %d bytes" % _ELEMENT_MAX)
    if len(places) >= 2 * _ELEMENTS_MAX:
        raise CallError("OccurenceConstraintViolation", "a list has more than %d elements" % _ELEMENTS_MAX)
    places.append(start)
    places.append(end)


def _number(data, last, end):
    if len(bytes(data[last + 1 : end]).strip(b" \t\r\n:")) > _NUMBER_MAX:
        raise CallError("PropertyConstraintViolation", "a number has more than %d digits" % _NUMBER_MAX)
