"""Knows the fields of the messages beyond Core (OCPP 1.6 §6), written as in core.py. Knows not how they are checked."""

FIELDS = """
CancelReservation.req reservationId!i
CancelReservation.conf status!:Answer
ClearChargingProfile.req id?i connectorId?i chargingProfilePurpose?:ChargingProfilePurpose stackLevel?i
ClearChargingProfile.conf status!:ClearChargingProfileStatus
DiagnosticsStatusNotification.req status!:DiagnosticsStatus
DiagnosticsStatusNotification.conf
FirmwareStatusNotification.req status!:FirmwareStatus
FirmwareStatusNotification.conf
GetCompositeSchedule.req connectorId!i duration!i chargingRateUnit?:ChargingRateUnit
GetCompositeSchedule.conf status!:Answer connectorId?i scheduleStart?t chargingSchedule?@ChargingSchedule
GetDiagnostics.req location!s retries?i retryInterval?i startTime?t stopTime?t
GetDiagnostics.conf fileName?s255
GetLocalListVersion.req
GetLocalListVersion.conf listVersion!i
ReserveNow.req connectorId!i expiryDate!t idTag!s20 parentIdTag?s20 reservationId!i
ReserveNow.conf status!:ReservationStatus
SendLocalList.req listVersion!i localAuthorizationList?[@AuthorizationData] updateType!:UpdateType
SendLocalList.conf status!:UpdateStatus
SetChargingProfile.req connectorId!i csChargingProfiles!@ChargingProfile
SetChargingProfile.conf status!:ChargingProfileStatus
TriggerMessage.req requestedMessage!s connectorId?i
TriggerMessage.conf status!:TriggerMessageStatus
UpdateFirmware.req location!s retries?i retrieveDate!t retryInterval?i
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
