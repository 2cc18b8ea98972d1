"""The fields of the messages beyond Core (OCPP 1.6 §6), written as in core.py."""

FIELDS = """
CancelReservation.req reservationId!n
CancelReservation.conf status!:Answer
ClearChargingProfile.req id?n connectorId?u chargingProfilePurpose?:ChargingProfilePurpose stackLevel?u
ClearChargingProfile.conf status!:ClearChargingProfileStatus
DiagnosticsStatusNotification.req status!:DiagnosticsStatus
DiagnosticsStatusNotification.conf
FirmwareStatusNotification.req status!:FirmwareStatus
FirmwareStatusNotification.conf
GetCompositeSchedule.req connectorId!u duration!u chargingRateUnit?:ChargingRateUnit
GetCompositeSchedule.conf status!:Answer connectorId?u scheduleStart?t chargingSchedule?@ChargingSchedule
GetDiagnostics.req location!l1000 retries?u100 retryInterval?u86400 startTime?t stopTime?t
GetDiagnostics.conf fileName?s255
GetLocalListVersion.req
GetLocalListVersion.conf listVersion!i
ReserveNow.req connectorId!u expiryDate!t idTag!s20 parentIdTag?g20 reservationId!n
ReserveNow.conf status!:ReservationStatus
SendLocalList.req listVersion!i localAuthorizationList?[..300*@AuthorizationData] updateType!:UpdateType
SendLocalList.conf status!:UpdateStatus
SetChargingProfile.req connectorId!u csChargingProfiles!@ChargingProfile
SetChargingProfile.conf status!:ChargingProfileStatus
TriggerMessage.req requestedMessage!s50 connectorId?u
TriggerMessage.conf status!:TriggerMessageStatus
UpdateFirmware.req location!l1000 retries?u100 retrieveDate!t retryInterval?u86400
UpdateFirmware.conf
AuthorizationData idTag!s20 idTagInfo?@IdTagInfo
"""

# An unknown requestedMessage of TriggerMessage is answered with the status NotImplemented, hence any text there.
WORDS = """
ChargingProfileStatus Accepted Rejected NotSupported
ClearChargingProfileStatus Accepted Unknown
DiagnosticsStatus Idle Uploaded UploadFailed Uploading
FirmwareStatus Downloaded DownloadFailed Downloading Idle InstallationFailed Installing Installed
ReservationStatus Accepted Faulted Occupied Rejected Unavailable
TriggerMessageStatus Accepted Rejected NotImplemented
UpdateStatus Accepted Failed NotSupported VersionMismatch
UpdateType Differential Full
"""
