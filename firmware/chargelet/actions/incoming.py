"""Finds the file that answers a call of the central system.

The file of an action has its name in snake case and a function
`answer(station, payload) -> payload of the response`; it is loaded when the action comes, and only for as long.
"""

from ..base import loading
from ..messages.errors import CallError

# Calls by profile, which a board may switch off.
_CALLS = (
    (
        "Core",
        (
            "CertificateSigned", "ChangeAvailability", "ChangeConfiguration", "ClearCache", "DataTransfer",
            "DeleteCertificate", "GetConfiguration", "GetInstalledCertificateIds", "InstallCertificate",
            "RemoteStartTransaction", "RemoteStopTransaction", "Reset", "UnlockConnector",
        ),
    ),
    ("FirmwareManagement", ("GetDiagnostics", "GetLog", "SignedUpdateFirmware", "UpdateFirmware")),
    ("LocalAuthListManagement", ("GetLocalListVersion", "SendLocalList")),
    ("Reservation", ("CancelReservation", "ReserveNow")),
    ("SmartCharging", ("ClearChargingProfile", "GetCompositeSchedule", "SetChargingProfile")),
    ("RemoteTrigger", ("ExtendedTriggerMessage", "TriggerMessage")),
)  # fmt: skip


def _profile(action: str) -> "str | None":
    for profile, actions in _CALLS:
        if action in actions:
            return profile
    return None


def file_of(action: str) -> str:
    """ChangeAvailability → change_availability."""
    # As bytes: a text of one character stays in the interpreter's table of names for ever.
    made = bytearray()
    for byte in action.encode():
        if 65 <= byte <= 90:
            made.append(95)
            byte += 32
        made.append(byte)
    return made[1:].decode()


# What is said of a profile that is switched off, where the message has a word of its own for it (§5.10, §5.13, §6.42);
# all others are answered with a CALLERROR, SetChargingProfile too (errata 3.39).
_SWITCHED_OFF = {
    "GetLocalListVersion": ("listVersion", -1),
    "SendLocalList": ("status", "NotSupported"),
    "ReserveNow": ("status", "Rejected"),
}


def when_known(known):
    """A function that has the answer once its status is known, which a function says or a list's second is, and None
    until then. It is here because this file stays: the handler's leaves RAM meanwhile. The answer itself, where the
    status is known already."""
    if type(known) is str:
        return {"status": known}

    def later():
        if callable(known):
            status = known()
        else:
            _what, status = known
        return None if status is None else {"status": status}

    return later


def answer(station, action: str, payload: dict):
    """A generator that gives None after each piece of work, and returns the response payload or a function that has it
    later. Raises CallError."""
    profile = _profile(action)
    if profile is None:
        raise CallError("NotSupported", "%s is for the central system to answer" % action)
    if profile not in station.config["SupportedFeatureProfiles"].split(","):
        if action in _SWITCHED_OFF:
            name, word = _SWITCHED_OFF[action]
            return {name: word}
        raise CallError("NotSupported", "%s is switched off here" % profile)
    module = loading.named("chargelet.actions", file_of(action))
    yield
    result = module.answer(station, payload)
    if hasattr(result, "send"):
        result = yield from result
    return result
