"""The chip's Wi-Fi while a board is set up: an access point of its own, the networks found, and a try to join one."""

from ..base import loading

loading.seldom(__name__)

# A join takes so long at most; a wrong password shows within some seconds, on some chips as nothing at all.
_JOIN_MS = 25000
_LOOK_MS = 250
_NETWORKS_MAX = 20
_WPA2 = 3
# What MicroPython's esp32 port calls the states of a station that will not connect.
_REASONS = {202: "password", 204: "password", 201: "not_found", 203: "refused", 200: "no_answer"}


# A button that is held at the start reads so all this time.
_HELD_MS = 200


def button_held(board, clock) -> bool:
    """Whether the button that a board file names under [set_up] is held. The file has not been judged yet."""
    table = board.get("set_up") if type(board) is dict else None
    if type(table) is not dict or type(table.get("button")) is not int:
        return False
    from machine import Pin

    try:
        pin = Pin(table["button"], Pin.IN)
    except ValueError:
        return False  # device.py says so
    for _ in range(_HELD_MS // 20):
        if pin.value() != table.get("level", 0):
            return False
        clock.stall(20)
    return True


def minutes_of(board) -> int:
    """How long a board that has an installation waits for somebody to set it up anew."""
    minutes = board["set_up"].get("minutes", 10)
    return minutes if type(minutes) is int and 0 < minutes <= 60 else 10


class AccessPoint:
    """The two interfaces of one radio. Raises ImportError or AttributeError where there is none of that kind."""

    wifi = True  # an installation names the network to be joined

    def __init__(self, clock):
        import network

        self._clock = clock
        self._own = network.WLAN(network.AP_IF)
        self._other = network.WLAN(network.STA_IF)
        self._beside = False

    def open(self, name: str, password: str, beside: bool = False) -> str:
        """Open it under this name; returns its address. Raises OSError.

        `beside` says that a network is searched for as well. The radio has one channel at a time: while the chip
        searches it hears nobody who joins. So an attempt is one search, and somebody else says when the next one is.
        """
        try:
            self._closed(name, password)  # before it is there: it would be open to everybody for a moment
        except OSError:
            pass  # not every image can
        self._own.active(True)
        self._closed(name, password)
        self._beside = beside
        if beside:
            self._other.config(reconnects=0)
        else:
            self._other.active(True)
        return self._own.ifconfig()[0]

    def _closed(self, name, password):
        self._own.config(ssid=name, key=password, security=_WPA2)

    def close(self):
        """Close it; the chip searches as before."""
        try:
            self._own.active(False)
        finally:
            self._other.config(reconnects=-1)

    def networks(self) -> list:
        """[name, strength in dBm, whether it wants a password] of those that are heard, the strongest first.

        Takes some seconds, in which nothing else runs: nothing charges while a board is set up.
        """
        found = {}
        for ssid, _bssid, _channel, strength, security, _hidden in self._other.scan():
            try:
                name = ssid.decode()
            except UnicodeError:
                continue
            known, _closed = found.get(name, (None, None))
            if name and (known is None or known < strength):
                found[name] = strength, security != 0
        rows = sorted([(-strength, name, closed) for name, (strength, closed) in found.items()])
        return [[name, -weakness, closed] for weakness, name, closed in rows[:_NETWORKS_MAX]]

    async def join(self, name: str, password: "str | None") -> "str | None":
        """Connect; None when that worked, else why not: password, not_found, refused, no_answer."""
        other, clock = self._other, self._clock
        self.leave()
        if self._beside:
            other.config(reconnects=-1)  # for as long as this try
        try:
            other.connect(name, password)
        except OSError:
            return "refused"
        begun = clock.uptime()
        reason = None
        while clock.uptime() - begun < _JOIN_MS:
            if other.isconnected():
                return None
            status = other.status()
            if status in _REASONS:
                reason = _REASONS[status]
                if reason == "password":
                    break
            await clock.sleep(_LOOK_MS)
        self.leave()
        return reason or "no_answer"

    def name_server(self) -> str:
        """The address of the name server of the network that was joined."""
        _address, _mask, _gateway, name_server = self._other.ifconfig()
        return name_server

    def set_clock(self, seconds: int):
        """Set the chip's own clock, by which TLS checks certificates."""
        from .network_time import set_chip

        set_chip(seconds)

    def leave(self):
        """Leave the network that was joined or tried."""
        try:
            self._other.disconnect()
        except OSError:
            pass
        if self._beside:
            self._other.config(reconnects=0)
