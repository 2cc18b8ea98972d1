"""Knows the fields of the 16 Core messages (OCPP 1.6 §6). Knows not how they are checked: check.py does.

A table is a text of fields, each `name`, then `!` (required) or `?` (optional), then its type:

    i        whole number            s20      text of at most 20 characters      s  text of any length
    n        number                  t        date and time (RFC 3339)           b  true or false
    d        number, one decimal     :Name    one of the words of ENUMS["Name"]
    {...}    object of these fields  [x]      list of x                          [1x]  ... with at least one
"""

_ID_TAG_INFO = "{status!:AuthorizationStatus expiryDate?t parentIdTag?s20}"

_SAMPLED_VALUE = (
    "{value!s context?:ReadingContext format?:ValueFormat measurand?:Measurand "
    "phase?:Phase location?:Location unit?:UnitOfMeasure}"
)

SCHEDULE = (
    "{chargingRateUnit!:ChargingRateUnit chargingSchedulePeriod![{startPeriod!i limit!d numberPhases?i}] "
    "duration?i startSchedule?t minChargingRate?d}"
)

PROFILE = (
    "{chargingProfileId!i stackLevel!i chargingProfilePurpose!:ChargingProfilePurpose "
    "chargingProfileKind!:ChargingProfileKind chargingSchedule!" + SCHEDULE + " transactionId?i "
    "recurrencyKind?:RecurrencyKind validFrom?t validTo?t}"
)

FIELDS = {
    "Authorize": ("idTag!s20", "idTagInfo!" + _ID_TAG_INFO),
    "BootNotification": (
        "chargePointVendor!s20 chargePointModel!s20 chargePointSerialNumber?s25 chargeBoxSerialNumber?s25 "
        "firmwareVersion?s50 iccid?s20 imsi?s20 meterType?s25 meterSerialNumber?s25",
        "status!:RegistrationStatus currentTime!t interval!i",
    ),
    "ChangeAvailability": ("connectorId!i type!:AvailabilityType", "status!:AvailabilityStatus"),
    "ChangeConfiguration": ("key!s50 value!s500", "status!:ConfigurationStatus"),
    "ClearCache": ("", "status!:Answer"),
    "DataTransfer": ("vendorId!s255 messageId?s50 data?s", "status!:DataTransferStatus data?s"),
    "GetConfiguration": (
        "key?[s50]",
        "configurationKey?[{key!s50 readonly!b value?s500}] unknownKey?[s50]",
    ),
    "Heartbeat": ("", "currentTime!t"),
    "MeterValues": (
        "connectorId!i transactionId?i meterValue![1{timestamp!t sampledValue![1" + _SAMPLED_VALUE + "]}]",
        "",
    ),
    "RemoteStartTransaction": ("idTag!s20 connectorId?i chargingProfile?" + PROFILE, "status!:Answer"),
    "RemoteStopTransaction": ("transactionId!i", "status!:Answer"),
    "Reset": ("type!:ResetType", "status!:Answer"),
    "StartTransaction": (
        "connectorId!i idTag!s20 meterStart!i timestamp!t reservationId?i",
        "transactionId!i idTagInfo!" + _ID_TAG_INFO,
    ),
    "StatusNotification": (
        "connectorId!i errorCode!:ChargePointErrorCode status!:ChargePointStatus info?s50 timestamp?t "
        "vendorId?s255 vendorErrorCode?s50",
        "",
    ),
    "StopTransaction": (
        "transactionId!i meterStop!i timestamp!t idTag?s20 reason?:Reason "
        "transactionData?[{timestamp!t sampledValue![" + _SAMPLED_VALUE + "]}]",
        "idTagInfo?" + _ID_TAG_INFO,
    ),
    "UnlockConnector": ("connectorId!i", "status!:UnlockStatus"),
}

# The words of OCPP 1.6 §7, each list under the name that the tables use.
ENUMS = {
    "Answer": "Accepted Rejected",
    "AuthorizationStatus": "Accepted Blocked Expired Invalid ConcurrentTx",
    "AvailabilityStatus": "Accepted Rejected Scheduled",
    "AvailabilityType": "Inoperative Operative",
    "ChargePointErrorCode": (
        "ConnectorLockFailure EVCommunicationError GroundFailure HighTemperature InternalError LocalListConflict "
        "NoError OtherError OverCurrentFailure PowerMeterFailure PowerSwitchFailure ReaderFailure ResetFailure "
        "UnderVoltage OverVoltage WeakSignal"
    ),
    "ChargePointStatus": (
        "Available Preparing Charging SuspendedEVSE SuspendedEV Finishing Reserved Unavailable Faulted"
    ),
    "ChargingProfileKind": "Absolute Recurring Relative",
    "ChargingProfilePurpose": "ChargePointMaxProfile TxDefaultProfile TxProfile",
    "ChargingRateUnit": "A W",
    "ConfigurationStatus": "Accepted Rejected RebootRequired NotSupported",
    "DataTransferStatus": "Accepted Rejected UnknownMessageId UnknownVendorId",
    "Location": "Cable EV Inlet Outlet Body",
    "Measurand": (
        "Energy.Active.Export.Register Energy.Active.Import.Register Energy.Reactive.Export.Register "
        "Energy.Reactive.Import.Register Energy.Active.Export.Interval Energy.Active.Import.Interval "
        "Energy.Reactive.Export.Interval Energy.Reactive.Import.Interval Power.Active.Export Power.Active.Import "
        "Power.Offered Power.Reactive.Export Power.Reactive.Import Power.Factor Current.Import Current.Export "
        "Current.Offered Voltage Frequency Temperature SoC RPM"
    ),
    "Phase": "L1 L2 L3 N L1-N L2-N L3-N L1-L2 L2-L3 L3-L1",
    "ReadingContext": (
        "Interruption.Begin Interruption.End Sample.Clock Sample.Periodic Transaction.Begin Transaction.End "
        "Trigger Other"
    ),
    "Reason": (
        "EmergencyStop EVDisconnected HardReset Local Other PowerLoss Reboot Remote SoftReset UnlockCommand "
        "DeAuthorized"
    ),
    "RecurrencyKind": "Daily Weekly",
    "RegistrationStatus": "Accepted Pending Rejected",
    "ResetType": "Hard Soft",
    # Celcius is what the first schemas said, and what stations keep sending (OCPP-J errata 2.1).
    "UnitOfMeasure": "Wh kWh varh kvarh W kW VA kVA var kvar A V K Celcius Celsius Fahrenheit Percent",
    "UnlockStatus": "Unlocked UnlockFailed NotSupported",
    "ValueFormat": "Raw SignedData",
}
