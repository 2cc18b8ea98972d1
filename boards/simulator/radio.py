"""MicroPython's `network` as on an ESP32: over simulated air with networks and their passwords, or over a cable."""

import sys

# A board file's [network] for such a cable.
ETHERNET = {
    "kind": "ethernet", "phy": "LAN8720", "phy_address": 0, "mdc": 23, "mdio": 18, "clock": "out", "clock_pin": 17,
    "entropy": "radio",
}  # fmt: skip


class Air:
    """`networks` is name → password, None for an open one; it may change at any time. `own` is our access point,
    (name, password), None while there is none."""

    def __init__(self, networks: dict):
        self.networks = networks
        self.own = None
        self.scans = 0


class Wlan:
    """One of the two interfaces. What is not there, or not with this password, is never connected to."""

    def __init__(self, air: Air, own: bool):
        self._air = air
        self._own = own
        self._given = None
        self.on = not own
        self.tries = []  # (name, password) of every connect()
        self.reconnects = -1

    def active(self, on: bool):
        """Switch it on or off."""
        self.on = on
        self._given = None
        if self._own:
            self._air.own = None

    def config(self, ssid=None, key=None, security=0, reconnects=None):
        """What an access point is called and whom it lets in; how often a network is searched for by itself."""
        if reconnects is not None:
            self.reconnects = reconnects
        if ssid is not None:
            self._air.own = ssid, key

    def ifconfig(self) -> tuple:
        """All that it talks to is on this machine."""
        return "127.0.0.1", "255.0.0.0", "127.0.0.1", "127.0.0.1"

    def scan(self) -> list:
        """As an ESP32 tells it: name, address, channel, strength, security, whether it is hidden."""
        self._air.scans += 1
        rows = enumerate(self._air.networks.items())
        return [(name.encode(), b"", 1, -40 - at, 3 if key else 0, False) for at, (name, key) in rows]

    def connect(self, name, key=None):
        """Raises OSError while it is off."""
        if not self.on:
            raise OSError("Wifi Not Started")
        self._given = name, key
        self.tries.append(self._given)

    def disconnect(self):
        """Forget what was connected to."""
        self._given = None

    def isconnected(self) -> bool:
        return self.status() == 1010

    def status(self) -> int:
        """1010 connected, 201 not found, 202 wrong password, 1000 idle."""
        if not self.on or not self._given:
            return 1000
        name, key = self._given
        if name not in self._air.networks:
            return 201
        return 1010 if self._air.networks[name] == key else 202


class Lan:
    """Ethernet: `cable` is "in" where a network is at its end, "out" where nothing is, and "mute" where nobody gives
    addresses."""

    def __init__(self, cable: str):
        self.cable = cable
        self.on = False

    def active(self, on: bool):
        """Switch it on or off."""
        self.on = on

    def ifconfig(self) -> tuple:
        """All that it talks to is on this machine."""
        return "127.0.0.1", "255.0.0.0", "127.0.0.1", "127.0.0.1"

    def isconnected(self) -> bool:
        return self.status() == _Network.ETH_GOT_IP

    def status(self) -> int:
        """As an ESP32 tells it."""
        if not self.on:
            return _Network.ETH_STOPPED
        states = {"in": _Network.ETH_GOT_IP, "out": _Network.ETH_DISCONNECTED, "mute": _Network.ETH_CONNECTED}
        return states[self.cable]


class _Network:
    STA_IF = 0
    AP_IF = 1
    PHY_LAN8720 = 0
    ETH_STOPPED = 2
    ETH_CONNECTED = 3
    ETH_DISCONNECTED = 4
    ETH_GOT_IP = 5


def install(air: Air, lan: "Lan | None" = None) -> tuple:
    """`import network` gives this from now on; (the station's interface, the access point's)."""
    module = _Network()
    if lan:
        module.LAN = lambda **given: lan
    pair = Wlan(air, False), Wlan(air, True)
    module.WLAN = lambda kind: pair[kind]
    module.hostname = lambda name: None
    sys.modules["network"] = module
    return pair


def change(world, networks):
    """The networks that there are from now on. Raises ValueError where the world has no air."""
    if not hasattr(world, "air") or not isinstance(networks, dict):
        raise ValueError("air: a station that began with --set-up, and networks: {name: password or null}")
    world.air.networks = networks
