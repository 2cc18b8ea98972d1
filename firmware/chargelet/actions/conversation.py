"""Knows what the station says next, and who answers what it is asked. Knows no ids, frames or sockets."""

from ..ground import loading
from . import heartbeat, incoming, status_notification
from .delivery import Delivery
from .patience import Patience
from .write_pace import WritePace

KEYS = """
MessageTimeout RW 1..600 30
WebSocketPingInterval RW 0..86400 54
"""


class Conversation:
    """The station's side of OCPP.

    Nothing waits in a queue to be said: each source is asked what is due, so that what goes out is
    always the present state of things, and nothing grows while nobody listens. `heard()` counts what
    the central system has said so far.

    What is not answered never keeps the rest waiting: its source goes last until it is answered, and pauses for longer
    each time (patience.py). Only what is billed has rules of its own, in delivery.py.
    """

    def __init__(self, station, heard):
        self._station = station
        station.config.declare(KEYS)
        self._delivery = Delivery(station, heard)
        # People first, then what they are shown, then what is billed, then being there at all.
        self._sources = (
            (self._authorize, Patience(0)),
            (status_notification.next_call, Patience()),
            (self._delivery.next_call, None),
            (heartbeat.next_call, None),
            (self._firmware, Patience()),
            (self._diagnostics, Patience()),
            (self._transfer, Patience()),
        )
        self._asked = Patience()
        self.pace = WritePace(station.clock)

    def opened(self):
        """There is a connection."""
        station = self._station
        if station.registration.accepted:
            # A reconnection needs no BootNotification (OCPP-J 1.6 §5.4).
            station.authorization.online = True
            station.notifier.online(False)
        self._delivery.connected()

    def closed(self):
        """There is none any more."""
        self._station.registration.disconnected()
        self._station.authorization.offline()
        self._station.notifier.offline()
        del self._station.triggered[:]

    def listening(self) -> bool:
        """Whether calls are answered at all: not while Rejected (OCPP 1.6 §4.2)."""
        return self._station.registration.status != "Rejected"

    def timeout_ms(self) -> int:
        """How long an answer may take."""
        return self._station.config["MessageTimeout"] * 1000

    def handle(self, action: str, payload: dict):
        """Answer a call: a payload, or a function that has it later. Raises CallError."""
        later = self.pace.take(action)
        result = incoming.answer(self._station, action, payload)
        return later(result) if later else result

    def next_call(self) -> "tuple | None":
        """(action, payload, answered) of what is to be said now, or None."""
        station = self._station
        if station.triggered and not self._asked.silent:
            return self._triggered()
        if not station.registration.accepted:
            if station.registration.boot_due:
                return self._boot()
            # While Pending nothing is told but what was asked for.
            call = status_notification.next_call(station) if station.registration.status == "Pending" else None
            return call or self._triggered()
        silent = False
        for make, patience in self._sources:
            if patience is not None and patience.silent:
                silent = True
                continue
            call = make(station)
            if call is not None:
                return call if patience is None else self._patient(call, patience)
        if station.triggered:
            return self._triggered()
        if silent:
            now = station.clock.uptime()
            for make, patience in self._sources:
                if patience is not None and patience.silent and now >= patience.not_before:
                    call = make(station)
                    if call is not None:
                        return self._patient(call, patience)
        return None

    def _patient(self, call, patience):
        action, payload, told = call

        def answered(result, failure):
            patience.ended(failure, self._station.clock.uptime())
            told(result, failure)

        return action, payload, answered

    @property
    def waiting(self) -> bool:
        """Whether facts have made something due."""
        station = self._station
        return bool(
            station.triggered
            or station.notifier.waiting
            or station.authorization.waiting
            or station.vendors.waiting
            or station.maintained
            and (station.maintenance().firmware.untold or station.maintenance().diagnostics.untold)
            or (len(station.outbox) and not self._delivery.next_due(station))
        )

    def next_due(self) -> int:
        """Milliseconds until time alone may make something due: what facts make due, they make due when they change."""
        station = self._station
        registration = station.registration
        if not registration.accepted:
            return registration.boot_in
        due = registration.heartbeat_in
        if len(station.outbox):
            due = min(due, self._delivery.next_due(station))
        now = station.clock.uptime()
        for _make, patience in self._sources:
            if patience is not None and patience.silent and patience.not_before > now:
                due = min(due, patience.not_before - now)
        return due

    # What is needed seldom is borrowed: its RAM goes when the call has been answered.

    def _triggered(self):
        """What was asked for (TriggerMessage), once, hence also while Pending (§4.2)."""
        station = self._station
        if not station.triggered:
            return None
        name = station.triggered.pop(0)
        if name == "BootNotification":
            call = self._boot()
        elif name == "Heartbeat":
            call = heartbeat.call(station)
        elif name == "FirmwareStatusNotification":
            call = self._firmware(station, True)
        else:
            call = self._diagnostics(station, True)
        return self._patient(call, self._asked)

    def _boot(self):
        return loading.borrow("chargelet.actions.boot_notification").call(self._station)

    def _authorize(self, station):
        if not station.authorization.waiting:
            return None
        return loading.borrow("chargelet.actions.authorize").next_call(station)

    def _firmware(self, station, asked=False):
        if not asked and not (station.maintained and station.maintenance().firmware.untold):
            return None
        return loading.borrow("chargelet.actions.firmware_status_notification").next_call(station, asked)

    def _diagnostics(self, station, asked=False):
        if not asked and not (station.maintained and station.maintenance().diagnostics.untold):
            return None
        return loading.borrow("chargelet.actions.diagnostics_status_notification").next_call(station, asked)

    def _transfer(self, station):
        if not station.vendors.waiting:
            return None
        return loading.borrow("chargelet.actions.data_transfer").next_call(station)
