"""What a central system calls, small and as large as it may be."""

from . import chains

_PERIODS = 24
_ROOTS = "CentralSystemRootCertificate"
_HASHES = {"hashAlgorithm": "SHA256", "issuerNameHash": "0" * 64, "issuerKeyHash": "0" * 64, "serialNumber": "1"}
_YEAR = "2036-01-01T00:00:00Z"


def _profile(number, purpose, periods, connector):
    schedule = [{"startPeriod": 3600 * at, "limit": 20 + at / 10, "numberPhases": 3} for at in range(periods)]
    return {
        "connectorId": connector,
        "csChargingProfiles": {
            "chargingProfileId": number,
            "stackLevel": 0,
            "chargingProfilePurpose": purpose,
            "chargingProfileKind": "Recurring",
            "recurrencyKind": "Daily",
            "chargingSchedule": {
                "chargingRateUnit": "A",
                "startSchedule": "2026-11-20T00:00:00Z",
                "chargingSchedulePeriod": schedule,
            },
        },
    }


def _entries(count):
    info = {"status": "Accepted", "expiryDate": _YEAR, "parentIdTag": "GROUP"}
    return [{"idTag": "CARD%016d" % number, "idTagInfo": info} for number in range(count)]


def _list(kind, version, count):
    return {"listVersion": version, "updateType": kind, "localAuthorizationList": _entries(count)}


def _pem(*certificates):
    """As text, with whole lines."""
    text = ""
    for encoded in certificates:
        lines = "\n".join([encoded[at : at + 64] for at in range(0, len(encoded), 64)])
        text += "-----BEGIN CERTIFICATE-----\n" + lines + "\n-----END CERTIFICATE-----\n"
    return text


def _signed_update(location):
    firmware = {
        "location": location,
        "retrieveDateTime": "2026-11-20T12:00:00Z",
        "signingCertificate": _pem(chains.OF_A),
        "signature": "c2lnbmF0dXJl",
    }
    return {"requestId": 2, "retries": 0, "firmware": firmware}


def calls(station):
    """[(what, action, payload)] of all calls that the central system makes but Reset."""
    most = station.config["SendLocalListMaxLength"]
    location = "http://127.0.0.1:9/"  # nobody listens there
    names = ",".join(station.connectors[0].evse.meter.measurands)
    reservation = {"connectorId": 1, "expiryDate": _YEAR, "idTag": "A", "reservationId": 1}
    return [
        ("", "ChangeAvailability", {"connectorId": 0, "type": "Operative"}),
        ("", "ChangeConfiguration", {"key": "MinimumStatusDuration", "value": "0"}),
        ("all measurands", "ChangeConfiguration", {"key": "StopTxnSampledData", "value": names}),
        ("no measurands", "ChangeConfiguration", {"key": "StopTxnSampledData", "value": ""}),
        ("", "ClearCache", {}),
        ("", "DataTransfer", {"vendorId": "org.example"}),
        ("8 kB", "DataTransfer", {"vendorId": "org.example", "data": "x" * 8000}),
        ("one key", "GetConfiguration", {"key": ["HeartbeatInterval"]}),
        ("all keys", "GetConfiguration", {}),
        ("", "RemoteStopTransaction", {"transactionId": 999}),
        ("", "UnlockConnector", {"connectorId": 1}),
        ("", "GetLocalListVersion", {}),
        ("one entry", "SendLocalList", _list("Full", 1, 1)),
        ("largest", "SendLocalList", _list("Full", 2, most)),
        ("largest change", "SendLocalList", _list("Differential", 3, most)),
        ("", "ReserveNow", reservation),
        ("", "CancelReservation", {"reservationId": 1}),
        ("one period", "SetChargingProfile", _profile(1, "TxDefaultProfile", 1, 1)),
        ("24 periods", "SetChargingProfile", _profile(2, "ChargePointMaxProfile", _PERIODS, 0)),
        ("24 periods, default", "SetChargingProfile", _profile(3, "TxDefaultProfile", _PERIODS, 0)),
        ("an hour", "GetCompositeSchedule", {"connectorId": 1, "duration": 3600}),
        ("a day", "GetCompositeSchedule", {"connectorId": 1, "duration": 86400}),
        ("", "ClearChargingProfile", {}),
        ("", "GetDiagnostics", {"location": location, "retries": 0}),
        ("", "GetLog", {"logType": "SecurityLog", "requestId": 1, "retries": 0, "log": {"remoteLocation": location}}),
        ("", "ExtendedTriggerMessage", {"requestedMessage": "LogStatusNotification"}),
        ("", "InstallCertificate", {"certificateType": _ROOTS, "certificate": _pem(chains.ROOT)}),
        ("", "GetInstalledCertificateIds", {"certificateType": _ROOTS}),
        ("nobody asked for", "CertificateSigned", {"certificateChain": _pem(chains.OF_A, chains.AUTHORITY_A)}),
        ("of one that is not there", "DeleteCertificate", {"certificateHashData": _HASHES}),
        ("by a stranger", "SignedUpdateFirmware", _signed_update(location)),
        ("", "UpdateFirmware", {"location": location, "retries": 0, "retrieveDate": "2026-11-20T12:00:00Z"}),
        ("BootNotification", "TriggerMessage", {"requestedMessage": "BootNotification"}),
        ("Heartbeat", "TriggerMessage", {"requestedMessage": "Heartbeat"}),
        ("StatusNotification", "TriggerMessage", {"requestedMessage": "StatusNotification", "connectorId": 1}),
        ("MeterValues", "TriggerMessage", {"requestedMessage": "MeterValues", "connectorId": 1}),
        ("Diagnostics", "TriggerMessage", {"requestedMessage": "DiagnosticsStatusNotification"}),
        ("Firmware", "TriggerMessage", {"requestedMessage": "FirmwareStatusNotification"}),
    ]
