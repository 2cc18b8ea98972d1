"""Knows what the station says next, and who answers what it is asked. Knows no ids, frames or sockets."""

from ..ground import loading
from . import heartbeat, incoming, status_notification
from .delivery import Delivery

KEYS = """
MessageTimeout RW 1.. 30
WebSocketPingInterval RW 0.. 54
"""


class Conversation:
    """The station's side of OCPP.

    Nothing waits in a queue to be said: each source is asked what is due, so that what goes out is
    always the present state of things, and nothing grows while nobody listens. `heard()` counts what
    the central system has said so far.
    """

    def __init__(self, station, heard):
        self._station = station
        station.config.declare(KEYS)
        self._delivery = Delivery(station, heard)

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
        return incoming.answer(self._station, action, payload)

    def next_call(self) -> "tuple | None":
        """(action, payload, answered) of what is to be said now, or None."""
        station = self._station
        if station.triggered:
            # Asked for (TriggerMessage), hence also while Pending (§4.2).
            name = station.triggered.pop(0)
            return self._boot() if name == "BootNotification" else heartbeat.call(station)
        if not station.registration.accepted:
            if station.registration.boot_due:
                return self._boot()
            # While Pending nothing is told but what was asked for.
            return status_notification.next_call(station) if station.registration.status == "Pending" else None
        # People first, then what they are shown, then what is billed, then being there at all.
        return (
            self._authorize()
            or status_notification.next_call(station)
            or self._news()
            or self._delivery.next_call(station)
            or self._transfer()
            or heartbeat.next_call(station)
        )

    # What is needed seldom is borrowed: its RAM goes when the call has been answered.

    def _boot(self):
        return loading.borrow("chargelet.actions.boot_notification").call(self._station)

    def _authorize(self):
        if not self._station.authorization.waiting:
            return None
        return loading.borrow("chargelet.actions.authorize").next_call(self._station)

    def _news(self):
        """The oldest of what is to be told in order; it stays until there is an answer, be it an error."""
        station = self._station
        if not station.news:
            return None
        told = station.news[0]

        def answered(result, failure):
            if failure not in ("timeout", "closed") and told in station.news:
                station.news.remove(told)

        return told[0], told[1], answered

    def _transfer(self):
        if not self._station.vendors.waiting:
            return None
        return loading.borrow("chargelet.actions.data_transfer").next_call(self._station)
