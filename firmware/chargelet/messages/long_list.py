"""Knows a list inside a JSON text that is too long to be in RAM as objects. Knows no messages."""

import json
from array import array

_QUOTE, _BACKSLASH, _COMMA = 34, 92, 44
_OPEN, _CLOSE, _BEGIN, _END = 91, 93, 123, 125


class LongList:
    """Iterate, or ask for len(): the elements are made one by one, each time anew, from the text that they lie in."""

    def __init__(self, data, places):
        self._data = data
        self._places = places

    def __len__(self) -> int:
        return len(self._places) // 2

    def __iter__(self):
        places = self._places
        for at in range(0, len(places), 2):
            yield loads(self._data[places[at] : places[at + 1]])


def loads(data):
    """json.loads() of bytes in any form."""
    try:
        return json.loads(data)
    except TypeError:
        return json.loads(bytes(data))  # CPython takes no memoryview


def find(data) -> "tuple | None":
    """(from, to, places) of the first list within an object of a message that is more than half of its bytes.

    `places` has the beginning and the end of each element. What is no JSON at all may be found too, or not.
    """
    depth = level = at = 0
    first = start = None  # where the list begins, and its newest element
    size = len(data)
    while at < size:
        byte = data[at]
        if byte == _QUOTE:
            at += 1
            while at < size and data[at] != _QUOTE:
                at += 2 if data[at] == _BACKSLASH else 1
        elif byte == _OPEN or byte == _BEGIN:
            depth += 1
            # The message itself is a list too, and its payload an object.
            if byte == _OPEN and first is None and depth > 2:
                first, level, places = at, depth, array("H")
                start = at + 1
        elif byte == _COMMA:
            if depth == level and first is not None:
                places.append(start)
                places.append(at)
                start = at + 1
        elif byte == _CLOSE or byte == _END:
            if depth == level and first is not None:
                if at - first > size // 2:
                    places.append(start)
                    places.append(at)
                    return first, at + 1, places
                first = None
            depth -= 1
        at += 1
    return None
