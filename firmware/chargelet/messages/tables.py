"""Knows where the field table of every OCPP 1.6 message is. Knows no fields itself."""

# The actions of OCPP 1.6 (§6) beyond those whose tables are here: known, and not supported.
_OTHERS = (
    "CancelReservation ClearChargingProfile DiagnosticsStatusNotification FirmwareStatusNotification "
    "GetCompositeSchedule GetDiagnostics GetLocalListVersion ReserveNow SendLocalList SetChargingProfile "
    "TriggerMessage UpdateFirmware"
)


def table(action: str, kind: str) -> "str | None":
    """The field table of an action's request ("req") or response ("conf"), or None when there is none."""
    from .core import FIELDS

    pair = FIELDS.get(action)
    return None if pair is None else pair[0 if kind == "req" else 1]


def is_standard(action: str) -> bool:
    """Whether OCPP 1.6 knows the action at all."""
    return action in _OTHERS.split() or table(action, "req") is not None
