"""Which connectors are reserved for whom (OCPP 1.6 §5.1, §5.13), through power cuts.

A reservation of connector 0 is for any one that is free. What follows for a connector is its `reservation`: the one
that keeps others away from it.
"""

from ..base import loading
from .claim import admits, same
from .energy_registers import read_list

loading.seldom(__name__)

_FILE = "reservations"
_AGAIN_MS = 60000


class Reservation:
    """One; `expiry` in seconds since 2000. Raises TypeError or ValueError for a row that makes no sense."""

    def __init__(self, number: int, connector_id: int, expiry: int, id_tag: str, parent_id_tag: "str | None"):
        for value in (number, connector_id, expiry):
            if type(value) is not int:
                raise TypeError("a reservation's number, connector or expiry")
        if not isinstance(id_tag, str) or not (parent_id_tag is None or isinstance(parent_id_tag, str)):
            raise TypeError("a reservation's idTag")
        self.number = number
        self.connector_id = connector_id
        self.expiry = expiry
        self.id_tag = id_tag
        self.parent_id_tag = parent_id_tag or None

    def row(self) -> list:
        """Its arguments, to store it and make it again."""
        return [self.number, self.connector_id, self.expiry, self.id_tag, self.parent_id_tag]


class Reservations:
    """All of them; there are never more than connectors."""

    def __init__(self, station):
        self._station = station
        self._all = []
        for row in read_list(station.storage, _FILE, station.log):
            try:
                self._all.append(Reservation(*row))
            except (TypeError, ValueError):
                station.log("reservations: one that is stored makes no sense and is left out")
        self._unsaved = None  # the uptime at which flash, which was full, is tried again

    @property
    def idle(self) -> bool:
        """Whether there is no reservation, on flash either."""
        return not self._all and self._unsaved is None

    def _save(self, those):
        """Raises OSError on a full flash; then nothing has changed."""
        if those:
            self._station.storage.keep(_FILE, [one.row() for one in those])
        else:
            self._station.storage.remove(_FILE)
        self._all = those
        self._unsaved = None
        self._keep()

    def _end(self, left):
        """These are left. A full flash keeps no reservation alive, and nobody from charging."""
        try:
            self._save(left)
        except OSError as error:
            self._station.log("reservations: %d left, not durable yet: flash says %s" % (len(left), error))
            self._all = left
            self._unsaved = self._station.clock.uptime() + _AGAIN_MS
            self._keep()

    def reserve(self, number: int, connector_id: int, expiry: int, id_tag: str, parent: "str | None") -> str:
        """ReserveNow: Accepted, Faulted, Occupied, Unavailable or Rejected.

        The connector's state is looked at first: what it says is true of any reservation.
        """
        station = self._station
        connector = station.connector(connector_id)
        if connector is None and (connector_id or not station.config["ReserveConnectorZeroSupported"]):
            return "Rejected"
        others = [one for one in self._all if one.number != number]
        status = self._of_one(connector, others) if connector else self._of_all(others)
        now = station.clock.now()
        if status == "Accepted" and (now is None or expiry <= now or not id_tag):
            return "Rejected"
        if status == "Accepted":
            try:
                self._save(others + [Reservation(number, connector_id, expiry, id_tag, parent)])
            except OSError as error:
                station.log("reservation %d: flash says %s" % (number, error))
                return "Rejected"
        return status

    def _of_one(self, connector, others) -> str:
        status = _state(connector)
        if status == "Accepted":
            taken = [one for one in others if one.connector_id == connector.id]
            # Somebody who waits for the central system's answer was first, as for a remote start.
            first = self._station.authorization.asked(connector.id)
            if taken or first or not self._enough(others, connector, 0):
                return "Occupied"
        return status

    def _of_all(self, others) -> str:
        states = [_state(one) for one in self._station.connectors]
        if "Accepted" in states:
            return "Accepted" if self._enough(others, None, 1) else "Occupied"
        return "Occupied" if "Occupied" in states else states[0]

    def _enough(self, those, without, more) -> bool:
        """Whether there is a free connector for each reservation of any connector and `more`, `without` one of them."""
        taken = [one.connector_id for one in those]
        free = 0
        for connector in self._station.connectors:
            if connector is not without and connector.id not in taken:
                free += _state(connector) == "Accepted"
        return free >= taken.count(0) + more

    def cancel(self, number: int) -> bool:
        """CancelReservation (§5.1): whether there was one."""
        rest = [one for one in self._all if one.number != number]
        found = len(rest) < len(self._all)
        if found:
            self._end(rest)
        return found

    def use(self, connector, id_tag: str, parent: "str | None") -> "int | None":
        """A transaction starts: the reservationId that it is for, which ends with it.

        Of several the connector's own goes first, for nobody else can use that now; then the card's own before its
        group's, whose other cards still count on theirs.
        """
        best = highest = None
        for one in self._all:
            if one.connector_id in (connector.id, 0) and admits(one, id_tag, parent):
                rank = one.connector_id, same(one.id_tag, id_tag)
                if best is None or rank > highest:
                    best, highest = one, rank
        if best is None:
            return None
        self._end([other for other in self._all if other is not best])
        return best.number

    def any_for(self, connectors, id_tag: str, parent: "str | None") -> bool:
        """Whether one is for this idTag, on one of these connectors or on any."""
        numbers = [connector.id for connector in connectors] + [0]
        return any([admits(one, id_tag, parent) for one in self._all if one.connector_id in numbers])

    def step(self):
        """Reservations end by time, and by faults and unavailability (§5.13)."""
        station = self._station
        now = station.clock.now()
        rest = []
        for one in self._all:
            connector = station.connector(one.connector_id)
            meant = (connector,) if connector else station.connectors
            usable = [place for place in meant if place.operative and not place.faulted]
            if usable and (now is None or now < one.expiry):
                rest.append(one)
        if len(rest) < len(self._all):
            station.log("reservations: %d ended" % (len(self._all) - len(rest)))
            self._end(rest)
        elif self._unsaved is not None and station.clock.uptime() >= self._unsaved:
            self._end(rest)
        self._keep()

    def next_due(self, latest: int) -> int:
        """The uptime in ms at which step() has something to do though nothing has happened by then, or `latest`.

        It follows from the clock: one that is set is something that happens.
        """
        clock = self._station.clock
        if self._unsaved is not None:
            latest = min(latest, self._unsaved)
        for one in self._all:
            if clock.now() is not None:
                latest = min(latest, clock.reached(one.expiry, clock.frame))
        return latest

    def _keep(self):
        """Give each connector the reservation that keeps it."""
        connectors = self._station.connectors
        anywhere = [one for one in self._all if one.connector_id == 0]
        free = []
        for connector in connectors:
            own = None
            for one in self._all:
                if one.connector_id == connector.id:
                    own = one
            connector.reserve(own)
            if not own and connector.usable and not (connector.claim or connector.finished):
                # A vehicle that nobody has paid for yet does not make a connector somebody's.
                free.append(connector)
        if len(free) <= len(anywhere):
            for connector, one in zip(free, anywhere):
                connector.reserve(one)


def _state(connector) -> str:
    if connector.faulted:
        return "Faulted"
    if not connector.operative or connector.blocked:
        return "Unavailable"
    return "Accepted" if connector.free else "Occupied"
