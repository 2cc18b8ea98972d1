"""Gets a board onto the network and keeps it there: Wi-Fi or Ethernet."""

import asyncio

from machine import Pin

# A connection attempt gets this long; then it is begun anew, for some access points leave no other way.
_TRY_MS = 20000
_LOOK_MS = 1000
# Each so many attempts the interface is switched off and on. Not at first: it is on (main.py), and what it gives up of
# RAM is perhaps not to be had again.
_OFF_AND_ON = 3
# While an access point of our own is open: it is on the channel that the search is on, and whoever has joined it hears
# nothing for the seconds of a search. It is not switched off and on, for both interfaces are one radio.
_BESIDE_MS = 60000
# Each access point that nobody has used makes the next one wait twice as long, up to this.
_PAUSE_MAX_MS = 86400000


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
    """Keeps an interface connected; `wifi` is (name, password or None), or None for Ethernet. `changed(up)` is told.

    After `lost_ms` without a network `lost(link)` is awaited, while the search goes on; 0: never.
    """

    def __init__(self, nic, wifi, clock, log, changed, lost_ms=0, lost=None):
        self.nic = nic
        self.wifi = wifi
        self.connected = False
        self.held = False  # somebody tries another network with this interface: it is left alone
        self.begun = None  # uptime of the newest attempt; None: now
        self.clock = clock
        self.log = log
        self._changed = changed
        self._tries = 0
        self._lost_ms = self._pause = lost_ms
        self._since = clock.uptime()  # neither a network nor an access point
        self._lost = lost
        self._beside = None  # the task of what is open beside the search

    def _begin(self):
        nic = self.nic
        if not self.wifi:
            nic.active(True)
            return
        if self._tries:
            # A connection that hangs is forgotten.
            if self._beside or self._tries % _OFF_AND_ON:
                nic.disconnect()
            else:
                nic.active(False)
        self._tries += 1
        nic.active(True)
        nic.connect(*self.wifi)

    async def run(self):
        """Connect, look, and connect again, for ever."""
        while True:
            if not self.held:
                self._look()
            await self.clock.sleep(_LOOK_MS)

    def _look(self):
        now = self.clock.uptime()
        if self.nic.isconnected():
            if not self.connected:
                self.connected = True
                self.begun = None
                self._tries = 1
                self._pause = self._lost_ms
                self.log("network: connected, address %s" % self.nic.ifconfig()[0])
                self._changed(True)
            return
        if self.connected:
            self.connected = False
            self._since = now
            self.log("network: lost")
            self._changed(False)
        if self.begun is None or now - self.begun >= (_BESIDE_MS if self._beside else _TRY_MS):
            self.begun = now
            try:
                self._begin()
            except OSError as error:
                self.log("network: %s" % error)
        if self._pause and not self._beside and now - self._since >= self._pause:
            try:
                self._beside = asyncio.create_task(self._open())
            except MemoryError:
                return  # another look, another try
            self._pause = min(2 * self._pause, _PAUSE_MAX_MS)

    async def _open(self):
        # Not a task of the station's: those that die have all contactors opened, and nobody's session is cut because
        # there is no radio or no memory for a page.
        try:
            await self._lost(self)
        except Exception as error:
            self.log("set-up: %r" % error)
        self.held = False
        self._beside = self.begun = None
        self._since = self.clock.uptime()
