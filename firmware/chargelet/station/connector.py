"""Knows one connector's facts: its EVSE, its availability, who wants to charge. Knows no messages."""

# When the vehicle has gone in mid-session, the plug is taken to have left the station's socket as
# well this long after it could: no contact tells.
_TAKEN_OUT_MS = 1500

# After a boot the pilot is believed from here on, and after a start what limits the current.
_LOOK_MS = 1000

# Vehicles close S2 within 3 s of the offer or not at all; before that, SuspendedEV would only be noise.
_STARTING_MS = 5000


class Connector:
    """One connector. What can be derived is derived: see status.derive()."""

    def __init__(self, connector_id: int, evse, clock):
        self.id = connector_id
        self.evse = evse
        self._clock = clock
        self._born = clock.uptime()
        self.operative = True
        self.blocked = False  # while new firmware is being installed
        self.scheduled = None  # the availability that waits for the transaction's end
        self.transaction = None
        self.limits = evse.limits  # name of whoever limits → mA
        self.profile = None  # a charging profile that waits for its transaction (RemoteStartTransaction)
        self.interrupted = None  # number of a transaction that the power cut off, until the vehicle has been looked for
        self.id_tag = None  # authorized, and waiting for the vehicle
        self.parent_id_tag = None
        self.reservation_id = None
        self.anywhere = False
        self._id_since = 0
        self.finished = False  # a transaction has ended, and its plug is still in
        self.unplugged_stop = False  # and it ended because the vehicle went away
        self.held = None  # the reservation that keeps it for somebody (reservations.py)
        self.keep_locked_for = None  # id tag (and parent) that alone opens the lock
        self.release = False  # the lock is to open as soon as the contactor has
        self._plugged_since = None
        self._gone_since = None
        self.waited_out = False  # B6 (errata 3.20): plugged in, and nobody came with a card

    def limit_ma(self) -> int:
        """Milliamperes that the transaction may draw: the least of all limits; 0 when it may not."""
        transaction = self.transaction
        if not transaction or not transaction.authorized:
            return 0
        return self.evse.limit_ma()

    def looking(self) -> bool:
        """Whether the pilot has not been looked at for long enough after the boot to be believed."""
        return self._clock.uptime() - self._born < _LOOK_MS

    def starting(self, limit_ma: int) -> bool:
        """Whether a vehicle may still be about to take what it has only just been offered, or is about to be."""
        transaction = self.transaction
        if transaction.charged or transaction.suspended or not transaction.authorized:
            return False  # there is no way back to Preparing (OCPP 1.6 §4.9)
        passed = self._clock.uptime() - transaction.started
        return passed < (_STARTING_MS if limit_ma >= 6000 else _LOOK_MS)

    @property
    def waiting(self) -> bool:
        """Whether a vehicle is plugged in and nobody has said yet who pays."""
        return self.usable and self.evse.connected and not self.id_tag and not self.finished and not self.waited_out

    @property
    def free(self) -> bool:
        return self.usable and not self.evse.connected and not self.id_tag and not self.finished

    @property
    def usable(self) -> bool:
        """Whether a new transaction could start here at all."""
        free = self.transaction is None and self.interrupted is None
        return self.operative and not self.blocked and not self.evse.fault and free

    def present(self, id_tag: str, parent_id_tag: "str | None", reservation_id=None, anywhere=False):
        """An authorized idTag is now to start a transaction here, or `anywhere` the cable goes instead."""
        self.id_tag = id_tag
        self.parent_id_tag = parent_id_tag
        self.reservation_id = reservation_id
        self.anywhere = anywhere
        self._id_since = self._clock.uptime()
        self.waited_out = False

    def forget(self):
        """Nobody wants to start a transaction here any more."""
        self.id_tag = self.parent_id_tag = self.reservation_id = self.profile = None

    def step(self, connection_time_out: int, shared_reader: bool):
        """Let time pass; `connection_time_out` in seconds (ConnectionTimeOut, errata 3.77)."""
        now = self._clock.uptime()
        evse = self.evse
        if self.id_tag and now - self._id_since >= connection_time_out * 1000:
            self.forget()
        if self.transaction and evse.contactor_closed:
            self.transaction.charged = True
        if self.finished and not evse.connected and self.looking():
            return  # a transaction of before a power cut has ended, and the vehicle may still be there
        if evse.connected:
            if self._plugged_since is None:
                self._plugged_since = now
                if not self.looking():
                    self.finished = self.unplugged_stop = False
            if shared_reader and self.waiting and now - self._plugged_since >= connection_time_out * 1000:
                self.waited_out = True
        else:
            self._plugged_since = None
            self.waited_out = False
        if self.release and not evse.contactor_closed:
            self.release = False
            self.keep_locked_for = None
            if evse.has_lock:
                evse.unlock()
        if not self.finished or evse.connected or (evse.has_lock and (evse.locked or self.release)):
            self._gone_since = None
        elif self._gone_since is None:
            self._gone_since = now
        if self._gone_since is not None:
            if not self.unplugged_stop or now - self._gone_since >= _TAKEN_OUT_MS:
                self.finished = self.unplugged_stop = False
