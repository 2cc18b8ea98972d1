"""Where what a central system has left with the station meets what happens there: reservations, charging profiles, the
local list, keys; written as fakes/played.py has it. What one of them does alone is tested elsewhere."""

import fakes.bench  # noqa: F401 - before who imports it: MicroPython bounds how deep imports are in each other
from fakes.played import played

# §5.13, §4.9 G
RESERVATIONS = """
who has it changes his mind [ConnectionTimeOut=10]
    reserve 5 1 A 600 -> Accepted; card A; is Preparing; wait 11; is Reserved;
    told Reserved Preparing Available Reserved; plug; card A; wait 1; started A@1/5
it is cancelled under his hands
    reserve 5 1 A 600; card A; cancel 5 -> Accepted; is Preparing; plug; wait 1; started A@1
it ends under his hands
    reserve 5 1 A 10; card A; wait 15; plug; wait 1; started A@1
it ends where a stranger's vehicle waits
    reserve 5 1 A 10; plug; is Reserved; told Reserved; wait 11; is Preparing; card B; wait 1; started B@1
who has it is blocked
    knows A Blocked; reserve 5 1 A 600; plug; card A; wait 1; is Reserved; started
strangers may charge offline, but not here [AllowOfflineTxForUnknownId=True]
    reserve 5 1 A 600; drop; plug; card B; wait 1; is Reserved; card A; wait 1; is Charging; connect; started A@1/5
of its group, as the cache knows offline
    knows B Accepted P; card B; card B; reserve 5 1 A 600 P; drop; plug; card B; wait 1; connect; started B@1/5
of its group perhaps, and nobody says so [MessageTimeout=5 AllowOfflineTxForUnknownId=True]
    reserve 5 1 A 600 P; silent Authorize; plug; card B; wait 15; started; is Reserved
it ends offline
    reserve 5 1 A 10; told Reserved; drop; wait 15; told; connect; told Available
the same number, a time that is over
    reserve 4 1 A 0 -> Rejected; reserve 5 1 A 600; reserve 5 1 A -5 -> Rejected; is Reserved
another number for the same idTag
    reserve 5 1 A 600; reserve 6 1 A 600 -> Occupied; cancel 6 -> Rejected
a number below 0
    reserve -3 1 A 600 -> Accepted; cancel -3 -> Accepted; is Available
after a session, before the cable is out
    plug; card A; card A; reserve 5 1 A 600 -> Occupied; unplug; wait 2; reserve 5 1 A 600 -> Accepted
switched off and on again it is gone
    reserve 5 1 A 600; avail 1 Inoperative -> Accepted; avail 1 Operative -> Accepted; is Available;
    cancel 5 -> Rejected
a reset leaves it
    reserve 5 1 A 600; cut; connect; is Reserved; plug; card A; wait 1; started A@1/5
unlocking leaves it
    reserve 5 1 A 600; unlock 1 -> Unlocked; is Reserved
"""
# The same with two connectors.
OF_TWO = """
the one that is left is kept
    avail 1 Inoperative -> Accepted; reserve 5 0 A 600 -> Accepted; is Reserved 2; reserve 6 0 B 600 -> Occupied;
    avail 1 Operative; is Available 2
two of any keep both
    reserve 5 0 A 600 -> Accepted; reserve 6 0 B 600 -> Accepted; is Reserved 1; is Reserved 2;
    reserve 7 0 C 600 -> Occupied; cancel 5; is Available 2
it moves to the other
    reserve 5 1 A 600; reserve 5 2 A 600 -> Accepted; is Available 1; is Reserved 2
it cannot move where somebody is
    reserve 5 1 A 600; plug 2; reserve 5 2 A 600 -> Occupied; is Reserved 1
whoever has it may take either
    reserve 5 0 A 600; plug 2; card A; wait 1; started A@2/5; is Available 1
a fault makes the other the last one
    reserve 5 0 A 600; fault GroundFailure; is Reserved 2; mended; is Available 2; is Available 1
one is switched on alone
    avail 0 Inoperative -> Accepted; avail 2 Operative -> Accepted; is Unavailable 1; is Available 2;
    is Unavailable 0; card A; plug 2; wait 1; started A@2
all are switched on by 0
    avail 2 Inoperative -> Accepted; is Available 0; avail 0 Operative -> Accepted; is Available 2
0 takes back what was scheduled for one
    plug; card A; avail 1 Inoperative -> Scheduled; avail 0 Operative -> Accepted; card A; wait 1; is Finishing
nobody came within the time, and a remote start names the place [ConnectionTimeOut=10]
    plug; wait 12; is Finishing; remote A 1 -> Accepted; wait 1; started A@1
"""
# §3.13, §5.5, §5.7, §5.16, §7.8 to §7.14, errata 3.8, 3.24 to 3.26, 3.38 to 3.45, 3.65, 3.79
PROFILES = """
a time to come, and its end
    limit 1 1 TxDefaultProfile 6@0 kind=Absolute startSchedule=100 duration=50 -> Accepted; shows 1 32@0,6@100,32@150;
    plug; card A; wait 120; offers 6; wait 50; offers 32
a start that is past
    plug; card A; limit 1 1 TxDefaultProfile 6@0,10@100 kind=Absolute startSchedule=-50; offers 6; wait 52; offers 10
a week that began on another day
    limit 1 1 TxDefaultProfile 6@0,10@200 kind=Recurring recurrencyKind=Weekly startSchedule=-604700 duration=400;
    shows 1 32@0,6@100,10@300,32@500
a day that begins tomorrow
    limit 1 1 TxDefaultProfile 6@0 kind=Recurring recurrencyKind=Daily startSchedule=86400; shows 1 32@0
a day until it is not valid any more
    limit 1 1 TxDefaultProfile 6@0 kind=Recurring recurrencyKind=Daily startSchedule=0 validTo=200;
    shows 1 6@0,32@200
a day that is longer than one
    limit 1 1 TxDefaultProfile 6@0,10@86500 kind=Recurring recurrencyKind=Daily startSchedule=-86000 duration=100000;
    shows 1 6@0
a period behind the duration
    limit 1 1 TxDefaultProfile 6@0,10@100 kind=Absolute startSchedule=0 duration=50; shows 1 6@0,32@50
a duration behind the last period
    limit 1 1 TxDefaultProfile 6@0,10@100 kind=Absolute startSchedule=0 duration=300; shows 1 6@0,10@100,32@300
recurring without a kind of recurrence
    limit 1 1 TxDefaultProfile 6@0 kind=Recurring -> Rejected
a kind of recurrence without recurring
    limit 1 1 TxDefaultProfile 6@0 kind=Absolute recurrencyKind=Daily -> Accepted; shows 1 6@0
words that are none
    limit 1 1 TxDefaultProfile 6@0 kind=Weekly -> PropertyConstraintViolation
    limit 1 1 TxMaxProfile 6@0 -> PropertyConstraintViolation
    limit 1 1 TxDefaultProfile 6@0 unit=kW -> PropertyConstraintViolation
a connector that is none
    limit 9 1 TxDefaultProfile 6@0 -> PropertyConstraintViolation
the first period begins late
    limit 1 1 TxDefaultProfile 6@5 -> Rejected
periods in disorder
    limit 1 1 TxDefaultProfile 6@0,7@200,8@100 -> Rejected; limit 1 1 TxDefaultProfile 6@0,7@0 -> Rejected;
    shows 1 32@0
two decimals
    limit 1 1 TxDefaultProfile 8.15@0 -> PropertyConstraintViolation; limit 1 1 TxDefaultProfile 8.1@0 -> Accepted;
    shows 1 8.1@0
too high a level
    limit 1 1 TxDefaultProfile 6@0 stackLevel=9 -> Rejected; limit 1 1 TxDefaultProfile 6@0 stackLevel=8 -> Accepted
valid until before it is
    limit 1 1 TxDefaultProfile 6@0 validFrom=100 validTo=50 -> Rejected
valid no more
    limit 1 1 TxDefaultProfile 6@0 validTo=-50 -> Accepted; shows 1 32@0
the station's limit is not for a connector
    limit 1 1 ChargePointMaxProfile 6@0 -> Rejected
the station's limit counts from its coming
    limit 0 1 ChargePointMaxProfile 10@0,20@60; wait 30; shows 0 10@0,20@30; shows 1 10@0,20@30
one of a transaction is not for the station
    plug; card A; limit 0 1 TxProfile 6@0 -> Rejected; offers 32
one for the transaction before
    plug; card A; card A; card A; wait 1; limit 1 1 TxProfile 6@0 transactionId=1 -> Rejected;
    limit 1 1 TxProfile 6@0 transactionId=2 -> Accepted; offers 6
one for a transaction whose number is not known yet
    silent StartTransaction; plug; card A; limit 1 1 TxProfile 6@0 transactionId=1 -> Rejected;
    limit 1 1 TxProfile 6@0 -> Accepted; offers 6
the lowest of a transaction beats the highest default
    limit 1 1 TxDefaultProfile 20@0 stackLevel=8; plug; card A; limit 1 2 TxProfile 25@0; offers 25;
    limit 1 2 TxProfile 10@0; offers 10
a default after the transaction's is over
    limit 1 1 TxDefaultProfile 20@0; plug; card A; limit 1 2 TxProfile 10@0 duration=60; offers 10; wait 61;
    offers 20
a default after the transaction's is valid no more
    limit 1 1 TxDefaultProfile 20@0; plug; card A; limit 1 2 TxProfile 10@0 validTo=60; offers 10; wait 61; offers 20
a level below after the one above is over
    plug; card A; limit 1 1 TxProfile 20@0; limit 1 2 TxProfile 10@0 stackLevel=1 duration=60; offers 10; wait 61;
    offers 20
an update that is valid later leaves nothing meanwhile
    limit 1 1 TxDefaultProfile 10@0; plug; card A; offers 10; limit 1 1 TxDefaultProfile 12@0 validFrom=60; offers 32;
    wait 61; offers 12
the same id with another purpose
    limit 1 1 TxDefaultProfile 10@0; limit 0 1 ChargePointMaxProfile 20@0; shows 1 20@0; clear id=1 -> Accepted;
    clear -> Unknown
a default that is taken away in mid-session
    limit 0 1 TxDefaultProfile 10@0; plug; card A; offers 10;
    clear chargingProfilePurpose=TxDefaultProfile -> Accepted; offers 32
0 A of the transaction, taken away
    plug; card A; limit 1 1 TxProfile 0@0; is SuspendedEVSE;
    clear chargingProfilePurpose=TxProfile connectorId=1 -> Accepted; is Charging
both suspend: the station has precedence
    plug; card A; pauses; wait 6; is SuspendedEV; limit 1 1 TxProfile 0@0; is SuspendedEVSE; clear; wait 6;
    is SuspendedEV
it begins with 0 A
    limit 1 1 TxDefaultProfile 0@0,16@60; plug; card A; wait 5; is SuspendedEVSE; wait 60; is Charging;
    told Preparing SuspendedEVSE Charging
less than a vehicle may be offered
    limit 1 1 TxDefaultProfile 5.9@0; plug; card A; wait 6; offers 0; is SuspendedEVSE; shows 1 5.9@0
offline the transaction keeps its own
    plug; card A; limit 1 1 TxProfile 10@0,8@60; drop; wait 70; offers 8
offline a new one takes the default [AllowOfflineTxForUnknownId=True]
    limit 0 1 TxDefaultProfile 10@0; drop; plug; card B; wait 1; offers 10
a power cut ends a transaction and its own
    plug; card A; limit 1 7 TxProfile 10@0; cut; wait 2; connect; wait 2; clear id=7 -> Unknown; card B; wait 1;
    offers 32
clearing by 0 leaves the connectors'
    limit 0 1 ChargePointMaxProfile 20@0; limit 0 2 TxDefaultProfile 10@0; limit 1 3 TxDefaultProfile 12@0;
    clear connectorId=0 -> Accepted; clear id=3 -> Accepted; clear -> Unknown
clearing by all that is said
    limit 0 1 ChargePointMaxProfile 20@0; limit 1 2 TxDefaultProfile 10@0;
    clear connectorId=1 stackLevel=1 -> Unknown; clear connectorId=9 -> Unknown;
    clear id=1 connectorId=9 stackLevel=5 -> Accepted; clear stackLevel=0 -> Accepted
clearing by a purpose that is none
    clear chargingProfilePurpose=Tx -> PropertyConstraintViolation
watts of three phases
    limit 1 1 TxDefaultProfile 6900@0 unit=W; plug; card A; wait 1; offers 10; shows 1 10@0
watts for the station, amperes for the transaction
    limit 0 1 ChargePointMaxProfile 6900@0 unit=W; plug; card A; limit 1 2 TxProfile 16@0; offers 10;
    limit 1 2 TxProfile 8@0; offers 8
"""
# §5.10, §5.15, errata 3.52
LISTS = """
versions that mean something else
    version -> 0; list 0 Full A:Accepted -> Failed; list -1 Full A:Accepted -> Failed; version -> 0
changes of an empty list
    list 3 Differential A:Accepted -> Accepted; version -> 3; list 3 Differential B:Accepted -> VersionMismatch;
    list 2 Differential B:Accepted -> VersionMismatch; version -> 3
a whole list may have any version
    list 9 Full A:Accepted -> Accepted; list 1 Full B:Accepted -> Accepted; version -> 1
the last one is taken out
    list 1 Full A:Accepted; list 2 Differential A: -> Accepted; version -> 0;
    list 1 Differential B:Accepted -> Accepted; version -> 1
taken out in another case
    list 1 Full abc:Accepted Z:Accepted; list 2 Differential ABC: -> Accepted; drop; card abc; is Available; card Z;
    is Preparing
one that is not there is taken out, and from a whole list nobody
    list 1 Full A:Accepted; list 2 Differential Q: -> Accepted; version -> 2; list 3 Full B: -> Failed; version -> 2
twice in another case
    list 1 Full A:Accepted; list 2 Differential b:Accepted B:Blocked -> Failed; version -> 1
a word that is none
    list 1 Full A:Fine -> PropertyConstraintViolation; version -> 0
an idTag of 21 characters
    list 1 Full AAAAAAAAAAAAAAAAAAAAA:Accepted -> PropertyConstraintViolation
the list and the central system disagree [LocalPreAuthorize=True]
    list 1 Full A:Accepted; judges Blocked; plug; card A; wait 1; stopped 1:DeAuthorized; warns LocalListConflict;
    list 2 Full A:Blocked; warns NoError
"""
# §5.3, §9.1
KEYS = """
numbers
    key ConnectionTimeOut -1 -> Rejected; key ResetRetries -1 -> Rejected; key WebSocketPingInterval -1 -> Rejected;
    key MaxEnergyOnInvalidId -1 -> Rejected; key MinimumStatusDuration 1.5 -> Rejected;
    key ClockAlignedDataInterval 86401 -> Rejected; key HeartbeatInterval 0 -> Rejected;
    key MessageTimeout 0 -> Rejected; key HeartbeatInterval - -> Rejected
yes and no
    key LocalPreAuthorize TRUE -> Accepted; key LocalPreAuthorize 1 -> Rejected;
    key LocalPreAuthorize yes -> Rejected; key localpreauthorize False -> Accepted
what is read only
    key NumberOfConnectors 3 -> Rejected; key SupportedFeatureProfiles Core -> Rejected;
    key GetConfigurationMaxKeys 9 -> Rejected; key ChargeProfileMaxStackLevel 3 -> Rejected
what is not there
    key BlinkRepeat 3 -> NotSupported; key LightIntensity 50 -> NotSupported; key - x -> NotSupported
vendors and their messages, in either case (§6.15)
    vendor Journal -> Accepted; vendor JOURNAL -> Accepted; vendor Diary -> UnknownMessageId
phases
    key ConnectorPhaseRotation 1.XYZ -> Rejected; key ConnectorPhaseRotation 2.RST -> Rejected;
    key ConnectorPhaseRotation RST -> Rejected; key ConnectorPhaseRotation 0.RST,1.RTS -> Accepted
measurands
    key MeterValuesSampledData SoC -> Rejected; key MeterValuesSampledData , -> Rejected;
    key MeterValuesSampledData energy.active.import.register -> Rejected; key MeterValuesSampledData - -> Accepted;
    key StopTxnAlignedData - -> Accepted
"""


def test_reservations_meet_everything():
    played(RESERVATIONS)
    played(OF_TWO, connectors=2)


def test_profiles_meet_everything():
    played(PROFILES)


def test_lists_and_their_versions():
    played(LISTS)


def test_keys_and_what_they_refuse():
    played(KEYS)
