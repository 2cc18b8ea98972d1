"""The fields of the 16 Core messages (OCPP 1.6 §6); check.py compares payloads with them.

A table is a tuple of names and texts, sorted by name, which stays in ROM: tables.py halves its way to a name. A field
is its name, then `!` (required) or `?` (optional), then its type:

    i        whole number of 32 bits                     s20  text of at most 20 characters
    u        whole number from 0 to 2147483647           l20  the same on one line: no control characters
    u99      whole number from 0 to 99                   g20  idTag of a group; an empty one counts as absent
    n        whole number from -(2^53 - 1) to 2^53 - 1   s    text as long as a message may be
    d        number with one decimal, 0 to 99999999      t    date and time (RFC 3339)
    b        true or false
    :Name    one of the words of that line of WORDS
    @Name    object of the fields in that line of FIELDS
    [x]      list of x                                   [1..9*x]  list of 1 to 9 x; either end may be left out

OCPP gives numbers and lists no bounds of their own. These are what the station can keep and calculate with; ids that
the central system makes up (n) are kept as they are, up to what JSON carries safely (RFC 8259 §6). Bounds that are
configuration keys (SendLocalListMaxLength, ChargingScheduleMaxPeriods, …) are lower, and for the actions to keep:
most of their messages have a word of their own for it.
"""

FIELDS = (
    "Authorize.conf", "idTagInfo!@IdTagInfo",
    "Authorize.req", "idTag!s20",
    "BootNotification.conf", "status!:RegistrationStatus currentTime!t interval!i",
    "BootNotification.req",
    "chargePointVendor!s20 chargePointModel!s20 chargePointSerialNumber?s25 chargeBoxSerialNumber?s25 "
    "firmwareVersion?s50 iccid?s20 imsi?s20 meterType?s25 meterSerialNumber?s25",
    "ChangeAvailability.conf", "status!:AvailabilityStatus",
    "ChangeAvailability.req", "connectorId!u type!:AvailabilityType",
    "ChangeConfiguration.conf", "status!:ConfigurationStatus",
    "ChangeConfiguration.req", "key!s50 value!s500",
    "ChargingProfile",
    "chargingProfileId!n transactionId?n stackLevel!u chargingProfilePurpose!:ChargingProfilePurpose "
    "chargingProfileKind!:ChargingProfileKind recurrencyKind?:RecurrencyKind validFrom?t validTo?t "
    "chargingSchedule!@ChargingSchedule",
    "ChargingSchedule",
    "duration?u startSchedule?t chargingRateUnit!:ChargingRateUnit "
    "chargingSchedulePeriod![..100*@ChargingSchedulePeriod] minChargingRate?d",
    "ChargingSchedulePeriod", "startPeriod!u limit!d numberPhases?u3",
    "ClearCache.conf", "status!:Answer",
    "ClearCache.req", "",
    "DataTransfer.conf", "status!:DataTransferStatus data?s",
    "DataTransfer.req", "vendorId!s255 messageId?s50 data?s",
    "GetConfiguration.conf", "configurationKey?[@KeyValue] unknownKey?[s50]",
    "GetConfiguration.req", "key?[..100*s50]",
    "Heartbeat.conf", "currentTime!t",
    "Heartbeat.req", "",
    "IdTagInfo", "status!:AuthorizationStatus expiryDate?t parentIdTag?g20",
    "KeyValue", "key!s50 readonly!b value?s500",
    "MeterValue", "timestamp!t sampledValue![1..*@SampledValue]",
    "MeterValues.conf", "",
    "MeterValues.req", "connectorId!u transactionId?n meterValue![1..*@MeterValue]",
    "RemoteStartTransaction.conf", "status!:Answer",
    "RemoteStartTransaction.req", "idTag!s20 connectorId?u chargingProfile?@ChargingProfile",
    "RemoteStopTransaction.conf", "status!:Answer",
    "RemoteStopTransaction.req", "transactionId!n",
    "Reset.conf", "status!:Answer",
    "Reset.req", "type!:ResetType",
    "SampledValue",
    "value!s context?:ReadingContext format?:ValueFormat measurand?:Measurand phase?:Phase "
    "location?:Location unit?:UnitOfMeasure",
    "StartTransaction.conf", "transactionId!n idTagInfo!@IdTagInfo",
    "StartTransaction.req", "connectorId!u idTag!s20 meterStart!u timestamp!t reservationId?n",
    "StatusNotification.conf", "",
    "StatusNotification.req",
    "connectorId!u errorCode!:ChargePointErrorCode status!:ChargePointStatus info?s50 timestamp?t "
    "vendorId?s255 vendorErrorCode?s50",
    "StopTransaction.conf", "idTagInfo?@IdTagInfo",
    "StopTransaction.req",
    "transactionId!n meterStop!u timestamp!t idTag?s20 reason?:Reason transactionData?[@TransactionData]",
    "TransactionData", "timestamp!t sampledValue![@SampledValue]",
    "UnlockConnector.conf", "status!:UnlockStatus",
    "UnlockConnector.req", "connectorId!u",
)

# The words of OCPP 1.6 §7. Celcius is what the first schemas said and stations keep sending (OCPP-J errata 2.1).
WORDS = (
    "Answer", "Accepted Rejected",
    "AuthorizationStatus", "Accepted Blocked Expired Invalid ConcurrentTx",
    "AvailabilityStatus", "Accepted Rejected Scheduled",
    "AvailabilityType", "Inoperative Operative",
    "ChargePointErrorCode",
    "ConnectorLockFailure EVCommunicationError GroundFailure HighTemperature InternalError "
    "LocalListConflict NoError OtherError OverCurrentFailure PowerMeterFailure PowerSwitchFailure "
    "ReaderFailure ResetFailure UnderVoltage OverVoltage WeakSignal",
    "ChargePointStatus",
    "Available Preparing Charging SuspendedEVSE SuspendedEV Finishing Reserved Unavailable Faulted",
    "ChargingProfileKind", "Absolute Recurring Relative",
    "ChargingProfilePurpose", "ChargePointMaxProfile TxDefaultProfile TxProfile",
    "ChargingRateUnit", "A W",
    "ConfigurationStatus", "Accepted Rejected RebootRequired NotSupported",
    "DataTransferStatus", "Accepted Rejected UnknownMessageId UnknownVendorId",
    "Location", "Cable EV Inlet Outlet Body",
    "Measurand",
    "Energy.Active.Export.Register Energy.Active.Import.Register Energy.Reactive.Export.Register "
    "Energy.Reactive.Import.Register Energy.Active.Export.Interval Energy.Active.Import.Interval "
    "Energy.Reactive.Export.Interval Energy.Reactive.Import.Interval Power.Active.Export "
    "Power.Active.Import Power.Offered Power.Reactive.Export Power.Reactive.Import Power.Factor "
    "Current.Import Current.Export Current.Offered Voltage Frequency Temperature SoC RPM",
    "Phase", "L1 L2 L3 N L1-N L2-N L3-N L1-L2 L2-L3 L3-L1",
    "ReadingContext",
    "Interruption.Begin Interruption.End Sample.Clock Sample.Periodic Transaction.Begin Transaction.End "
    "Trigger Other",
    "Reason",
    "EmergencyStop EVDisconnected HardReset Local Other PowerLoss Reboot Remote SoftReset UnlockCommand "
    "DeAuthorized",
    "RecurrencyKind", "Daily Weekly",
    "RegistrationStatus", "Accepted Pending Rejected",
    "ResetType", "Hard Soft",
    "UnitOfMeasure", "Wh kWh varh kvarh W kW VA kVA var kvar A V K Celcius Celsius Fahrenheit Percent",
    "UnlockStatus", "Unlocked UnlockFailed NotSupported",
    "ValueFormat", "Raw SignedData",
)
