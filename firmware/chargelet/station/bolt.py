"""A connector's cable lock: whose cable the bolt holds, and when it goes in and out."""

from .claim import Claim, admits
from .energy_registers import read_list

_FILE = "cables"

# A bolt that does not go where it belongs is sent again so often. A person who stands there gets a try at once.
_JAMMED_MS = 60000

# What only hardware tells (it is there, the contactor is open) is looked at so often while it is waited for.
WATCH_MS = 50

# What the lock says of its failure is about this order from here on; a bolt takes its tries some seconds.
_ORDER_MS = 1000


class CableOwners:
    """Whose cable each bolt waits for, on flash: a power cut must not lock it in for ever. Written seldom."""

    def __init__(self, storage, count: int, log):
        self._storage = storage
        self._log = log
        self._rows = [None] * count  # [idTag, parentIdTag or None]
        for at, row in enumerate(read_list(storage, _FILE, log)[:count]):
            id_tag, parent = row if isinstance(row, list) and len(row) == 2 else (None, None)
            if id_tag and isinstance(id_tag, str):
                self._rows[at] = [id_tag, parent if isinstance(parent, str) else None]

    def of(self, connector_id: int) -> "Claim | None":
        """Whose cable this connector holds."""
        row = self._rows[connector_id - 1]
        return row and Claim(*row)

    def keep(self, connector_id: int, owner: "Claim | None"):
        """Note the owner, or None. Durable on return, unless flash is full: then known until the next boot."""
        row = owner and [owner.id_tag, owner.parent_id_tag]
        if row == self._rows[connector_id - 1]:
            return
        self._rows[connector_id - 1] = row
        try:
            if any(self._rows):
                self._storage.keep(_FILE, self._rows)
            else:
                self._storage.remove(_FILE)
        except OSError as error:
            self._log("connector %d: whose cable it holds is not durable: flash says %s" % (connector_id, error))


class Bolt:
    """The bolt of one connector. A connector without a lock has a Bolt too, which holds nothing."""

    def __init__(self, connector_id: int, evse, owners):
        self._id = connector_id
        self._evse = evse
        self._owners = owners
        self.owner = owners.of(connector_id) if evse.has_lock else None  # of the last one, until it is out
        self.kept = self.owner is not None  # whether it stays in until the owner comes
        self.failed = False  # it has not gone where it belongs
        self._order = None  # where it was sent last, None when it is there
        self._sent = 0  # the uptime of that

    def keep(self, id_tag: str, parent_id_tag: "str | None"):
        """Stay in until this idTag, or one of its group, is presented. Durable on return."""
        if self._evse.has_lock:
            self.owner = Claim(id_tag, parent_id_tag)
            self.kept = True
            self._owners.keep(self._id, self.owner)

    def remember(self, transaction):
        """Its driver may have the bolt sent again, should it jam."""
        if transaction and self._evse.has_lock and not self.kept:
            self.owner = Claim(transaction.id_tag, transaction.parent_id_tag)

    def owned_by(self, id_tag: str, parent_id_tag: "str | None" = None) -> bool:
        """Whether it holds the cable of this idTag, or of its group."""
        return self.owner is not None and admits(self.owner, id_tag, parent_id_tag)

    def free(self):
        """The bolt may go out. One that has jammed is sent again at once."""
        if self.kept:
            self._owners.keep(self._id, None)
        self.kept = False
        self.again()

    def forget(self):
        """The cable in it is another one now: forget whose the last one was."""
        self.free()
        self.owner = None

    def again(self):
        """Somebody is here: a bolt that has jammed gets another try with the next step."""
        if self.failed:
            self._sent -= _JAMMED_MS

    def step(self, now: int, wanted: bool):
        """Send it where it belongs: in when `wanted`, else out. `now` is the uptime in ms."""
        evse = self._evse
        if not evse.has_lock:
            return
        if self.owner and not evse.locked:
            self.forget()  # it is out
        if evse.locked == wanted:
            self.failed = False
            self._order = None
            return
        passed = now - self._sent
        if self._order != wanted or (self.failed and passed >= _JAMMED_MS):
            self._order = wanted
            self._sent = now
        elif self.failed:
            return
        elif passed >= _ORDER_MS and evse.warning and "ConnectorLockFailure" in evse.warning:
            self.failed = True
            return
        if wanted:
            evse.lock()
        elif not evse.contactor_closed:
            evse.unlock()

    def next_due(self, now: int, wanted: bool, latest: int) -> int:
        """The uptime in ms at which step() has something to do though nothing has happened by then, or `latest`."""
        evse = self._evse
        if not evse.has_lock or (evse.locked == wanted and (self.kept or not self.owner) and not self.failed):
            return latest
        return min(latest, max(now + WATCH_MS, self._sent + _JAMMED_MS if self.failed else 0))
