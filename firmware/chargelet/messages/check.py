"""Compares a payload with a field table (core.py says how one is written), and mends what is clearly meant.

The tables' text is walked anew for every check: slower than objects would be, but it costs no RAM. Paths and
lists of words are made for error texts only, or else a long transaction would leave much garbage behind.
"""

from ..base.pieces import finish
from ..base.timestamp import is_plain
from .long_list import LongList
from .tables import fields
from .values import COUNT, SHAPE, TYPE, plain, shown

# How strict: what we send keeps to the letter. In what comes in an optional field may be null, which means that it is
# absent, and a whole number may be written 300.0. In an answer, fields that the table does not have are ignored, and
# optional ones that are wrong.
SENT, CALL, ANSWER = range(3)

# The longest errorDescription of a CALLERROR, in characters (OCPP-J 1.6 §4.2.3).
_TEXT_MAX = 255

# Below this every whole number is one in single precision too; 16777217.0 would be read as another.
_WHOLE_MAX = 1 << 24

# So many different things that were mended are noted in one payload.
_NOTES_MAX = 4

_ABSENT = object()

# The tables of the objects within the payload that is being judged: a list asks for the same ones again and again.
_inside = {}


def check(table: str, payload, how: int = SENT, notes: "list | None" = None, later: "list | None" = None):
    """None, or (error code, text) of the first thing wrong: the table's fields in order, then unknown ones.

    A field's contents come before the field after it. COUNT: a required field is absent, or a list has too few or too
    many elements. TYPE: another JSON type, null included. VALUE: out of range, too long, no such word, no date, too
    many decimals. SHAPE: a field that the table does not have, or a payload that is no object.
    With CALL or ANSWER for `how`, the payload is mended where its meaning is certain, and each kind of mending leaves
    a line in `notes`. With `later`, the elements of a LongList are left to elements(): what it wants is appended there.
    The text is plain ASCII, and 255 characters at most. Never raises, whatever JSON the payload is.
    """
    if not isinstance(payload, dict):
        return SHAPE, "payload: %s is not an object" % shown(payload)
    try:
        wrong = _object(table.split(), payload, how, [] if notes is None else notes, later)
    finally:
        _inside.clear()
    return _cut(wrong)


def elements(long, kind, how, notes):
    """Judge the elements of a LongList one by one, as a generator that gives None after each; it returns what check()
    does. From then on the list gives its elements mended, if any had to be."""
    wrong = yield from _each(long, kind, how, notes)
    if wrong:
        code, place = wrong
        wrong = code, long.path + place
    return _cut(wrong)


def _each(long, kind, how, notes):
    before, index = len(notes), 0
    try:
        for element in long:
            wrong = _judged(kind, element, how, notes)
            if wrong:
                code, place = wrong
                return code, "[%d]%s" % (index, place)
            index += 1
            yield None
    except ValueError:
        return SHAPE, "[%d]: is no JSON" % index
    if len(notes) > before or len(notes) >= _NOTES_MAX:
        long.mend = lambda element: _judged(kind, element, how, [])
    return None


def _judged(kind, element, how, notes):
    try:
        return _value(kind, element, how, notes, None)
    finally:
        _inside.clear()


def _cut(wrong):
    if wrong is None:
        return None
    code, text = wrong
    return code, text if len(text) <= _TEXT_MAX else text[: _TEXT_MAX - 3] + "..."


def _note(notes, text):
    if len(notes) < _NOTES_MAX and text not in notes:
        notes.append(text)


def _object(table, value, how, notes, later):
    """What is wrong with a dict, given the table's fields as a list; the text begins with a field's name."""
    seen = 0
    for field in table:
        mark = field.find("!")
        if mark < 0:
            mark = field.find("?")
        name = field[:mark]
        found = value.get(name, _ABSENT)
        if how and found is not _ABSENT:
            found = _mended(value, name, found, field[mark], field[mark + 1 :], notes)
            if how == ANSWER and type(found) is str and field[mark + 1] in "iun" and 0 < len(found) < 11:
                if min(found) >= "0" and max(found) <= "9":
                    # Central systems in languages that do not tell them apart: a transaction keeps its id all the same.
                    _note(notes, name + ": a number is written as a text")
                    found = value[name] = int(found)
        if found is not _ABSENT:
            seen += 1
            wrong = _value(field[mark + 1 :], found, how, notes, later)
            if wrong:
                code, place = wrong
                if how != ANSWER or field[mark] == "!":
                    return code, name + place
                # What else the answer says is certain: who is accepted charges, and a transaction has its id.
                _note(notes, name + place + ", and is left out")
                del value[name]
        elif field[mark] == "!":
            return COUNT, name + ": is required"
    if seen < len(value) and how != ANSWER:
        names = [field.replace("?", "!").split("!")[0] for field in table]
        for name in value:
            if name not in names:
                return SHAPE, shown(name) + ": is not a field here"
    return None


def _mended(value, name, found, mark, kind, notes):
    """A field of what came in, as it is meant: _ABSENT where it might as well not be there."""
    if mark == "?" and (found is None or (found == "" and kind[0] == "g")):
        del value[name]
        # Said only of null: an empty group is what many central systems write for none.
        if found is None:
            _note(notes, name + ": null is taken as absent")
        return _ABSENT
    if type(found) is float and kind[0] in "iun" and -_WHOLE_MAX < found < _WHOLE_MAX and found == int(found):
        _note(notes, name + ": a whole number is written with a point")
        found = value[name] = int(found)
    elif kind == "t" and type(found) is str and not is_plain(found):
        _note(notes, name + ": the time is not written as RFC 3339 has it")
    return found


def _value(kind, value, how, notes, later):
    """What is wrong, its text being what follows a field's name: `: ...`, `.name: ...` or `[index]: ...`."""
    if kind[0] == "@":
        return _inner(_table(kind), value, how, notes, later)
    if kind[0] == "[":
        if not isinstance(value, (list, LongList)):
            return TYPE, ": %s is not a list" % shown(value)
        bounds, _, kind = kind[1:-1].rpartition("*")
        if bounds:
            least, _, most = bounds.partition("..")
            if least and len(value) < int(least):
                return COUNT, ": has no elements"
            if most and len(value) > int(most):
                return COUNT, ": has %d elements, at most %s are allowed" % (len(value), most)
        if isinstance(value, LongList):
            if later is None:
                return finish(_each(value, kind, how, notes))
            later.append((value, kind))
            return None
        table = _table(kind) if kind[0] == "@" else None
        for index, element in enumerate(value):
            if table is None:
                wrong = _value(kind, element, how, notes, later)
            else:
                wrong = _inner(table, element, how, notes, later)
            if wrong:
                code, place = wrong
                return code, "[%d]%s" % (index, place)
        return None
    return plain(kind[0], kind[1:], value)


def _table(kind) -> list:
    found = _inside.get(kind)
    if found is None:
        found = _inside[kind] = fields(kind[1:]).split()
    return found


def _inner(table, value, how, notes, later):
    if not isinstance(value, dict):
        return TYPE, ": %s is not an object" % shown(value)
    wrong = _object(table, value, how, notes, later)
    if wrong:
        code, place = wrong
        return code, "." + place
    return None
