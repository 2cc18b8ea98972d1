"""Knows the configuration keys of the station as a whole (OCPP 1.6 §9.1). Knows no other part's keys."""

_PROFILES = "Core"

# All keys fit into one answer.
_KEYS_MOST = 100

_ROTATIONS = "NotApplicable Unknown RST RTS SRT STR TRS TSR"


def keys(connectors: int):
    """The keys of a station with so many connectors."""

    def rotation(text: str) -> str:
        # The wiring that an installer has noted, items like 1.RST; 0 is the main feed (§9.1.8).
        for item in text.split(","):
            connector, _, order = item.strip().partition(".")
            if not connector.isdigit() or int(connector) > connectors or order not in _ROTATIONS.split():
                raise ValueError("items like 1.RST with one of %s are allowed" % _ROTATIONS)
        return text

    unknown = ",".join(["%d.Unknown" % connector for connector in range(connectors + 1)])
    return (
        ("NumberOfConnectors", "R", (1, None), connectors),
        ("SupportedFeatureProfiles", "R", str, _PROFILES),
        ("SupportedFeatureProfilesMaxLength", "R", (1, None), 6),
        ("GetConfigurationMaxKeys", "R", (1, None), _KEYS_MOST),
        ("ConnectorPhaseRotation", "RW", rotation, unknown),
        ("ConnectorPhaseRotationMaxLength", "R", (1, None), connectors + 1),
        ("ResetRetries", "RW", (0, None), 1),
    )
