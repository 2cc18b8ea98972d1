"""Gets a board onto the network and keeps it there: Wi-Fi or Ethernet."""

from machine import Pin

# A connection attempt gets this long; then it is begun anew, for some access points leave no other way.
_TRY_MS = 20000
_LOOK_MS = 1000
# Each so many attempts the interface is switched off and on. Not at first: it is on (main.py), and what it gives up of
# RAM is perhaps not to be had again.
_OFF_AND_ON = 3


def interface(table: dict, name: "str | None" = None):
    """The network interface that a board file's [network] describes; it is found there as `name`.local."""
    import network

    if name:
        network.hostname(name)
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
    """Keeps an interface connected; `wifi` is (name, password or None), or None for Ethernet. `changed(up)` is told."""

    def __init__(self, nic, wifi, clock, log, changed):
        self._nic = nic
        self._wifi = wifi
        self._clock = clock
        self._log = log
        self._changed = changed
        self._tries = 0

    def _begin(self):
        if not self._wifi:
            self._nic.active(True)
            return
        if self._tries:
            # A connection that hangs is forgotten.
            if self._tries % _OFF_AND_ON:
                self._nic.disconnect()
            else:
                self._nic.active(False)
        self._tries += 1
        self._nic.active(True)
        self._nic.connect(*self._wifi)

    async def run(self):
        """Connect, look, and connect again, for ever."""
        connected = False
        begun = None
        while True:
            if self._nic.isconnected():
                if not connected:
                    connected = True
                    begun = None
                    self._tries = 1
                    self._log("network: connected, address %s" % self._nic.ifconfig()[0])
                    self._changed(True)
            else:
                if connected:
                    connected = False
                    self._log("network: lost")
                    self._changed(False)
                now = self._clock.uptime()
                if begun is None or now - begun >= _TRY_MS:
                    begun = now
                    try:
                        self._begin()
                    except OSError as error:
                        self._log("network: %s" % error)
            await self._clock.sleep(_LOOK_MS)
