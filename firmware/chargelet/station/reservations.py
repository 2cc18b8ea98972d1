"""Knows which connectors are kept for whom (OCPP 1.6 §5.1, §5.13), through power cuts. Knows no transactions' insides.

A reservation is `[id, connector, expiry in seconds since 2000, idTag, parentIdTag or None]`; connector 0 stands for
any one that is free. What follows for a connector is its `held`: the reservation that keeps others away from it.
"""

import json

from .registers import read_list
from .transaction import same

_FILE = "reservations"
_AGAIN_MS = 60000


class Reservations:
    """All of them; there are never more than connectors."""

    def __init__(self, station):
        self._station = station
        self._all = [row for row in read_list(station.storage, _FILE, station.log) if _whole(row)]
        self._unsaved = None  # the uptime at which flash, which was full, is tried again

    def _save(self, rows):
        """Raises OSError on a full flash; then nothing has changed."""
        if rows:
            self._station.storage.write(_FILE, json.dumps(rows).encode())
        else:
            self._station.storage.remove(_FILE)
        self._all = rows
        self._unsaved = None
        self._hold()

    def _end(self, rows):
        """These are left. A full flash keeps no reservation alive, and nobody from charging."""
        try:
            self._save(rows)
        except OSError as error:
            self._station.log("reservations: %d left, not durable yet: flash says %s" % (len(rows), error))
            self._all = rows
            self._unsaved = self._station.clock.uptime() + _AGAIN_MS
            self._hold()

    def reserve(self, number: int, connector_id: int, expiry: int, id_tag: str, parent: "str | None") -> str:
        """ReserveNow: Accepted, Faulted, Occupied, Unavailable or Rejected."""
        station = self._station
        now = station.clock.now()
        connector = station.connector(connector_id)
        if (connector is None and connector_id) or now is None or expiry <= now:
            return "Rejected"
        others = [row for row in self._all if row[0] != number]
        if connector:
            taken = [row for row in others if row[1] == connector_id]
            status = "Occupied" if taken else _state(station, connector)
            if status == "Accepted" and not self._enough(others, connector):
                status = "Occupied"
        else:
            states = [_state(station, one) for one in station.connectors]
            if "Accepted" in states:
                status = "Accepted" if self._enough(others + [[0, 0]], None) else "Occupied"
            else:
                status = "Occupied" if "Occupied" in states else states[0]
        if status == "Accepted":
            try:
                self._save(others + [[number, connector_id, expiry, id_tag, parent]])
            except OSError as error:
                station.log("reservation %d: flash says %s" % (number, error))
                return "Rejected"
        return status

    def _enough(self, rows, without) -> bool:
        """Whether there is a free connector for each reservation of any connector, `without` one of them."""
        taken = [row[1] for row in rows]
        free = 0
        for connector in self._station.connectors:
            if connector is not without and connector.id not in taken:
                free += _state(self._station, connector) == "Accepted"
        return free >= taken.count(0)

    def cancel(self, number: int) -> bool:
        """CancelReservation (§5.1): whether there was one."""
        rest = [row for row in self._all if row[0] != number]
        found = len(rest) < len(self._all)
        if found:
            self._end(rest)
        return found

    def use(self, connector, id_tag: str, parent: "str | None") -> "int | None":
        """A transaction starts: the reservationId that it is for, which ends with it."""
        for row in self._all:
            if row[1] in (connector.id, 0) and (same(row[3], id_tag) or same(row[4], parent)):
                self._end([other for other in self._all if other is not row])
                return row[0]
        return None

    def step(self):
        """Reservations end by time, and by faults and unavailability (§5.13)."""
        station = self._station
        now = station.clock.now()
        rest = []
        for row in self._all:
            connector = station.connector(row[1])
            meant = (connector,) if connector else station.connectors
            usable = [one for one in meant if one.operative and not one.evse.fault]
            if usable and (now is None or now < row[2]):
                rest.append(row)
        if len(rest) < len(self._all):
            station.log("reservations: %d ended" % (len(self._all) - len(rest)))
            self._end(rest)
        elif self._unsaved is not None and station.clock.uptime() >= self._unsaved:
            self._end(rest)
        self._hold()

    def _hold(self):
        connectors = self._station.connectors
        for connector in connectors:
            connector.held = None
            for row in self._all:
                if row[1] == connector.id:
                    connector.held = row
        anywhere = [row for row in self._all if row[1] == 0]
        if anywhere:
            # A vehicle that nobody has paid for yet does not make a connector somebody's.
            free = [one for one in connectors if one.usable and not (one.held or one.id_tag or one.finished)]
            if len(free) <= len(anywhere):
                for connector, row in zip(free, anywhere):
                    connector.held = row


def _whole(row) -> bool:
    """Whether a stored reservation makes sense."""
    if not isinstance(row, list) or len(row) != 5 or not isinstance(row[3], str):
        return False
    return [type(value) for value in row[:3]] == [int, int, int] and (row[4] is None or isinstance(row[4], str))


def _state(station, connector) -> str:
    if connector.evse.fault:
        return "Faulted"
    if not connector.operative:
        return "Unavailable"
    return "Accepted" if connector.free else "Occupied"
