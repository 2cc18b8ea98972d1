"""Knows what the station says next and what it answers. Knows no sockets and no payloads."""

from ..rpc.rpc import Rpc
from . import authorize, boot_notification, heartbeat, status_notification
from .delivery import Delivery
from .incoming import answer

KEYS = (
    ("MessageTimeout", "RW", (1, None), 30),
    ("WebSocketPingInterval", "RW", (0, None), 54),
)


class Conversation:
    """One charge point's side of OCPP-J. The transport says opened(), receive(), closed(), and asks next_frame().

    Nothing waits in a queue to be said: each source is asked what is due, so that what goes out is
    always the present state of things, and nothing grows while nobody listens.
    """

    def __init__(self, station, new_id, judge=None):
        self._station = station
        station.config.declare(KEYS)
        self.rpc = Rpc(
            station.clock,
            station.log,
            new_id,
            lambda action, payload: answer(station, action, payload),
            lambda: station.registration.status != "Rejected",
            lambda: station.config["MessageTimeout"] * 1000,
            judge,
        )
        self._delivery = Delivery(station, self.rpc)
        self.online = False

    def opened(self):
        """There is a connection."""
        self.online = True
        station = self._station
        if station.registration.accepted:
            # A reconnection needs no BootNotification (OCPP-J 1.6 §5.4).
            station.authorization.online = True
            station.notifier.online(False)
        self._delivery.connected()

    def closed(self):
        """There is none any more."""
        self.online = False
        self.rpc.close()
        self._station.registration.disconnected()
        self._station.authorization.offline()
        self._station.notifier.offline()

    def receive(self, data) -> "str | None":
        """Take a message; returns what to send back, if anything."""
        return self.rpc.receive(data)

    def next_frame(self) -> "str | None":
        """What to send now, if anything."""
        if not self.online:
            return None
        late = self.rpc.step()
        if late is not None:
            return late
        if self.rpc.busy:
            return None
        call = self._next_call()
        return None if call is None else self.rpc.call(*call)

    def _next_call(self):
        station = self._station
        if not station.registration.accepted:
            return boot_notification.next_call(station)
        # People first, then what they are shown, then what is billed, then being there at all.
        return (
            authorize.next_call(station)
            or status_notification.next_call(station)
            or self._delivery.next_call(station)
            or heartbeat.next_call(station)
        )
