"""Payloads made from the field tables, and every way in which one of their fields may be wrong."""

from chargelet.messages.tables import fields, table, words

STAMP = "2036-01-01T00:00:00Z"

# Where the first thing that the table allows would not do.
_MEANT = {
    "chargingProfilePurpose": "TxDefaultProfile",
    "chargingProfileKind": "Relative",
    "requestedMessage": "Heartbeat",
    "hashAlgorithm": "SHA256",
    "startPeriod": 0,
    "key": "HeartbeatInterval",
    "value": "300",
    "updateType": "Full",
    "location": "ftp://host/file",
    "remoteLocation": "ftp://host/file",
    "numberPhases": 3,
    "limit": 16,
}


def split(text):
    """(name, whether required, type) of each field of a table."""
    for field in text.split():
        mark = "!" if "!" in field else "?"
        name, _, kind = field.partition(mark)
        yield name, mark == "!", kind


def sample(action, kind="req", meant=None, optional=True):
    """A payload with every field, or the required ones; `meant` gives fields another value."""
    return _object(table(action, kind), dict(_MEANT, **(meant or {})), optional)


def _object(text, meant, optional):
    return {name: _sample(name, kind, meant, optional) for name, needed, kind in split(text) if needed or optional}


def _sample(name, kind, meant, optional):
    if kind[0] == "[":
        return [_sample(name, kind[1:-1].split("*")[-1], meant, optional)]
    if name in meant:
        return meant[name]
    if kind[0] == "@":
        return _object(fields(kind[1:]), meant, optional)
    if kind[0] == ":":
        return words(kind[1:])[0]
    return {"i": 2, "u": 2, "n": 2, "d": 16, "b": True, "t": STAMP}.get(kind[0], "A")


def places(text, path=()):
    """(path, whether required, type) of each field of a table, and of each element of its lists."""
    for name, needed, kind in split(text):
        yield from _places(path + (name,), needed, kind)


def _places(path, needed, kind):
    yield path, needed, kind
    if kind[0] == "[":
        yield from _places(path + (0,), True, kind[1:-1].split("*")[-1])
    elif kind[0] == "@":
        yield from places(fields(kind[1:]), path)


class Absent:
    """In place of a value: the field is not there."""


def changed(payload, path, value):
    """The payload with another value in that place; it is copied as far as needed."""
    if not path:
        return value
    copy = list(payload) if isinstance(payload, list) else dict(payload)
    if len(path) == 1 and value is Absent:
        del copy[path[0]]
    else:
        copy[path[0]] = changed(payload[path[0]], path[1:], value)
    return copy


def nested(depth):
    """A list in a list in a list."""
    value = []
    for _ in range(depth):
        value = [value]
    return value


def variants(needed, kind, now, long=10240):
    """(what it is, value, code of the right CALLERROR, or None where the table allows it) of one field."""
    count, type_, value_ = "OccurenceConstraintViolation", "TypeConstraintViolation", "PropertyConstraintViolation"
    number, text = kind[0] in "iund", kind[0] in "slgt:"
    yield "absent", Absent, count if needed else None
    yield "null", None, type_ if needed else None
    empty = None if kind[0] in "slg" else value_
    yield "empty", "", empty if text else type_
    yield "an empty list", [], _empty_list(kind) if kind[0] == "[" else type_
    yield "an empty object", {}, count if kind[0] == "@" and "!" in fields(kind[1:]) else type_
    yield "true", True, None if kind == "b" else type_
    yield "nested", nested(100), type_
    yield "-1", -1, (None if kind[0] in "in" else value_) if number else type_
    yield "10^18", 10**18, value_ if number else type_
    yield "a float", 2.5, (None if kind[0] == "d" else type_) if number else type_
    if kind[0] in "iun" and isinstance(now, int):
        yield "a whole float", float(now), None
    if number:
        bound = {"i": 2**31 - 1, "u": 2**31 - 1, "n": 2**53 - 1, "d": 99999999}[kind[0]]
        bound = int(kind[1:]) if kind[1:] else bound
        yield "at the bound", bound, None
        yield "one over", bound + 1, value_
    else:
        yield "a number", 5, type_
    if kind[0] == "[":
        most = kind[1:-1].rpartition("*")[0].partition("..")[2]
        if most:
            small = _sample("", kind[1:-1].split("*")[-1], _MEANT, False)
            yield "as many as allowed", [small] * int(most), None
            yield "one too many", [small] * (int(most) + 1), count
        yield "a list of 10 kB", [None] * (long // 5), count if most else type_
    size = int(kind[1:]) if kind[0] in "slg" and kind[1:] else None
    if size:
        yield "at the bound", "x" * size, None
        yield "one over", "x" * (size + 1), value_
    strange = None if kind[0] in "sg" else value_
    yield "long", "x" * long, (None if kind == "s" else value_) if text else type_
    yield "unicode", "\u00e9\u20ac\u4e16", (None if kind[0] == "l" else strange) if text else type_
    yield "half a pair", "A\ud83d", (None if kind == "s" else value_) if text else type_
    yield "CR LF", "A\r\nB", strange if text else type_
    yield "NUL", "A\x00B\t", strange if text else type_


def _empty_list(kind):
    return "OccurenceConstraintViolation" if kind[1:3] == "1." else None
