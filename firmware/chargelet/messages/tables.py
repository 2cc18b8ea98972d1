"""Knows where the line of a message, an object or a list of words is. Knows no fields itself."""

from . import core

# The actions of OCPP 1.6 (§6) beyond those whose tables are here: known, and not supported.
_OTHERS = (
    "CancelReservation ClearChargingProfile DiagnosticsStatusNotification FirmwareStatusNotification "
    "GetCompositeSchedule GetDiagnostics GetLocalListVersion ReserveNow SendLocalList SetChargingProfile "
    "TriggerMessage UpdateFirmware"
)


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
    return _line(core.FIELDS, action + "." + kind) if action.isalpha() else None


def fields(name: str) -> str:
    """The fields of an object that tables name with `@`."""
    return _line(core.FIELDS, name)


def words(name: str) -> list:
    """The words that tables allow with `:`."""
    return _line(core.WORDS, name).split()


def is_word(name: str, value: str) -> bool:
    """Whether `words(name)` has the value, without making that list: a large message asks a hundred times."""
    if not value or " " in value or "\n" in value:
        return False
    at, end = _span(core.WORDS, name)
    value = " " + value
    while at >= 0:
        at = core.WORDS.find(value, at, end)
        if at >= 0:
            at += len(value)
            if core.WORDS[at] in " \n":
                return True
    return False


def is_standard(action: str) -> bool:
    """Whether OCPP 1.6 knows the action at all."""
    return action in _OTHERS.split() or table(action, "req") is not None
