"""A connector: its EVSE, its availability, who wants to charge, whose cable its bolt holds.

A connector owns its state. Other files read its fields, and change them through its methods only.
"""

from ..base.clock import sooner
from .bolt import WATCH_MS, Bolt
from .claim import Claim, admits

# When the vehicle has gone in mid-session, the plug is taken to have left the station's socket as
# well this long after it could: no contact tells.
_TAKEN_OUT_MS = 1500
# After a boot the pilot is believed from here on, and what limits the current after a start or when a plug has come.
_LOOK_MS = 1000
# Vehicles close S2 within 3 s of the offer or not at all; before that, SuspendedEV would only be noise.
_STARTING_MS = 5000
# A vehicle that asks has its contactor within this, the pause before closing again included, or is refused.
_CLOSING_MS = 6500


class Connector:
    """One connector. What can be derived is derived: see status.derive()."""

    def __init__(self, connector_id: int, evse, clock, owners):
        self.id = connector_id
        self.evse = evse
        self._clock = clock
        self._born = clock.uptime()
        self.limits = evse.limits  # who limits → mA
        self.operative = True
        self.scheduled = None  # the availability that waits for the transaction's end
        self.blocked = False  # while new firmware is being installed
        self.claim = None  # who is authorized, and waits for the vehicle
        self.reservation = None  # the one that keeps others away (reservations.py)
        self.transaction = None
        self.interrupted = None  # number of a transaction that the power cut off, until the vehicle has been looked for
        self.bolt = Bolt(connector_id, evse, owners)
        self.finished = self.bolt.kept  # a transaction has ended, and its plug is still in
        self.vehicle_left = False  # and the vehicle has gone while the cable may still be in
        self.waited_out = False  # B6 (errata 3.20): plugged in, and nobody came with a card
        self.ending = None  # a transaction that is over, until its energy can't change any more (transaction.py)
        self._plugged_since = self._gone_since = None
        self._asked_since = None  # since when a vehicle that is offered current asks for it in vain

    # What follows from the facts

    def limit_ma(self) -> int:
        """Milliamperes that the transaction may draw: the least of all limits; 0 when it may not."""
        transaction = self.transaction
        return self.evse.limit_ma() if transaction and transaction.authorized else 0

    def looking(self) -> bool:
        """Whether the boot is so recent that the pilot is not to be believed yet."""
        return self._clock.uptime() - self._born < _LOOK_MS

    def early(self, limit_ma: int) -> "str | None":
        """What is told while current is about to be offered, or so new that the vehicle may not have answered yet."""
        transaction, now = self.transaction, self._clock.uptime()
        ready = limit_ma >= self.evse.min_ma
        if transaction.charged or transaction.suspended or not transaction.authorized:
            # There is no way back to Preparing (OCPP 1.6 §4.9). The cable of who comes back is looked at first.
            since = self._plugged_since or 0
            return "SuspendedEV" if not ready and since > transaction.started and now - since < _LOOK_MS else None
        if self._asked_since is not None and ready:
            return None if self.refusing() else "Preparing"
        return "Preparing" if now - transaction.started < (_STARTING_MS if ready else _LOOK_MS) else None

    def refusing(self) -> bool:
        """Whether the vehicle asks for what it is offered, and the contactor is kept open (no diode, a pause)."""
        return self._asked_since is not None and self._clock.uptime() - self._asked_since >= _CLOSING_MS

    @property
    def waiting(self) -> bool:
        """Whether a vehicle is plugged in and nobody has said yet who pays."""
        return self.usable and self.evse.connected and not self.claim and not self.finished and not self.waited_out

    @property
    def free(self) -> bool:
        return self.usable and not self.evse.connected and not self.claim and not self.finished

    @property
    def usable(self) -> bool:
        """Whether a new transaction could start here at all.

        Not on a cable that waits for its owner (errata 3.5): who pays for a session would get the cable.
        """
        taken = self.transaction or self.interrupted is not None or self.bolt.kept
        return not taken and not self.bolt.failed and self._in_order()

    @property
    def faulted(self) -> bool:
        """Whether charging is impossible here until something is mended."""
        return bool(self.evse.fault) or self.bolt.failed

    def _in_order(self):
        return self.operative and not self.blocked and not self.evse.fault

    def kept_for(self, id_tag: str, parent_id_tag: "str | None" = None) -> bool:
        """Whether no reservation keeps the connector for somebody else (OCPP 1.6 §5.13)."""
        return self.reservation is None or admits(self.reservation, id_tag, parent_id_tag)

    def open_to(self, id_tag: str) -> bool:
        """The same, as far as it is known without a parentIdTag."""
        return self.kept_for(id_tag) or self.reservation.parent_id_tag is not None

    # What happens to it

    def set_operative(self, operative: bool) -> bool:
        """ChangeAvailability; whether it is scheduled until the transaction ends."""
        if self.transaction and self.operative != operative:
            self.scheduled = operative
            return True
        self.scheduled, self.operative = None, operative
        if not operative:
            # What a vehicle waited for is over; when the connector is operative again, it waits anew (§4.9, H2).
            self.forget()
            self.waited_out = False
            if not self.bolt.kept:
                self.finished = self.vehicle_left = False
        return False

    def block(self, blocked: bool):
        """Keep the connector from use while new firmware is installed; False ends that."""
        self.blocked = blocked

    def reserve(self, reservation):
        """Reserve the connector from now on; None ends a reservation."""
        self.reservation = reservation

    def present(self, claim: Claim):
        """An authorized idTag is to start a transaction here, within ConnectionTimeOut from now."""
        claim.since = self._clock.uptime()
        self.claim = claim
        self.waited_out = False

    def forget(self):
        """Nobody wants to start a transaction here any more."""
        self.claim = None

    def again(self):
        """Someone wants another transaction with the plug still in: Preparing comes in between (OCPP 1.6 §4.9, F2)."""
        self.finished = self.vehicle_left = False

    def interrupt(self, number: "int | None"):
        """A power cut has interrupted transaction `number`, and the vehicle is looked for; None: that is decided."""
        self.interrupted = number

    def begin(self, transaction):
        """A transaction runs from now on, a new one or one that goes on."""
        self.transaction, self.claim, self.interrupted = transaction, None, None
        self.limits.pop("person", None)  # what people have lowered by hand was for the one before
        self.finished = self.vehicle_left = self.waited_out = False
        self.bolt.forget()

    def end(self, vehicle_left: bool):
        """The transaction is over. Its cable comes free, unless the bolt was told to keep it."""
        self.bolt.remember(self.transaction)
        self.ending = self.transaction
        self.transaction = self.interrupted = None
        self.finished = True
        self.vehicle_left = vehicle_left
        if self.scheduled is not None:
            self.set_operative(self.scheduled)

    def ended(self):
        """The transaction's end is recorded."""
        self.ending = None

    def free_cable(self):
        """Somebody who may have it wants the cable: the bolt goes out as soon as the contactor is open."""
        self.bolt.free()
        if self.evse.connected:
            self.forget()  # which would send it in again

    # Time

    def step(self, connection_time_out: int, shared_reader: bool):
        """Let time pass; `connection_time_out` in seconds (ConnectionTimeOut, errata 3.77), 0 for none."""
        now, patience = self._clock.uptime(), connection_time_out * 1000
        if self.claim and patience and now - self.claim.since >= patience:
            self.forget()
        self._look_at_vehicle(now, patience if shared_reader else 0)
        self.bolt.step(now, self._bolt_wanted())
        self._look_at_cable(now)

    def _look_at_vehicle(self, now, patience):
        evse, transaction = self.evse, self.transaction
        if transaction and evse.contactor_closed:
            transaction.charged = True
        if not transaction or not evse.offered_ma or evse.contactor_closed or evse.pilot_state not in "CD":
            self._asked_since = None
        elif self._asked_since is None:
            self._asked_since = now
        if self.finished and not evse.connected and self.looking():
            return  # a transaction from before a power cut has ended, and the vehicle may still be there
        if not evse.connected:
            self._plugged_since = None
            self.waited_out = False
            if self.bolt.kept and self.finished:
                self.vehicle_left = True
            return
        if self._plugged_since is None:
            self._plugged_since = now
            self.bolt.again()
            if not self.looking() and not self.bolt.kept:
                self.finished = self.vehicle_left = False
        if patience and self.waiting and now - self._plugged_since >= patience:
            self.waited_out = True

    def _look_at_cable(self, now):
        """When the plug has left the socket, the one before has finished."""
        evse = self.evse
        if not self.finished or evse.connected or evse.locked or self.looking():
            self._gone_since = None
            return
        if self._gone_since is None:
            self._gone_since = now
        if not self.vehicle_left or now - self._gone_since >= _TAKEN_OUT_MS:
            self.finished = self.vehicle_left = False

    def _bolt_wanted(self) -> bool:
        """Whether there is a reason for the bolt to be in. Without one it goes out, whatever happened before."""
        if self.transaction or self.interrupted is not None or self.bolt.kept:
            return True
        return self.claim is not None and self.evse.connected and self._in_order()

    def next_due(self, connection_time_out: int, shared_reader: bool, latest: int) -> int:
        """The uptime in ms at which step() has something to do though nothing has happened by then, or `latest`."""
        now, patience, claim = self._clock.uptime(), connection_time_out * 1000, self.claim
        latest = self.bolt.next_due(now, self._bolt_wanted(), latest)
        if claim and patience:
            latest = min(latest, claim.since + patience)
        if (claim and self.evse.connected) or (self.finished and not self.evse.connected and not self._gone_since):
            latest = min(latest, now + WATCH_MS)
        if shared_reader and patience and self._plugged_since is not None and self.waiting:
            latest = min(latest, self._plugged_since + patience)
        if self._gone_since is not None:
            latest = min(latest, self._gone_since + _TAKEN_OUT_MS)
        if self._asked_since is not None:
            latest = sooner(now, self._asked_since + _CLOSING_MS, latest)
        if self.transaction:
            for ms in (WATCH_MS, _LOOK_MS, _STARTING_MS):  # its offer, and what early() asks
                latest = sooner(now, self.transaction.started + ms, latest)
            if self._plugged_since is not None:
                latest = sooner(now, self._plugged_since + _LOOK_MS, latest)  # the same
        return sooner(now, self._born + _LOOK_MS, latest)
