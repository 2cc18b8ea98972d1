"""Finds the row of a message, an object or a list of words in the tables of core.py and profiles.py."""

from . import core, profiles


def _find(rows: tuple, name: str) -> "str | None":
    """What follows a name in a tuple of names and texts that is sorted by name: found in a few steps, without RAM."""
    low, high = 0, len(rows) // 2
    while low < high:
        middle = (low + high) // 2
        found = rows[2 * middle]
        if found == name:
            return rows[2 * middle + 1]
        if found < name:
            low = middle + 1
        else:
            high = middle
    return None


def table(action: str, kind: str) -> "str | None":
    """The fields of an action's request ("req") or response ("conf"), or None when there is no such table."""
    return fields(action + "." + kind) if action.isalpha() else None


def fields(name: str) -> "str | None":
    """The fields of an object that tables name with `@`."""
    found = _find(core.FIELDS, name)
    return _find(profiles.FIELDS, name) if found is None else found


def _words(name: str) -> str:
    found = _find(core.WORDS, name)
    return _find(profiles.WORDS, name) if found is None else found


def words(name: str) -> list:
    """The words that tables allow with `:`."""
    return _words(name).split()


def is_word(name: str, value: str) -> bool:
    """Whether `words(name)` has the value, without making that list: a large message asks a hundred times."""
    if not value or " " in value:
        return False
    text = _words(name)
    at = text.find(value)
    while at >= 0:
        end = at + len(value)
        if (not at or text[at - 1] == " ") and (end == len(text) or text[end] == " "):
            return True
        at = text.find(value, end)
    return False
