"""The fields of the messages beyond Core (OCPP 1.6 §6), written as in core.py."""

FIELDS = (
    "AuthorizationData", "idTag!s20 idTagInfo?@IdTagInfo",
    "CancelReservation.conf", "status!:Answer",
    "CancelReservation.req", "reservationId!n",
    "ClearChargingProfile.conf", "status!:ClearChargingProfileStatus",
    "ClearChargingProfile.req", "id?n connectorId?u chargingProfilePurpose?:ChargingProfilePurpose stackLevel?u",
    "DiagnosticsStatusNotification.conf", "",
    "DiagnosticsStatusNotification.req", "status!:DiagnosticsStatus",
    "FirmwareStatusNotification.conf", "",
    "FirmwareStatusNotification.req", "status!:FirmwareStatus",
    "GetCompositeSchedule.conf", "status!:Answer connectorId?u scheduleStart?t chargingSchedule?@ChargingSchedule",
    "GetCompositeSchedule.req", "connectorId!u duration!u chargingRateUnit?:ChargingRateUnit",
    "GetDiagnostics.conf", "fileName?s255",
    "GetDiagnostics.req", "location!l1000 retries?u100 retryInterval?u86400 startTime?t stopTime?t",
    "GetLocalListVersion.conf", "listVersion!i",
    "GetLocalListVersion.req", "",
    "ReserveNow.conf", "status!:ReservationStatus",
    "ReserveNow.req", "connectorId!u expiryDate!t idTag!s20 parentIdTag?g20 reservationId!n",
    "SendLocalList.conf", "status!:UpdateStatus",
    "SendLocalList.req", "listVersion!i localAuthorizationList?[..300*@AuthorizationData] updateType!:UpdateType",
    "SetChargingProfile.conf", "status!:ChargingProfileStatus",
    "SetChargingProfile.req", "connectorId!u csChargingProfiles!@ChargingProfile",
    "TriggerMessage.conf", "status!:TriggerMessageStatus",
    "TriggerMessage.req", "requestedMessage!s50 connectorId?u",
    "UpdateFirmware.conf", "",
    "UpdateFirmware.req", "location!l1000 retries?u100 retrieveDate!t retryInterval?u86400",
)

# An unknown requestedMessage of TriggerMessage is answered with the status NotImplemented, hence any text there.
WORDS = (
    "ChargingProfileStatus", "Accepted Rejected NotSupported",
    "ClearChargingProfileStatus", "Accepted Unknown",
    "DiagnosticsStatus", "Idle Uploaded UploadFailed Uploading",
    "FirmwareStatus", "Downloaded DownloadFailed Downloading Idle InstallationFailed Installing Installed",
    "ReservationStatus", "Accepted Faulted Occupied Rejected Unavailable",
    "TriggerMessageStatus", "Accepted Rejected NotImplemented",
    "UpdateStatus", "Accepted Failed NotSupported VersionMismatch",
    "UpdateType", "Differential Full",
)
