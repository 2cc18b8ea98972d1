"""How often the board has started, and why."""

from ..base import loading
from . import security_events

loading.seldom(__name__)

_FILE = "boots"
_CAUSES = ("PWRON_RESET", "HARD_RESET", "WDT_RESET", "DEEPSLEEP_RESET", "SOFT_RESET")


def cause_of(machine) -> str:
    """The name of the last reset's cause, as MicroPython's `machine` has it."""
    cause = machine.reset_cause()
    for name in _CAUSES:
        if getattr(machine, name, None) == cause:
            return name
    return "cause %s" % cause


def count(storage, cause: str, log):
    """Count this boot, with one small write. An error of the flash does not keep the station from starting."""
    storage.log = log
    try:
        counts = storage.kept(_FILE) or {}
        counts[cause] = counts.get(cause, 0) + 1
    except (ValueError, TypeError, AttributeError):
        counts = {cause: 1}
    log("boot: %s, number %d" % (cause, counts[cause]))
    try:
        storage.keep(_FILE, counts)
    except OSError as error:
        log("boot: not counted: flash says %s" % error)


def started(station, cause: str):
    """Note the security events of a boot, and what a transaction that was running has ended by (OCPP 1.6 §7.36)."""
    if cause != "PWRON_RESET":
        station.interruption = "Reboot"
    try:
        boots = sum((station.storage.kept(_FILE) or {}).values())
    except (ValueError, TypeError, AttributeError):
        boots = 1
    try:
        security_events.started(station, cause, boots)
    except OSError as error:
        station.log("security: the start is not noted: flash says %s" % error)


def known(storage) -> bytes:
    """The counts as JSON, for diagnostics."""
    return (storage.read(_FILE) or b"{}").rstrip()
