"""Free charging: whoever plugs in charges, with the idTag that the owner has set."""

from ..base import heap
from .claim import Claim

# Where nothing came of it (flash that takes no start, a lock that does not close), it is tried again so often.
_AGAIN_MS = 60000


class FreeVend:
    """Asks for each vehicle that waits, once, the way a card would; there is one while the key FreeVend is true."""

    def __init__(self, station):
        self._station = station
        self._asked = [None] * len(station.connectors)  # the uptime of the question for the vehicle that is there
        self._refused = [False] * len(station.connectors)  # until the vehicle has gone, or somebody else decides
        self._decides = None  # what a refusal depends on: online, the registration status, the idTag
        self._tag = None

    def step(self):
        """Ask what there is to ask."""
        station = self._station
        self._tag = tag = station.config["FreeVendIdTag"]
        decides = (station.authorization.online, station.registration.status, tag)
        if decides != self._decides:
            self._decides = decides
            for at in range(len(self._asked)):
                self._refused[at] = False
                self._asked[at] = None
        now = station.clock.uptime()
        for at, connector in enumerate(station.connectors):
            if not connector.evse.connected:
                self._refused[at] = False
                self._asked[at] = None
            elif self._due_at(at, connector) is not None and now >= self._due_at(at, connector):
                heap.need()  # what is asked for is noted, and not before
                self._asked[at] = now
                self._ask(at, connector)

    def _due_at(self, at, connector) -> "int | None":
        """When this vehicle is to be asked for."""
        if self._refused[at] or not connector.waiting or connector.looking() or not connector.open_to(self._tag):
            return None
        return 0 if self._asked[at] is None else self._asked[at] + _AGAIN_MS

    def _ask(self, at, connector):
        station, tag = self._station, self._tag
        if station.resetting or station.outbox.full:
            return

        def decided(status, parent):
            if status != "Accepted" or not connector.kept_for(tag, parent):
                self._refused[at] = True
            elif connector.waiting:
                connector.present(Claim(tag, parent))
                station.woken()

        station.authorization.ask(tag, connector.id, decided)

    def next_due(self, latest: int) -> int:
        """The uptime in ms at which step() has something to do though nothing has happened by then, or `latest`."""
        for at, connector in enumerate(self._station.connectors):
            due = self._tag and self._due_at(at, connector)
            if due is not None:
                latest = min(latest, due)
        return latest
