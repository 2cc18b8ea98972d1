"""Knows the fields of the 16 Core messages (OCPP 1.6 §6). Knows not how they are checked: check.py does.

All tables are one text, which stays in ROM: a line for each message, name first, and continued on
lines that begin with spaces. A field is its name, then `!` (required) or `?` (optional), then its type:

    i        whole number            s20      text of at most 20 characters      s  text of any length
    d        number, one decimal     t        date and time (RFC 3339)           b  true or false
    :Name    one of the words of that line of WORDS
    @Name    object of the fields in that line of FIELDS
    [x]      list of x               [1x]     list of x with at least one element
"""

FIELDS = """
Authorize.req idTag!s20
Authorize.conf idTagInfo!@IdTagInfo
BootNotification.req chargePointVendor!s20 chargePointModel!s20 chargePointSerialNumber?s25
  chargeBoxSerialNumber?s25 firmwareVersion?s50 iccid?s20 imsi?s20 meterType?s25 meterSerialNumber?s25
BootNotification.conf status!:RegistrationStatus currentTime!t interval!i
ChangeAvailability.req connectorId!i type!:AvailabilityType
ChangeAvailability.conf status!:AvailabilityStatus
ChangeConfiguration.req key!s50 value!s500
ChangeConfiguration.conf status!:ConfigurationStatus
ClearCache.req
ClearCache.conf status!:Answer
DataTransfer.req vendorId!s255 messageId?s50 data?s
DataTransfer.conf status!:DataTransferStatus data?s
GetConfiguration.req key?[s50]
GetConfiguration.conf configurationKey?[@KeyValue] unknownKey?[s50]
Heartbeat.req
Heartbeat.conf currentTime!t
MeterValues.req connectorId!i transactionId?i meterValue![1@MeterValue]
MeterValues.conf
RemoteStartTransaction.req idTag!s20 connectorId?i chargingProfile?@ChargingProfile
RemoteStartTransaction.conf status!:Answer
RemoteStopTransaction.req transactionId!i
RemoteStopTransaction.conf status!:Answer
Reset.req type!:ResetType
Reset.conf status!:Answer
StartTransaction.req connectorId!i idTag!s20 meterStart!i timestamp!t reservationId?i
StartTransaction.conf transactionId!i idTagInfo!@IdTagInfo
StatusNotification.req connectorId!i errorCode!:ChargePointErrorCode status!:ChargePointStatus info?s50
  timestamp?t vendorId?s255 vendorErrorCode?s50
StatusNotification.conf
StopTransaction.req transactionId!i meterStop!i timestamp!t idTag?s20 reason?:Reason
  transactionData?[@TransactionData]
StopTransaction.conf idTagInfo?@IdTagInfo
UnlockConnector.req connectorId!i
UnlockConnector.conf status!:UnlockStatus
IdTagInfo status!:AuthorizationStatus expiryDate?t parentIdTag?s20
KeyValue key!s50 readonly!b value?s500
MeterValue timestamp!t sampledValue![1@SampledValue]
TransactionData timestamp!t sampledValue![@SampledValue]
SampledValue value!s context?:ReadingContext format?:ValueFormat measurand?:Measurand phase?:Phase
  location?:Location unit?:UnitOfMeasure
ChargingProfile chargingProfileId!i transactionId?i stackLevel!i chargingProfilePurpose!:ChargingProfilePurpose
  chargingProfileKind!:ChargingProfileKind recurrencyKind?:RecurrencyKind validFrom?t validTo?t
  chargingSchedule!@ChargingSchedule
ChargingSchedule duration?i startSchedule?t chargingRateUnit!:ChargingRateUnit
  chargingSchedulePeriod![@ChargingSchedulePeriod] minChargingRate?d
ChargingSchedulePeriod startPeriod!i limit!d numberPhases?i
"""

# The words of OCPP 1.6 §7. Celcius is what the first schemas said and stations keep sending (OCPP-J errata 2.1).
WORDS = """
Answer Accepted Rejected
AuthorizationStatus Accepted Blocked Expired Invalid ConcurrentTx
AvailabilityStatus Accepted Rejected Scheduled
AvailabilityType Inoperative Operative
ChargePointErrorCode ConnectorLockFailure EVCommunicationError GroundFailure HighTemperature InternalError
  LocalListConflict NoError OtherError OverCurrentFailure PowerMeterFailure PowerSwitchFailure ReaderFailure
  ResetFailure UnderVoltage OverVoltage WeakSignal
ChargePointStatus Available Preparing Charging SuspendedEVSE SuspendedEV Finishing Reserved Unavailable Faulted
ChargingProfileKind Absolute Recurring Relative
ChargingProfilePurpose ChargePointMaxProfile TxDefaultProfile TxProfile
ChargingRateUnit A W
ConfigurationStatus Accepted Rejected RebootRequired NotSupported
DataTransferStatus Accepted Rejected UnknownMessageId UnknownVendorId
Location Cable EV Inlet Outlet Body
Measurand Energy.Active.Export.Register Energy.Active.Import.Register Energy.Reactive.Export.Register
  Energy.Reactive.Import.Register Energy.Active.Export.Interval Energy.Active.Import.Interval
  Energy.Reactive.Export.Interval Energy.Reactive.Import.Interval Power.Active.Export Power.Active.Import
  Power.Offered Power.Reactive.Export Power.Reactive.Import Power.Factor Current.Import Current.Export
  Current.Offered Voltage Frequency Temperature SoC RPM
Phase L1 L2 L3 N L1-N L2-N L3-N L1-L2 L2-L3 L3-L1
ReadingContext Interruption.Begin Interruption.End Sample.Clock Sample.Periodic Transaction.Begin
  Transaction.End Trigger Other
Reason EmergencyStop EVDisconnected HardReset Local Other PowerLoss Reboot Remote SoftReset UnlockCommand
  DeAuthorized
RecurrencyKind Daily Weekly
RegistrationStatus Accepted Pending Rejected
ResetType Hard Soft
UnitOfMeasure Wh kWh varh kvarh W kW VA kVA var kvar A V K Celcius Celsius Fahrenheit Percent
UnlockStatus Unlocked UnlockFailed NotSupported
ValueFormat Raw SignedData
"""
