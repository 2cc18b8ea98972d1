"""Knows how a board gets onto the network and stays there: Wi-Fi or Ethernet. Knows no central system."""

import network
from machine import Pin

# A connection attempt gets this long; then it is begun anew, for some access points leave no other way.
_TRY_MS = 20000
_LOOK_MS = 1000


def interface(table: dict):
    """The network interface that a board file's [network] describes."""
    if table["kind"] == "wifi":
        return network.WLAN(network.STA_IF)
    given = {
        "mdc": Pin(table["mdc"]),
        "mdio": Pin(table["mdio"]),
        "phy_type": getattr(network, "PHY_" + table["phy"]),
        "phy_addr": table["phy_address"],
        "ref_clk": Pin(table["clock_pin"]),
        "ref_clk_mode": Pin.OUT if table["clock"] == "out" else Pin.IN,
    }
    if "power" in table:
        given["power"] = Pin(table["power"])
    return network.LAN(**given)


class NetworkLink:
    """Keeps an interface connected; `wifi` is (name, password) or None for Ethernet."""

    def __init__(self, nic, wifi, clock, log):
        self._nic = nic
        self._wifi = wifi
        self._clock = clock
        self._log = log

    def _begin(self):
        if not self._wifi:
            self._nic.active(True)
            return
        # Off and on again: a connection that hangs is forgotten with it.
        self._nic.active(False)
        self._nic.active(True)
        self._nic.connect(self._wifi[0], self._wifi[1])

    async def run(self):
        """Connect, look, and connect again, for ever."""
        connected = False
        begun = None
        while True:
            if self._nic.isconnected():
                if not connected:
                    connected = True
                    begun = None
                    self._log("network: connected, address %s" % self._nic.ifconfig()[0])
            else:
                if connected:
                    connected = False
                    self._log("network: lost")
                now = self._clock.uptime()
                if begun is None or now - begun >= _TRY_MS:
                    begun = now
                    try:
                        self._begin()
                    except OSError as error:
                        self._log("network: %s" % error)
            await self._clock.sleep(_LOOK_MS)
