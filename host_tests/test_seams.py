"""Where two operations of OCPP 1.6 meet: remote starts, cards, groups, refusals after the start, and what an operator
does meanwhile; written as fakes/played.py has it. What one of them does alone is tested elsewhere."""

from fakes.bench import BOARD
from fakes.played import played

# §5.11, errata 3.32, 3.41, 3.42
REMOTE_STARTS = """
the cable of the last session is still in
    plug; card A; card A; is Finishing; told Preparing Charging Finishing; remote B 1 -> Accepted; wait 2;
    started A@1 B@1; told Preparing Charging
somebody has the connector already
    card A; remote B 1 -> Rejected; remote A 1 -> Rejected; plug; started A@1
of two that are asked about, the first
    silent Authorize; remote A 1 -> Accepted; remote B 1 -> Rejected
a fault comes before the cable
    remote A 1 -> Accepted; fault GroundFailure; plug; started; mended; wait 2; started A@1
a fault outlasts the patience [ConnectionTimeOut=10]
    remote A 1 -> Accepted; fault GroundFailure; wait 11; mended; plug; wait 2; started
the connection goes before the cable comes
    remote A 1 -> Accepted; drop; plug; wait 1; offers 32; connect; started A@1
the connection goes before the answer
    silent Authorize; plug; remote A 1 -> Accepted; drop; wait 2; connect; wait 2; started
and where strangers may charge offline [AllowOfflineTxForUnknownId=True]
    silent Authorize; plug; remote A 1 -> Accepted; drop; wait 2; is Charging; connect; started A@1
the transaction that runs is scheduled to be the last
    plug; card A; avail 1 Inoperative -> Scheduled; remote B 1 -> Rejected; is Charging
its connector is switched off before the cable comes
    remote A 1 -> Accepted; avail 1 Inoperative -> Accepted; plug; avail 1 Operative; wait 1; started; is Preparing
the idTag of the session in another case stops nothing
    plug; card abc; remote ABC 1 -> Rejected; is Charging; stopped
the list blocks it, and is asked first [LocalPreAuthorize=True]
    list 1 Full B:Blocked -> Accepted; plug; remote B 1 -> Accepted; wait 1; asked 0; started
without Authorize only StartTransaction says no [AuthorizeRemoteTxRequests=False]
    judges Blocked; plug; remote A 1 -> Accepted; wait 1; asked 0; stopped 1:DeAuthorized; locked 1;
    unlock 1 -> Unlocked; locked 0
its profile goes with the patience [ConnectionTimeOut=10]
    limit rA 9 TxProfile 7@0 -> Accepted; wait 12; told Preparing Available; clear id=9 -> Unknown; plug; card B;
    wait 1; offers 32
its profile goes with the refusal
    knows A Invalid; plug; limit rA 9 TxProfile 7@0 -> Accepted; wait 1; card B; wait 1; started B@1; offers 32
its profile and one of a lower level
    plug; limit rA 9 TxProfile 7@0 stackLevel=1 -> Accepted; wait 1; offers 7
its profile below that of the station
    limit 0 1 ChargePointMaxProfile 6@0 -> Accepted; plug; limit rA 9 TxProfile 20@0 -> Accepted; wait 1; offers 6
its profile and the reservation of a group
    knows B Accepted P; reserve 5 1 A 600 P -> Accepted; plug; limit rB 9 TxProfile 7@0 -> Accepted; wait 1;
    started B@1/5; offers 7
while a reset is under way
    reset Soft -> Accepted; remote A 1 -> Rejected
"""
# §3.5.4, §4.8, errata 3.5, 3.17
REFUSED_LATER = """
offline start, stopped [AllowOfflineTxForUnknownId=True]
    judges Invalid; drop; plug; card X; wait 1; is Charging; connect; stopped 1:DeAuthorized; locked 1; card X;
    locked 0; wait 1; started X@1
offline start, only suspended, the card ends it [AllowOfflineTxForUnknownId=True StopTransactionOnInvalidId=False]
    judges Invalid; drop; plug; card X; wait 1; connect; is SuspendedEVSE; stopped; card X; wait 1; stopped 1:Local:X;
    locked 0
suspended, and stopped from afar [StopTransactionOnInvalidId=False]
    judges Blocked; plug; card A; wait 1; is SuspendedEVSE; rstop 1 -> Accepted; wait 1; stopped 1:Remote; locked 0
suspended, and the vehicle leaves [StopTransactionOnInvalidId=False]
    judges Blocked; plug; card A; wait 1; unplug; wait 2; stopped 1:EVDisconnected
enough to get away, then stopped [MaxEnergyOnInvalidId=100]
    judges Expired; plug; card A; wait 1; is Charging; draws 101; wait 1; stopped 1:DeAuthorized; locked 1
enough to get away, then suspended [MaxEnergyOnInvalidId=100 StopTransactionOnInvalidId=False]
    judges Expired; plug; card A; wait 1; is Charging; draws 101; wait 1; is SuspendedEVSE; stopped
the key changes before it is used up [MaxEnergyOnInvalidId=100]
    judges Invalid; plug; card A; wait 1; key StopTransactionOnInvalidId false -> Accepted; draws 101; wait 1;
    is SuspendedEVSE; stopped
the vehicle leaves before it is used up [MaxEnergyOnInvalidId=100]
    judges Invalid; plug; card A; wait 1; unplug; wait 2; stopped 1:EVDisconnected; locked 0
the cable is for one of the group, and who is blocked is none
    knows X Accepted P; knows Y Accepted P; knows Z Accepted Q; knows W Blocked P; judges Invalid; plug; card X;
    wait 1; locked 1; card Z; locked 1; card W; locked 1; card Y; locked 0; started X@1
ConcurrentTx is not Accepted
    judges ConcurrentTx; plug; card A; wait 1; stopped 1:DeAuthorized
what the cache let in is asked about from then on [LocalPreAuthorize=True]
    card A; card A; judges Blocked; plug; card A; wait 1; asked 1; stopped 1:DeAuthorized; card A; unplug; wait 3;
    card A; asked 2
a power cut before the word comes [AllowOfflineTxForUnknownId=True]
    judges Invalid; drop; plug; card X; wait 1; cut; wait 2; connect; wait 2; stopped 1:PowerLoss; is Finishing;
    started X@1
no word ever: the session goes on
    silent StartTransaction; plug; card A; wait 70; is Charging; card A; wait 1; is Finishing
"""
# §3.5, §3.10, §4.1, §7.28
CARDS = """
another case stops, and nobody is asked
    plug; card AbC; asked 1; card aBc; wait 1; asked 1; stopped 1:Local:aBc
another case while the answer is awaited is asked about once
    silent Authorize; plug; card abc; card ABC; asked 1; wait 29; asked 1
what has expired since stops its own session
    plug; card A; knows A Expired; card A; wait 1; asked 1; stopped 1:Local:A
a blocked one of the group does not stop
    knows A Accepted P; knows B Blocked P; plug; card A; card B; wait 1; stopped; is Charging
the name of a group is no card of it
    knows A Accepted P; plug; card A; card P; wait 1; stopped
a group in another case is the same
    knows A Accepted p; knows B Accepted P; plug; card A; card B; wait 1; stopped 1:Local:B
the list knows the group, offline
    list 1 Full A:Accepted:P B:Accepted:P C:Accepted:Q -> Accepted; drop; plug; card A; card C; is Charging; card B;
    wait 1; connect; stopped 1:Local:B
the list blocks who charges: it goes on, and its card stops it [LocalPreAuthorize=True]
    list 1 Full A:Accepted -> Accepted; plug; card A; list 2 Full A:Blocked -> Accepted; wait 2; is Charging; card A;
    wait 1; stopped 1:Local:A; card A; wait 1; started A@1
the cache is cleared in mid-session
    plug; card A; forget -> Accepted; card A; wait 1; asked 1; stopped 1:Local:A
the list is switched off and on again [LocalPreAuthorize=True]
    list 5 Full A:Accepted -> Accepted; key LocalAuthListEnabled false -> Accepted; version -> -1;
    list 6 Full -> NotSupported; card A; asked 1; card A; key LocalAuthListEnabled true; version -> 5; card A;
    asked 1
an answer that never comes is as good as no connection [MessageTimeout=5 AllowOfflineTxForUnknownId=True]
    silent Authorize; plug; card A; wait 6; is Charging
but lets nobody in who was refused [MessageTimeout=5 AllowOfflineTxForUnknownId=True]
    knows A Blocked; card A; plug; silent Authorize; card A; wait 6; is Preparing; started
an error for an answer, too
    plug; silent Authorize; card A; drop; wait 1; is Preparing; started
the time is that of the key [ConnectionTimeOut=10]
    card A; wait 8; is Preparing; wait 3; is Available; plug; wait 1; started
a shorter time counts at once
    card A; wait 20; key ConnectionTimeOut 15 -> Accepted; wait 1; is Available
no time at all [ConnectionTimeOut=0]
    card A; wait 600; is Preparing; plug; wait 1; started A@1
"""
# §4.9, §4.10, §5.2, §5.12, §5.14, §5.18
OPERATORS = """
off, on, off again in mid-session
    plug; card A; avail 1 Inoperative -> Scheduled; avail 1 Operative -> Accepted; avail 1 Inoperative -> Scheduled;
    card A; wait 1; is Unavailable; unplug; wait 2; avail 1 Operative; is Available
off after a session
    plug; card A; card A; avail 1 Inoperative -> Accepted; is Unavailable
off while the answer to a card is awaited
    silent Authorize; plug; card A; avail 1 Inoperative -> Accepted; drop; is Unavailable; started
on with a vehicle there
    avail 1 Inoperative; plug; told Unavailable; avail 1 Operative; card A; wait 1; told Preparing Charging
unlocked before anybody came
    plug; unlock 1 -> Unlocked; is Preparing; card A; wait 1; started A@1
unlocked while off
    avail 1 Inoperative; unlock 1 -> Unlocked; is Unavailable
unlocked while faulted
    fault GroundFailure; unlock 1 -> Unlocked; is Faulted
unlocked in a fault in mid-session
    plug; card A; fault HighTemperature; unlock 1 -> Unlocked; wait 1; stopped 1:UnlockCommand; mended; is Finishing
unlocked while the vehicle pauses
    plug; card A; pauses; wait 6; is SuspendedEV; unlock 1 -> Unlocked; wait 1; stopped 1:UnlockCommand; is Finishing
unlocked while the station pauses
    limit 1 1 TxDefaultProfile 0@0; plug; card A; wait 6; is SuspendedEVSE; unlock 1 -> Unlocked; wait 1;
    stopped 1:UnlockCommand
unlocked twice
    plug; card A; unlock 1 -> Unlocked; unlock 1 -> Unlocked; stopped 1:UnlockCommand
0 is no connector to unlock
    unlock 0 -> NotSupported
the cable is kept, and comes free from afar [UnlockConnectorOnEVSideDisconnect=False]
    plug; card A; unplug; wait 3; stopped 1:EVDisconnected; locked 1; is Finishing; remote B 1 -> Rejected;
    unlock 1 -> Unlocked; wait 3; is Available
the cable is kept through off and on [UnlockConnectorOnEVSideDisconnect=False]
    plug; card A; unplug; wait 3; avail 1 Inoperative; avail 1 Operative; wait 3; locked 1; is Finishing; card A;
    wait 3; is Available
the cable is kept through a power cut [UnlockConnectorOnEVSideDisconnect=False]
    plug; card A; unplug; wait 3; cut; connect; is Finishing; locked 1; card B; locked 1; card A; wait 3;
    is Available
the vehicle leaves and comes back [StopTransactionOnEVSideDisconnect=False]
    plug; card A; told Preparing Charging; unplug; wait 60; told SuspendedEV; locked 1; plug; wait 1; is Charging;
    rstop 1 -> Accepted; wait 1; stopped 1:Remote
the vehicle leaves under a fault
    plug; card A; fault GroundFailure; unplug; wait 1; stopped 1:EVDisconnected; mended; wait 3; is Available
stopped from afar under a fault
    plug; card A; fault HighTemperature; rstop 1 -> Accepted; wait 2; stopped 1:Remote; mended; is Finishing
stopped from afar twice
    plug; card A; rstop 1 -> Accepted; rstop 1 -> Rejected; wait 1; stopped 1:Remote
a reset under a fault
    plug; card A; fault HighTemperature; reset Hard -> Accepted; wait 3; stopped 1:HardReset
a reset after a session
    plug; card A; card A; reset Soft -> Accepted; wait 3; stopped 1:Local:A
a reset offline
    plug; card A; drop; wait 1; cut; connect; wait 2; stopped 1:PowerLoss
a fault becomes another
    fault GroundFailure; told Faulted; fault HighTemperature; told Faulted; mended; told Available
a short state is not told, and then the last one is [MinimumStatusDuration=10]
    wait 12; told; plug; card A; wait 5; told; wait 6; told Charging; pauses; wait 2; asks; wait 20; told
who asks is told at once, and not again [MinimumStatusDuration=60]
    plug; trigger StatusNotification 1 -> Accepted; told Preparing; wait 120; told
"""
# The same, where transactions outlast a power cut.
LASTS = """
a transaction that goes on keeps its profile
    plug; limit rA 9 TxProfile 7@0 -> Accepted; wait 1; cut; wait 2; connect; wait 2; offers 7; stopped
one that was refused goes on without energy [StopTransactionOnInvalidId=False]
    judges Invalid; plug; card A; wait 1; cut; wait 2; connect; wait 2; offers 0; is SuspendedEVSE; card A; wait 1;
    stopped 1:Local:A
"""


def test_remote_starts_meet_everything():
    played(REMOTE_STARTS)


def test_who_is_refused_after_the_start():
    played(REFUSED_LATER)


def test_cards_lists_and_groups():
    played(CARDS)


def test_operators_meet_everything():
    played(OPERATORS)
    played(LASTS, board=dict(BOARD, transaction={"resume_after_power_cut": True}))
