"""Knows what the station says next, and who answers what it is asked. Knows no ids, frames or sockets."""

from ..ground import loading
from . import authorize, boot_notification, heartbeat, incoming, status_notification
from .delivery import Delivery

KEYS = (
    ("MessageTimeout", "RW", (1, None), 30),
    ("WebSocketPingInterval", "RW", (0, None), 54),
)


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
            return boot_notification.call(station) if name == "BootNotification" else heartbeat.call(station)
        if not station.registration.accepted:
            return boot_notification.next_call(station) or (
                # While Pending nothing is told but what was asked for.
                status_notification.next_call(station) if station.registration.status == "Pending" else None
            )
        # People first, then what they are shown, then what is billed, then being there at all.
        return (
            authorize.next_call(station)
            or status_notification.next_call(station)
            or self._news()
            or self._delivery.next_call(station)
            or self._transfer()
            or heartbeat.next_call(station)
        )

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
        try:
            return loading.load("chargelet.actions.data_transfer").next_call(self._station)
        finally:
            loading.forget("chargelet.actions.data_transfer")
