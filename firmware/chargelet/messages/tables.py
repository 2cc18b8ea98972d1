"""Knows where the line of a message, an object or a list of words is. Knows no fields itself."""

from . import core, profiles


def _span(text: str, name: str) -> tuple:
    """(from, to) of what follows a name at the beginning of a line, lines that continue it too; (-1, -1) if none."""
    at = text.find("\n" + name)
    while at >= 0:
        at += 1 + len(name)
        if text[at] in " \n":
            end = text.find("\n", at)
            while text[end + 1 : end + 2] == " ":
                end = text.find("\n", end + 1)
            return at, end
        at = text.find("\n" + name, at)
    return -1, -1


def _line(text: str, name: str) -> "str | None":
    at, end = _span(text, name)
    return text[at:end] if at >= 0 else None


def table(action: str, kind: str) -> "str | None":
    """The fields of an action's request ("req") or response ("conf"), or None when there is no such table."""
    return fields(action + "." + kind) if action.isalpha() else None


def fields(name: str) -> "str | None":
    """The fields of an object that tables name with `@`."""
    found = _line(core.FIELDS, name)
    return _line(profiles.FIELDS, name) if found is None else found


def words(name: str) -> list:
    """The words that tables allow with `:`."""
    return (_line(core.WORDS, name) or _line(profiles.WORDS, name)).split()


def is_word(name: str, value: str) -> bool:
    """Whether `words(name)` has the value, without making that list: a large message asks a hundred times."""
    if not value or " " in value or "\n" in value:
        return False
    text = core.WORDS
    at, end = _span(text, name)
    if at < 0:
        text = profiles.WORDS
        at, end = _span(text, name)
    value = " " + value
    while at >= 0:
        at = text.find(value, at, end)
        if at >= 0:
            at += len(value)
            if text[at] in " \n":
                return True
    return False
