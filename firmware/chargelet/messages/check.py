"""Knows how a payload is judged by a field table (see core.py). Knows no messages.

The tables' text is walked anew for every check: slower than objects would be, but it costs no RAM. Paths and
lists of words are made for error texts only, or else a long transaction would leave much garbage behind.
"""

from ..ground.timestamp import from_text
from .long_list import LongList
from .tables import fields, is_word, words

# Out of OCPP-J 1.6 §4.2.3, table 7.
MISSING = "OccurenceConstraintViolation"  # with one r: that is the wire's spelling in 1.6
TYPE = "TypeConstraintViolation"
VALUE = "PropertyConstraintViolation"
SHAPE = "FormationViolation"

# The longest errorDescription of a CALLERROR, in characters (OCPP-J 1.6 §4.2.3).
_TEXT_MOST = 255

# Up to here every whole number is one in single precision too.
_WHOLE_MOST = 1 << 24

_ABSENT = object()

# The tables of the objects within the payload that is being judged: a list asks for the same ones again and again.
_inside = {}


def check(table: str, payload, lenient: bool = False) -> "tuple | None":
    """None, or (error code, text) of the first thing wrong: the table's fields in order, then unknown ones.

    A field's contents come before the field after it. MISSING: a required field, or a list's only element. TYPE:
    another JSON type, null included. VALUE: too long, no such word, no date, too many decimals. SHAPE: a field
    that the table does not have, unless `lenient` passes over those, or a payload that is no object. With `lenient`
    a whole number may also be written 300.0, and is made one in the payload.
    The text is plain ASCII, and 255 characters at most. Never raises, whatever JSON the payload is.
    """
    if not isinstance(payload, dict):
        return SHAPE, "payload: %s is not an object" % _shown(payload)
    try:
        wrong = _object(table.split(), payload, lenient)
    finally:
        _inside.clear()
    if wrong is None:
        return None
    code, text = wrong
    return code, text if len(text) <= _TEXT_MOST else text[: _TEXT_MOST - 3] + "..."


def _object(table, value, lenient):
    """What is wrong with a dict, given the table's fields as a list; the text begins with a field's name."""
    seen = 0
    for field in table:
        mark = field.find("!")
        if mark < 0:
            mark = field.find("?")
        name = field[:mark]
        found = value.get(name, _ABSENT)
        if found is not _ABSENT:
            seen += 1
            if lenient and type(found) is float and field[mark + 1 :] == "i" and -_WHOLE_MOST < found < _WHOLE_MOST:
                if found == int(found):
                    found = value[name] = int(found)
            wrong = _value(field[mark + 1 :], found, lenient)
            if wrong:
                return wrong[0], name + wrong[1]
        elif field[mark] == "!":
            return MISSING, name + ": is required"
    if seen < len(value) and not lenient:
        names = [field.replace("?", "!").split("!")[0] for field in table]
        for name in value:
            if name not in names:
                return SHAPE, _shown(name) + ": is not a field here"
    return None


def _value(kind, value, lenient):
    """What is wrong, its text being what follows a field's name: `: ...`, `.name: ...` or `[index]: ...`."""
    if kind[0] == "@":
        return _inner(_table(kind), value, lenient)
    if kind[0] == "[":
        if not isinstance(value, (list, LongList)):
            return TYPE, ": %s is not a list" % _shown(value)
        kind = kind[1:-1]
        if kind[0] == "1":
            kind = kind[1:]
            if not value:
                return MISSING, ": has no elements"
        table = _table(kind) if kind[0] == "@" else None
        for index, element in enumerate(value):
            wrong = _value(kind, element, lenient) if table is None else _inner(table, element, lenient)
            if wrong:
                return wrong[0], "[%d]%s" % (index, wrong[1])
        return None
    return _plain(kind[0], kind[1:], value)


def _table(kind) -> list:
    found = _inside.get(kind)
    if found is None:
        found = _inside[kind] = fields(kind[1:]).split()
    return found


def _inner(table, value, lenient):
    if not isinstance(value, dict):
        return TYPE, ": %s is not an object" % _shown(value)
    wrong = _object(table, value, lenient)
    return wrong and (wrong[0], "." + wrong[1])


def _plain(kind, detail, value):
    if kind == "i":
        # 5.0 is a number that happens to be whole: draft 4 of JSON schema says it is no integer.
        return None if type(value) is int else (TYPE, ": %s is not a whole number" % _shown(value))
    if kind == "b":
        return None if type(value) is bool else (TYPE, ": %s is not true or false" % _shown(value))
    if kind == "d":
        if type(value) is not int and type(value) is not float:
            return TYPE, ": %s is not a number" % _shown(value)
        return None if _one_decimal(value) else (VALUE, ": %s has more than one decimal" % _shown(value))
    if type(value) is not str:
        return TYPE, ": %s is not a text" % _shown(value)
    if kind == "s":
        if detail and len(value) > int(detail) and _characters(value) > int(detail):
            return VALUE, ": has %d characters, at most %s are allowed" % (_characters(value), detail)
    elif kind == ":":
        if not is_word(detail, value):
            return VALUE, ": %s is not one of %s" % (_shown(value), ", ".join(words(detail)))
    elif kind == "t":
        try:
            from_text(value)
        except ValueError:
            return VALUE, ": %s is not a date and time like 2026-11-20T22:47:05Z" % _shown(value)
    return None


def _characters(text) -> int:
    """The length that JSON schema means. MicroPython leaves a pair of escapes (\\ud83d\\ude00) two characters."""
    count = len(text)
    high = False
    for character in text:
        code = ord(character)
        if high and 0xDC00 <= code < 0xE000:
            count -= 1
        high = 0xD800 <= code < 0xDC00
    return count


def _one_decimal(value) -> bool:
    """Whether it is a multiple of 0.1, as far as a float can tell: beyond 50000 that is uncertain, and granted."""
    if type(value) is int:
        return True
    if not -1e9 < value < 1e9:
        return value * 0 == 0  # so large that there are no decimals, but not infinite or no number
    # 8.1 is 8.1000003815 in single precision: compare with the room that 24 bits leave.
    tenths = value * 10
    nearest = int(tenths + 0.5) if tenths >= 0 else -int(0.5 - tenths)
    difference = tenths - nearest
    room = 1e-6 * (tenths if tenths > 1 else -tenths if tenths < -1 else 1)
    return -room <= difference <= room


def _shown(value) -> str:
    """A value for an error text: short, plain ASCII, and never the whole of something huge."""
    if type(value) is str:
        text = '"%s"' % "".join([c if 31 < ord(c) < 127 else "?" for c in value[:30]])
        return text if len(value) <= 30 else text + "..."
    if value is None or type(value) in (bool, int, float):
        text = str(value) if type(value) is not int or -(1 << 60) < value < 1 << 60 else "a huge number"
        return {"None": "null", "True": "true", "False": "false"}.get(text, text)
    return "a list" if isinstance(value, (list, LongList)) else "an object"
