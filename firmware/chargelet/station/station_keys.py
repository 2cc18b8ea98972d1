"""The configuration keys of the station as a whole and of its feature profiles (OCPP 1.6 §9.1)."""

from ..base import loading
from . import authorization, credentials, metering, registration, status, transaction

loading.seldom(__name__)

# Those of OCPP 1.6 §3.3 that this firmware has; a board file may leave out all but Core.
_PROFILES = (
    "Core", "FirmwareManagement", "LocalAuthListManagement", "Reservation", "SmartCharging", "RemoteTrigger",
)  # fmt: skip

# What differs from board to board, of() says. All keys fit into one answer.
KEYS = """
NumberOfConnectors R 1..99 1
SupportedFeatureProfiles R text
SupportedFeatureProfilesMaxLength R 1..6 6
GetConfigurationMaxKeys R 1..100 100
ConnectorPhaseRotation RW rotation
ConnectorPhaseRotationMaxLength R 1..100 2
ResetRetries RW 0..10 1
"""

_ROTATIONS = ("NotApplicable", "Unknown", "RST", "RTS", "SRT", "STR", "TRS", "TSR")

# Of the feature profiles whose own files are loaded when they are first used. Charging profiles (§3.13.5) have 24
# periods and stack levels from 0 to 8.
_RESERVATION = "ReserveConnectorZeroSupported R bool true"
_FIRMWARE_MANAGEMENT = "SupportedFileTransferProtocols R text FTP,HTTP,HTTPS"
_SMART_CHARGING = """
ChargeProfileMaxStackLevel R 0..99 8
ChargingScheduleAllowedChargingRateUnit R text Current,Power
ChargingScheduleMaxPeriods R 1..100 24
ConnectorSwitch3to1PhaseSupported R bool false
MaxChargingProfilesInstalled R 0..100 10
"""


def declare(config, board: dict, evses, kinds: dict) -> str:
    """Take in the keys of the station and of the parts that each one has; returns the profiles that the board wants.

    `kinds` has the functions that check a `rotation` and a list of `measurands`. Raises ValueError as of profiles().
    """
    from . import measurands

    wanted = profiles(board)
    config.declare(KEYS, kinds)
    config.default(of(len(evses), board["grid"]["phases"], wanted))
    config.declare(registration.KEYS)
    config.declare(authorization.KEYS, authorization.KINDS)
    config.declare(credentials.KEYS, credentials.KINDS)
    config.declare(transaction.KEYS)
    config.declare(transaction.LOCK if any([evse.has_lock for evse in evses]) else transaction.NO_LOCK)
    config.declare(metering.KEYS)
    config.declare(measurands.KEYS, kinds)
    config.default(measurands.of(evses[0].meter.measurands))
    config.declare(status.KEYS)
    return wanted


def resume(station, profiles: str):
    """Take in the keys of feature profiles, and load the code of those that have something on flash."""
    config, storage = station.config, station.storage
    if "Reservation" in profiles:
        config.declare(_RESERVATION)
        if storage.there("reservations"):
            station.reserving()
    if "FirmwareManagement" in profiles:
        config.declare(_FIRMWARE_MANAGEMENT)
        if storage.there("update"):
            station.maintenance()
    if "SmartCharging" in profiles:
        config.declare(_SMART_CHARGING)
        if [name for name in storage.names() if name.startswith("profile-")]:
            station.profiles()


def profiles(board: dict) -> str:
    """The profiles that the board file wants, Core always. Raises ValueError for one that is not there."""
    wanted = board.get("profiles")
    if wanted is None:
        return ",".join(_PROFILES)
    for name in wanted:
        if name not in _PROFILES:
            raise ValueError("board: profiles: %s is not one of %s" % (name, ",".join(_PROFILES)))
    return ",".join([name for name in _PROFILES if name in wanted or name == "Core"])


def rotation(text: str, connectors: int) -> str:
    """The wiring that an installer has noted, items like 1.RST; 0 is the main feed (§9.1.8). Raises ValueError."""
    seen = []
    for item in text.split(","):
        connector, _, order = item.strip().partition(".")
        # One item a connector: ConnectorPhaseRotationMaxLength follows.
        if connector not in [str(at) for at in range(connectors + 1)] or connector in seen:
            raise ValueError("items like 1.RST are allowed, one for each connector from 0 to %d" % connectors)
        if order not in _ROTATIONS:
            raise ValueError("items like 1.RST with one of %s are allowed" % " ".join(_ROTATIONS))
        seen.append(connector)
    return text


def of(connectors: int, phases: int, profiles: str) -> tuple:
    """The values (key, value) of KEYS for a station with so many connectors and phases and these profiles; their kind
    `rotation` calls rotation()."""
    word = "NotApplicable" if phases == 1 else "Unknown"
    orders = ",".join(["%d.%s" % (connector, word) for connector in range(connectors + 1)])
    return (
        ("NumberOfConnectors", connectors),
        ("SupportedFeatureProfiles", profiles),
        ("ConnectorPhaseRotation", orders),
        ("ConnectorPhaseRotationMaxLength", connectors + 1),
    )
