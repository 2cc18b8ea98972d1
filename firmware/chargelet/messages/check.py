"""Knows how a payload is judged by a field table (see core.py). Knows no messages.

The tables' text is walked anew for every check: slower than objects would be, but it costs no RAM.
"""

from ..ground.timestamp import from_text
from .tables import fields, words

MISSING = "OccurenceConstraintViolation"  # with one r: that is the wire's spelling in 1.6
TYPE = "TypeConstraintViolation"
VALUE = "PropertyConstraintViolation"
SHAPE = "FormationViolation"

_ABSENT = object()


def check(table: str, payload, lenient: bool = False) -> "tuple | None":
    """None, or (error code, text) of the first thing wrong: the table's fields in order, then unknown ones.

    `lenient` passes over fields that the table does not have. Never raises, whatever the payload is.
    """
    if not isinstance(payload, dict):
        return SHAPE, "payload: %s is not an object" % _shown(payload)
    return _object(table, payload, "", lenient)


def _object(table, value, path, lenient):
    seen = 0
    names = []
    for field in table.split():
        mark = field.find("!")
        if mark < 0:
            mark = field.find("?")
        name = field[:mark]
        names.append(name)
        found = value.get(name, _ABSENT)
        if found is not _ABSENT:
            seen += 1
            wrong = _value(field[mark + 1 :], found, path + name, lenient)
            if wrong:
                return wrong
        elif field[mark] == "!":
            return MISSING, "%s%s: is required" % (path, name)
    if seen < len(value) and not lenient:
        for name in value:
            if name not in names:
                return SHAPE, "%s%s: is not a field here" % (path, _shown(name))
    return None


def _value(kind, value, path, lenient):
    if kind[0] == "@":
        if not isinstance(value, dict):
            return TYPE, "%s: %s is not an object" % (path, _shown(value))
        return _object(fields(kind[1:]), value, path + ".", lenient)
    if kind[0] == "[":
        if not isinstance(value, list):
            return TYPE, "%s: %s is not a list" % (path, _shown(value))
        kind = kind[1:-1]
        if kind[0] == "1":
            kind = kind[1:]
            if not value:
                return MISSING, "%s: has no elements" % path
        for index, element in enumerate(value):
            wrong = _value(kind, element, "%s[%d]" % (path, index), lenient)
            if wrong:
                return wrong
        return None
    return _plain(kind[0], kind[1:], value, path)


def _plain(kind, detail, value, path):
    if kind == "i":
        # 5.0 is a number that happens to be whole: draft 4 of JSON schema says it is no integer.
        return None if type(value) is int else (TYPE, "%s: %s is not a whole number" % (path, _shown(value)))
    if kind == "b":
        return None if type(value) is bool else (TYPE, "%s: %s is not true or false" % (path, _shown(value)))
    if kind == "d":
        if type(value) is not int and type(value) is not float:
            return TYPE, "%s: %s is not a number" % (path, _shown(value))
        return None if _one_decimal(value) else (VALUE, "%s: %s has more than one decimal" % (path, _shown(value)))
    if type(value) is not str:
        return TYPE, "%s: %s is not a text" % (path, _shown(value))
    if kind == "s":
        if detail and len(value) > int(detail):
            return VALUE, "%s: has %d characters, at most %s are allowed" % (path, len(value), detail)
    elif kind == ":":
        if value not in words(detail):
            return VALUE, "%s: %s is not one of %s" % (path, _shown(value), ", ".join(words(detail)))
    elif kind == "t":
        try:
            from_text(value)
        except ValueError:
            return VALUE, "%s: %s is not a date and time" % (path, _shown(value))
    return None


def _one_decimal(value) -> bool:
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
        return '"%s"' % "".join([c if 31 < ord(c) < 127 else "?" for c in value[:30]])
    if value is None or type(value) in (bool, int, float):
        text = str(value) if type(value) is not int or -(1 << 60) < value < 1 << 60 else "a huge number"
        return {"None": "null", "True": "true", "False": "false"}.get(text, text)
    return "a list" if isinstance(value, list) else "an object"
