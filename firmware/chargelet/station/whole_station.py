"""Knows the configuration keys of the station as a whole (OCPP 1.6 §9.1). Knows no other part's keys."""

# Those of OCPP 1.6 §3.3 that this firmware has; a board file may leave out all but Core.
_PROFILES = "Core,FirmwareManagement,LocalAuthListManagement,Reservation,SmartCharging,RemoteTrigger"

# All keys fit into one answer.
_KEYS_MOST = 100

_KEYS = """
NumberOfConnectors R 1.. %d
SupportedFeatureProfiles R text %s
SupportedFeatureProfilesMaxLength R 1.. 6
GetConfigurationMaxKeys R 1.. %d
ConnectorPhaseRotation RW rotation %s
ConnectorPhaseRotationMaxLength R 1.. %d
ResetRetries RW 0.. 1
"""

_ROTATIONS = "NotApplicable Unknown RST RTS SRT STR TRS TSR"


# Of charging profiles (§3.13.5): 24 periods and stack levels from 0 to 8.
SMART_CHARGING = """
ChargeProfileMaxStackLevel R 0.. 8
ChargingScheduleAllowedChargingRateUnit R text Current,Power
ChargingScheduleMaxPeriods R 0.. 24
ConnectorSwitch3to1PhaseSupported R bool false
MaxChargingProfilesInstalled R 0.. 10
"""


def profiles(board: dict) -> str:
    """The profiles that the board file wants, Core always. Raises ValueError for one that is not there."""
    wanted = board.get("profiles")
    if wanted is None:
        return _PROFILES
    for name in wanted:
        if name not in _PROFILES.split(","):
            raise ValueError("board: profiles: %s is not one of %s" % (name, _PROFILES))
    return ",".join([name for name in _PROFILES.split(",") if name in wanted or name == "Core"])


def rotation(text: str, connectors: int) -> str:
    """The wiring that an installer has noted, items like 1.RST; 0 is the main feed (§9.1.8). Raises ValueError."""
    for item in text.split(","):
        connector, _, order = item.strip().partition(".")
        if not connector.isdigit() or int(connector) > connectors or order not in _ROTATIONS.split():
            raise ValueError("items like 1.RST with one of %s are allowed" % _ROTATIONS)
    return text


def keys(connectors: int, profiles: str) -> str:
    """The keys of a station with so many connectors and these profiles; the kind `rotation` calls rotation()."""
    unknown = ",".join(["%d.Unknown" % connector for connector in range(connectors + 1)])
    return _KEYS % (connectors, profiles, _KEYS_MOST, unknown, connectors + 1)
