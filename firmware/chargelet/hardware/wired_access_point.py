"""How a board with Ethernet is set up from a phone: its radio is the access point, and its cable is tried out."""

from ..base import loading
from .access_point import AccessPoint

loading.seldom(__name__)

# A switch that looks for loops first lets nothing through for half a minute.
_JOIN_MS = 45000
_LOOK_MS = 250


class WiredAccessPoint(AccessPoint):
    """An AccessPoint beside the interface that a board file's [network] describes.

    Raises ImportError or AttributeError where the chip has no such interface, OSError where it can't be had.
    """

    wifi = False
    networks = None  # there is one cable, and nothing to choose

    def __init__(self, clock, table: dict):
        from . import network_link

        super().__init__(clock)
        # An ESP32 has noise only while its radio is on, and the password is drawn before the access point is open.
        self._other.active(True)
        self._other = network_link.interface(table)

    async def join(self, name=None, password=None) -> "str | None":
        """Wait for an address by cable; None when there is one, else what is missing: plug, address."""
        cable, clock = self._other, self._clock
        cable.active(True)
        begun = clock.uptime()
        while clock.uptime() - begun < _JOIN_MS:
            if cable.isconnected():
                return None
            await clock.sleep(_LOOK_MS)
        import network

        return "address" if cable.status() == network.ETH_CONNECTED else "plug"

    def leave(self):
        """The cable stays in."""
