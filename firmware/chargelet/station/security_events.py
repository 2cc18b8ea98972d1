"""Keeps what has happened to the station's security (whitepaper §8): a rolling log of it, and what is still to be told.
Which events there are, and why some cannot be: firmware/chargelet/station/security.md.
"""

from ..base import loading
from ..base.log import one_line
from ..base.timestamp import to_text

loading.seldom(__name__)

# The log: when this file is full it becomes the old one, whose lines go.
LOG = "security-log"
OLD = "security-log-old"
_LOG_MAX = 4096
_PIECE = 256
# What the central system has not heard yet: [[type, stamp, techInfo]]. There only while something waits.
_UNTOLD = "security-untold"
# Whoever makes one thing happen again and again shall not push out the others, nor wear out the flash.
_OF_A_TYPE_MAX = 4
# All that waits is in RAM while one is told: from so many on there are two of a type, and their words have a bound.
_MANY = 12
_TOLD_INFO_MAX = 100
_PAUSE_MS = 600000
_KNOWN_MAX = 12
_INFO_MAX = 255

# Those that are told: the critical ones of §8, and those that a use case has told (A00.FR.309, A02.FR.07, L01.FR.02,
# L01.FR.03). Behind the others the log says what happened.
TOLD = (
    "FirmwareUpdated", "SettingSystemTime", "StartupOfTheDevice", "ResetOrReboot", "SecurityLogWasCleared",
    "MemoryExhaustion", "TamperDetectionActivated", "InvalidCentralSystemCertificate", "InvalidChargePointCertificate",
    "InvalidFirmwareSignature", "InvalidFirmwareSigningCertificate",
)  # fmt: skip
# These come from what was asked for, which has a pace of its own (actions/write_pace.py): each is kept.
_EACH = ("ReconfigurationOfSecurityParameters", "FirmwareUpdated", "StartupOfTheDevice", "ResetOrReboot")


def load(storage) -> int:
    """How many events wait to be told after a boot."""
    waiting = _waiting(storage)
    return len(waiting)


def _waiting(storage) -> list:
    try:
        stored = storage.kept(_UNTOLD) or []
        return [(kind + "", stamp + 0, info + "") for kind, stamp, info in stored]
    except (ValueError, TypeError):
        return []


def _keep(station, waiting):
    if waiting:
        station.storage.keep(_UNTOLD, waiting)
    else:
        station.storage.remove(_UNTOLD)
    station.security.untold = len(waiting)


def note(station, kind: str, info: str = ""):
    """Write an event down. Raises OSError when flash is full."""
    now = station.clock.uptime()
    seen = station.security.seen
    if kind not in _EACH:
        if kind in seen and now - seen[kind] < _PAUSE_MS:
            return
        if len(seen) >= _KNOWN_MAX:
            seen.clear()
        seen[kind] = now
    info = one_line(info, _INFO_MAX - 3)
    station.log("security: %s %s" % (kind, info))
    if told(station, kind):
        waiting = _waiting(station.storage)
        same = [(name, stamp, said) for name, stamp, said in waiting if name == kind]
        if len(same) >= (_OF_A_TYPE_MAX if len(waiting) < _MANY else 2):
            _first, oldest = same[:2]
            waiting.remove(oldest)  # the first of them stays: it says since when
        waiting.append((kind, station.clock.stamp(), one_line(info, _TOLD_INFO_MAX)))
        _keep(station, waiting)
        station.woken()
    _write(station, kind, info)


def told(station, kind: str) -> bool:
    """Whether the central system is told of it: one that has not chosen a profile may know none of these messages."""
    return station.config["SecurityProfile"] > 0 and kind in TOLD


def _write(station, kind, info):
    now = station.clock.now()
    stamp = to_text(now) if now is not None else "+%d s" % (station.clock.uptime() // 1000)
    line = ("%s %s %s" % (stamp, kind, info)).rstrip().encode() + b"\n"
    storage = station.storage
    if _size(storage) + len(line) > _LOG_MAX:
        storage.rename(LOG, OLD)
    storage.append(LOG, line)


def _size(storage) -> int:
    file = storage.stream(LOG)
    if file is None:
        return 0
    with file:
        return file.seek(0, 2)


def lines(storage):
    """The log as bytes, oldest first, in pieces that end anywhere."""
    for name in (OLD, LOG):
        at = 0
        while True:
            file = storage.stream(name)
            if file is None:
                break
            with file:
                file.seek(at)
                piece = file.read(_PIECE)
            if not piece:
                break
            at += len(piece)
            yield piece


def started(station, cause: str, boots: int):
    """The device has booted: for what cause, and how often it has by now."""
    # What an earlier boot has stamped without a clock was before this one.
    storage = station.storage
    waiting = _waiting(storage)
    if [stamp for _kind, stamp, _info in waiting if stamp < 0]:
        earliest = -1 - station.clock.age
        _keep(station, [(kind, earliest if stamp < 0 else stamp, info) for kind, stamp, info in waiting])
    if boots > 1 and not storage.there(LOG) and not storage.there(OLD):
        note(station, "SecurityLogWasCleared", "the log is gone")
    if cause != "PWRON_RESET":
        note(station, "ResetOrReboot", cause)
    note(station, "StartupOfTheDevice", cause)


def oldest(station) -> "tuple | None":
    """(type, seconds since 2000, techInfo) of what is told next, or None as long as nobody knows what time it was."""
    for kind, stamp, info in _waiting(station.storage):
        seconds = station.clock.wall(stamp)
        return None if seconds is None else (kind, seconds, info)
    station.security.untold = 0
    return None


def delivered(station):
    """The oldest has been told."""
    try:
        _keep(station, _waiting(station.storage)[1:])
    except OSError:
        pass  # told once more after the next boot
