"""Compares one value that is neither a list nor an object with its type in a field table (see core.py)."""

from ..base.timestamp import from_text
from .tables import is_word, words

# Out of OCPP-J 1.6 §4.2.3, table 7.
COUNT = "OccurenceConstraintViolation"  # with one r: that is the wire's spelling in 1.6
TYPE = "TypeConstraintViolation"
VALUE = "PropertyConstraintViolation"
SHAPE = "FormationViolation"

# Bounds of i, u, n and d.
_I_MIN, _I_MAX = -(1 << 31), (1 << 31) - 1
_N_MAX = (1 << 53) - 1
_D_MAX = 99999999


def plain(kind, detail, value):
    """None, or (error code, text) of what is wrong; `kind` is the type's first character, `detail` what follows."""
    if kind in "iun":
        # 5.0 is a number that happens to be whole: draft 4 of JSON schema says it is no integer.
        if type(value) is not int:
            return TYPE, ": %s is not a whole number" % shown(value)
        if kind == "u":
            return _range(0, int(detail) if detail else _I_MAX, value)
        return _range(_I_MIN, _I_MAX, value) if kind == "i" else _range(-_N_MAX, _N_MAX, value)
    if kind == "b":
        return None if type(value) is bool else (TYPE, ": %s is not true or false" % shown(value))
    if kind == "d":
        if type(value) is not int and type(value) is not float:
            return TYPE, ": %s is not a number" % shown(value)
        wrong = _range(0, _D_MAX, value)
        if wrong or _one_decimal(value):
            return wrong
        return VALUE, ": %s has more than one decimal" % shown(value)
    if type(value) is not str:
        if kind != "s" or not hasattr(value, "read"):  # a LongText is one
            return TYPE, ": %s is not a text" % shown(value)
    if kind == ":":
        if not is_word(detail, value):
            return VALUE, ": %s is not one of %s" % (shown(value), ", ".join(words(detail)))
    elif kind == "t":
        try:
            from_text(value)
        except ValueError:
            return VALUE, ": %s is not a date and time like 2026-11-20T22:47:05Z" % shown(value)
    else:
        return _text(kind, int(detail) if detail else None, value)
    return None


def _range(least, most, value):
    # NaN is neither less nor more than a bound.
    return None if least <= value <= most else (VALUE, ": %s is not from %d to %d" % (shown(value), least, most))


def _text(kind, most, value):
    plainly = type(value) is not str or _is_ascii(value)  # a LongText is ASCII
    if most is not None and len(value) > most:
        # Two bytes may be one character, so characters are counted, unless it is too long in any case.
        count = len(value)
        if not plainly and count <= 4 * most:
            count, _whole = _characters(value)
        if count > most:
            return VALUE, ": has %d characters, at most %d are allowed" % (count, most)
    if kind == "l":
        for character in value:
            if ord(character) < 32 or ord(character) == 127:
                return VALUE, ": %s has a control character" % shown(value)
    # Half a pair is no character: CPython could not write it to flash. Only a text beyond ASCII can have one.
    # What has no bound (DataTransfer) is for its vendor to judge: to look through it here would take too long.
    if most is not None and not plainly:
        _count, whole = _characters(value)
        if not whole:
            return VALUE, ": %s has half a pair of surrogates" % shown(value)
    return None


try:
    memoryview("")

    def _is_ascii(text) -> bool:
        return len(memoryview(text)) == len(text)  # MicroPython: the bytes that it is made of

except TypeError:

    def _is_ascii(text) -> bool:
        return text.isascii()


def _characters(text) -> tuple:
    """(length, whether it is whole) as JSON schema means it. MicroPython leaves a pair of escapes (\\ud83d\\ude00) two
    characters."""
    count = len(text)
    high = False
    whole = True
    for character in text:
        code = ord(character)
        if 0xDC00 <= code < 0xE000:
            if high:
                count -= 1
            else:
                whole = False
            high = False
        else:
            whole = whole and not high
            high = 0xD800 <= code < 0xDC00
    return count, whole and not high


def _one_decimal(value) -> bool:
    """Whether it is a multiple of 0.1, as far as a float can tell: beyond 50000 that is uncertain, and granted."""
    if type(value) is int:
        return True
    # 8.1 is 8.1000003815 in single precision: compare with the room that 24 bits leave.
    tenths = value * 10
    difference = tenths - int(tenths + 0.5)
    room = 1e-6 * (tenths if tenths > 1 else 1)
    return -room <= difference <= room


def shown(value) -> str:
    """A value for an error text: short, plain ASCII, and never the whole of something huge."""
    if hasattr(value, "read"):
        value = value.read().decode()  # a LongText
    if type(value) is str:
        text = '"%s"' % "".join([c if 31 < ord(c) < 127 else "?" for c in value[:30]])
        return text if len(value) <= 30 else text + "..."
    if value is None or type(value) in (bool, int, float):
        text = str(value) if type(value) is not int or -(1 << 60) < value < 1 << 60 else "a huge number"
        return {"None": "null", "True": "true", "False": "false"}.get(text, text)
    return "an object" if isinstance(value, dict) else "a list"
