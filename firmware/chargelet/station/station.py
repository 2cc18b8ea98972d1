"""Knows the whole station: its connectors and parts, and what happens when time passes. Knows no messages."""

import json

from . import metering, presentation, registration, status, transaction, whole_station
from .authorization import KEYS as AUTHORIZATION_KEYS
from .authorization import Authorization
from .authorization_cache import AuthorizationCache
from .configuration import Configuration
from .connector import Connector
from .outbox import Outbox

# A register is written at each start and stop, and in between when either of these has passed.
_SAVE_WH = 100
_SAVE_MS = 60000

# A reset waits this long for what is still to be delivered and for the contactors to open, and never
# happens before its own answer has left.
_RESET_MS = {"Soft": 30000, "Hard": 10000}
_ANSWER_MS = 1000

# What UnlockConnector waits for: a contactor that opens, then a bolt that moves, tries included.
_OPEN_MS = 10000
_BOLT_MS = 6000


class Station:
    """The charging station. The layer above calls it with named arguments and asks it what is due.

    `board` is the board file's content, `storage` keeps what the station knows of itself, `journal` what is to
    be billed, `cache` (a storage of its own) the idTags heard of; `restart()` resets the hardware.
    """

    def __init__(self, board: dict, evses, clock, storage, journal, cache, log, restart):
        self.board = board
        self.volts = board["grid"]["voltage"]
        self.phases = board["grid"]["phases"]
        self.clock = clock
        self.log = log
        self._storage = storage
        self._restart = restart
        self.config = config = Configuration(storage, log)
        count = len(evses)
        config.declare(whole_station.keys(count))
        config.declare(registration.KEYS)
        config.declare(AUTHORIZATION_KEYS)
        keys = transaction.KEYS
        if not any([evse.has_lock for evse in evses]):
            keys = keys[:-1] + (transaction.FIXED_CABLE,)
        config.declare(keys)
        config.declare(metering.keys(evses[0].meter.measurands))
        config.declare(status.KEYS)
        self.registration = registration.Registration(clock, config, storage)
        cache = AuthorizationCache(cache, log)
        self.authorization = Authorization(clock, config, cache, self.registration, log)
        self.notifier = status.Notifier(clock, config, count)
        self.outbox = Outbox(journal, log)
        self.connectors = [Connector(at + 1, evse, clock) for at, evse in enumerate(evses)]
        self.operative = True
        self.moment = None  # of the newest clock-aligned values
        self.fault = None  # of the whole station: (errorCode, vendorErrorCode)
        self.resetting = None  # (Soft or Hard, uptime before which it does not happen, and after which it must)
        self._saved = []
        self._saved_at = 0
        self._load()
        transaction.end_interrupted(self)

    def connector(self, connector_id: int) -> "Connector | None":
        """The connector of that number, from 1."""
        return self.connectors[connector_id - 1] if 0 < connector_id <= len(self.connectors) else None

    # What outlives a power cut

    def _load(self):
        for connector, wh in zip(self.connectors, self._read("registers")):
            if type(wh) is int and wh >= 0:
                connector.evse.meter.restore(wh)
        self._saved = self.registers()
        flags = [flag is not False for flag in self._read("availability")]
        if len(flags) == len(self.connectors) + 1:
            self.operative = flags[0]
            for connector, flag in zip(self.connectors, flags[1:]):
                connector.operative = flag

    def _read(self, name) -> list:
        raw = self._storage.read(name)
        try:
            value = json.loads(raw) if raw else []
        except ValueError:
            value = None
        if not isinstance(value, list):
            self.log("station: the stored %s are damaged and left out" % name)
            return []
        return value

    def registers(self) -> list:
        """The energy registers of all connectors, in Wh."""
        return [connector.evse.meter.energy_wh() for connector in self.connectors]

    def save_registers(self):
        """Make the energy registers durable."""
        registers = self.registers()
        self._saved_at = self.clock.uptime()
        if registers != self._saved:
            self._saved = registers
            try:
                self._storage.write("registers", json.dumps(registers).encode())
            except OSError as error:
                # A full flash must keep nobody from ending a session.
                self.log("station: the registers are not saved: flash says %s" % error)

    # Availability (OCPP 1.6 §5.2)

    def change_availability(self, connector_id: int, operative: bool) -> str:
        """Accepted, Scheduled until the transaction's end, or Rejected; 0 is the station with all connectors."""
        if connector_id == 0:
            meant = self.connectors
            self.operative = operative
        else:
            connector = self.connector(connector_id)
            if connector is None:
                return "Rejected"
            meant = (connector,)
        scheduled = False
        for connector in meant:
            if connector.transaction and connector.operative != operative:
                connector.scheduled = operative
                scheduled = True
            else:
                connector.scheduled = None
                connector.operative = operative
                if not operative:
                    connector.forget()
        self._save_availability()
        return "Scheduled" if scheduled else "Accepted"

    def set_operative(self, connector, operative: bool):
        """A scheduled change happens now."""
        connector.scheduled = None
        connector.operative = operative
        self._save_availability()

    def _save_availability(self):
        # What is scheduled is stored as if done: after a power cut there is no transaction to wait for.
        flags = [self.operative]
        for connector in self.connectors:
            flags.append(connector.operative if connector.scheduled is None else connector.scheduled)
        self._storage.write("availability", json.dumps(flags).encode())

    # Commands

    def swipe(self, id_tag: str, connector_id: "int | None" = None):
        """A card at the reader."""
        presentation.swipe(self, id_tag, connector_id)

    def unlock(self, connector_id: int):
        """UnlockConnector (OCPP 1.6 §5.18): a function that says Unlocked, UnlockFailed, NotSupported or None yet."""
        connector = self.connector(connector_id)
        if connector is None or not connector.evse.has_lock:
            return lambda: "NotSupported"
        evse = connector.evse
        transaction.stop(self, connector, "UnlockCommand")
        connector.release = False
        connector.keep_locked_for = None
        clock = self.clock
        # Until when the contactor may be closed; then, until when the bolt may be in.
        deadlines = [clock.uptime() + _OPEN_MS]

        def poll():
            now = clock.uptime()
            if not evse.contactor_closed:
                if evse.unlock():
                    return "Unlocked"
                if len(deadlines) == 1:
                    deadlines.append(now + _BOLT_MS)
            return None if now < deadlines[-1] else "UnlockFailed"

        return poll

    def reset(self, kind: str):
        """Reset (OCPP 1.6 §5.14): Soft or Hard. Transactions end first; what they owe is delivered if it can be."""
        self.stop_all(kind + "Reset")
        now = self.clock.uptime()
        self.resetting = (kind, now + _ANSWER_MS, now + _RESET_MS[kind])

    def stop_all(self, reason: str):
        """End every running transaction."""
        for connector in self.connectors:
            connector.forget()
            transaction.stop(self, connector, reason)

    # Time

    def step(self):
        """Let time pass. Called often: what it does not find due costs little."""
        timeout = self.config["ConnectionTimeOut"]
        shared = len(self.connectors) > 1
        presentation.follow_the_cable(self)
        for connector in self.connectors:
            connector.step(timeout, shared)
            transaction.step(self, connector)
            metering.step(self, connector)
            self.notifier.look(connector.id, status.derive(connector))
        metering.step_aligned(self)
        self.notifier.look(0, self._own_status())
        self._save_sometimes()
        if self.resetting:
            self._reset_when_done()

    def _own_status(self):
        if self.fault:
            return ("Faulted", self.fault[0], None, self.fault[1])
        return ("Available" if self.operative else "Unavailable", "NoError", None, None)

    def _save_sometimes(self):
        if self.clock.uptime() - self._saved_at >= _SAVE_MS:
            self.save_registers()
            self.outbox.save()
        else:
            for connector, saved in zip(self.connectors, self._saved):
                if connector.evse.meter.energy_wh() - saved >= _SAVE_WH:
                    self.save_registers()
                    return

    def _reset_when_done(self):
        kind, earliest, latest = self.resetting
        now = self.clock.uptime()
        if now < earliest:
            return
        if now < latest:
            if self.authorization.online and len(self.outbox):
                return
            for connector in self.connectors:
                if connector.evse.contactor_closed:
                    return
        self.log("station: %s reset" % kind)
        self.save_registers()
        for _ in range(1 + self.config["ResetRetries"]):
            self._restart()
        # Only hardware that does not reset comes back here.
        self.resetting = None
        self.fault = ("ResetFailure", None)
