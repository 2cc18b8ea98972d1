"""What the station says next, and who answers a call of the central system."""

from ..base import loading
from . import heartbeat, incoming, status_notification
from .delivery import Delivery, forgotten
from .patience import Patience
from .write_pace import WritePace

KEYS = """
MessageTimeout RW 1..600 30
WebSocketPingInterval RW 0..86400 54
"""

# Kinds of messages that wait by themselves when they are not answered, in their order; between the second and the third
# comes what is billed. The last is what was asked for.
_AUTHORIZE, _STATUS, _FIRMWARE, _DIAGNOSTICS, _EVENT, _SIGN, _TRANSFER, _ASKED = range(8)


class Conversation:
    """The station's side of OCPP.

    Each source is asked what is due, and makes its message when that can go: a status is the one of this moment, and
    nothing grows while nobody listens. What must be told as it was, its source keeps: a bounded number, or on flash.
    `heard()` counts what the central system has said so far.

    What is not answered never keeps the rest waiting: its source goes last until it is answered, and pauses for longer
    each time (patience.py). Only what is billed has rules of its own, in delivery.py.
    """

    def __init__(self, station, heard):
        self._station = station
        station.config.declare(KEYS)
        self._delivery = Delivery(station, heard)
        self._patience = Patience(_ASKED + 1)
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
        """The connection is gone."""
        self._station.registration.disconnected()
        self._station.notifier.offline()
        del self._station.triggered[:]
        self._station.authorization.offline()  # last: to decide about cards takes memory

    def listening(self) -> bool:
        """Whether calls are answered at all: not while Rejected (OCPP 1.6 §4.2)."""
        return self._station.registration.status != "Rejected"

    def timeout_ms(self) -> int:
        """How long an answer may take."""
        return self._station.config["MessageTimeout"] * 1000

    def handle(self, action: str, payload: dict):
        """Answer a call, as a generator: it returns a payload, or a function that has it later. Raises CallError."""
        later = self.pace.take(action)
        result = yield from incoming.answer(self._station, action, payload)
        return later(result) if later else result

    def prepare(self) -> bool:
        """Load what the next record of a transaction is told with, if one is due; whether that was work."""
        station = self._station
        return station.registration.accepted and not station.security.came and self._delivery.prepare(station)

    def next_call(self) -> "tuple | None":
        """(action, payload, answered) of what is to be said now, or None."""
        station = self._station
        silent = self._patience.silent
        if station.triggered and not silent[_ASKED]:
            return self._triggered()
        if not station.registration.accepted:
            if station.registration.boot_due:
                return self._boot()
            # Before that nothing is told but what was asked for; calls are answered until it is Rejected.
            return status_notification.next_call(station) or self._triggered()
        # People first, then what they are shown, then what is billed, then being there at all, then the rest. While
        # certificates are judged, RAM is theirs: all but the first two waits for some seconds.
        kinds = range(_FIRMWARE if station.security.came else _ASKED)
        for kind in kinds:
            if kind == _FIRMWARE:
                call = self._delivery.next_call(station) or heartbeat.next_call(station)
                if call is not None:
                    return call
            call = None if silent[kind] else self._make(kind)
            if call is not None:
                return self._patient(call, kind)
        if station.triggered:
            return self._triggered()
        now = station.clock.uptime()
        for kind in kinds:
            call = self._make(kind) if self._patience.due(kind, now) else None
            if call is not None:
                return self._patient(call, kind)
        return None

    def _make(self, kind):
        """The call of a kind, when one is due."""
        station = self._station
        if kind == _AUTHORIZE:
            return self._authorize(station)
        if kind == _STATUS:
            return status_notification.next_call(station)
        if kind == _FIRMWARE or kind == _DIAGNOSTICS:
            return self._files(kind)
        if kind == _EVENT:
            return self._event(station)
        if kind == _SIGN:
            return self._sign(station)
        return self._transfer(station)

    def _patient(self, call, kind):
        action, payload, told = call

        def answered(result, failure):
            now = self._station.clock.uptime()
            if kind == _AUTHORIZE:
                self._patience.ended(kind, failure, now, 0)
            else:
                self._patience.ended(kind, failure, now)
            if not forgotten(self._station, failure) or kind >= _SIGN:  # the others are there to be told again
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
            or station.security.untold
            or station.security.csr
            or station.maintained
            and (station.maintenance().firmware.untold or station.maintenance().diagnostics.untold)
            or (station.outbox.waiting and not self._delivery.next_due(station))
        )

    def next_due(self) -> int:
        """Milliseconds until something may be due by time alone. What is due because a fact changes is not counted."""
        station = self._station
        registration = station.registration
        if not registration.accepted:
            return registration.boot_in
        due = registration.heartbeat_in
        if station.outbox.waiting:
            due = min(due, self._delivery.next_due(station))
        return self._patience.due_in(station.clock.uptime(), due)

    # What is needed seldom is loaded for a call, and leaves RAM when that has been answered.

    def _triggered(self):
        """What was asked for (TriggerMessage), once; therefore also while Pending (§4.2)."""
        station = self._station
        if not station.triggered:
            return None
        name = station.triggered[0]
        if name == "BootNotification":
            call = self._boot()
        elif name == "Heartbeat":
            call = heartbeat.call(station)
        else:
            call = self._file(name)
        call = self._patient(call, _ASKED)
        station.triggered.pop(0)
        return call

    def _boot(self):
        from . import boot_notification

        return boot_notification.call(self._station)

    def _authorize(self, station):
        if not station.authorization.waiting:
            return None
        from . import authorize

        return authorize.next_call(station)

    def _files(self, kind):
        """What is told of a file that comes or goes."""
        if not self._station.maintained:
            return None
        maintenance = self._station.maintenance()
        untold = (maintenance.firmware if kind == _FIRMWARE else maintenance.diagnostics).untold
        if not untold:
            return None
        _status, request = untold[0]
        if kind == _FIRMWARE:
            name = "FirmwareStatusNotification" if request is None else "SignedFirmwareStatusNotification"
        else:
            name = "DiagnosticsStatusNotification" if request is None else "LogStatusNotification"
        return self._file(name, False)

    def _file(self, name, asked=True):
        return loading.named("chargelet.actions", incoming.file_of(name)).next_call(self._station, asked)

    def _event(self, station):
        if not station.security.untold:
            return None
        from . import security_event_notification

        return security_event_notification.next_call(station)

    def _sign(self, station):
        if not station.security.csr:
            return None
        from . import sign_certificate

        return sign_certificate.next_call(station)

    def _transfer(self, station):
        if not station.vendors.waiting:
            return None
        from . import data_transfer

        return data_transfer.next_call(station)
