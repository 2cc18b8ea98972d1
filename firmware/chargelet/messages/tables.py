"""Knows where the line of a message, an object or a list of words is. Knows no fields itself."""

from . import core

# The actions of OCPP 1.6 (§6) beyond those whose tables are here: known, and not supported.
_OTHERS = (
    "CancelReservation ClearChargingProfile DiagnosticsStatusNotification FirmwareStatusNotification "
    "GetCompositeSchedule GetDiagnostics GetLocalListVersion ReserveNow SendLocalList SetChargingProfile "
    "TriggerMessage UpdateFirmware"
)


def line(text: str, name: str) -> "str | None":
    """What follows a name at the beginning of a line, with the lines that continue it; None when it is not there."""
    at = text.find("\n" + name)
    while at >= 0:
        at += 1 + len(name)
        if text[at] in " \n":
            end = text.find("\n", at)
            while text[end + 1 : end + 2] == " ":
                end = text.find("\n", end + 1)
            return text[at:end]
        at = text.find("\n" + name, at)
    return None


def table(action: str, kind: str) -> "str | None":
    """The fields of an action's request ("req") or response ("conf"), or None when there is no such table."""
    return line(core.FIELDS, action + "." + kind) if action.isalpha() else None


def fields(name: str) -> str:
    """The fields of an object that tables name with `@`."""
    return line(core.FIELDS, name)


def words(name: str) -> list:
    """The words that tables allow with `:`."""
    return line(core.WORDS, name).split()


def is_standard(action: str) -> bool:
    """Whether OCPP 1.6 knows the action at all."""
    return action in _OTHERS.split() or table(action, "req") is not None
