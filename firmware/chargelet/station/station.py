"""The whole station: its connectors and parts, and what happens when time passes."""

from ..base import heap, loading
from . import metering, status, transaction
from .authorization import Authorization
from .bolt import CableOwners
from .configuration import Configuration
from .connector import Connector
from .credentials import Credentials
from .energy_registers import EnergyRegisters
from .outbox import Outbox
from .registration import Registration
from .security import Security
from .unknown_time import UnknownTime
from .vendors import Vendors

# Between two pieces of work that takes many.
_PIECE_MS = 20
# Nothing that has no due time of its own is looked at less often than this.
_STEP_MAX_MS = 1000


class Station:
    """The charging station. The layer above calls it with named arguments and asks it what is due.

    `board` is the board file's content, `storage` keeps what the station knows of itself, `journal` what is to
    be billed, `cache` (a storage of its own) the idTags heard of; `restart()` resets the hardware;
    `main_meter`, where there is one, measures the whole station as connector 0, and `reader` is asked whether it works.
    """

    def __init__(self, board: dict, evses, clock, storage, journal, cache, log, restart, main_meter=None, reader=None):
        self.board = board
        self.volts = board["grid"]["voltage"]
        self.phases = board["grid"]["phases"]
        self.clock = clock
        self.reader = reader
        self.card = None  # the last one: whether it was accepted, and when
        self.seen = None  # the last ones (cards_seen.py), where somebody wants to know
        self.log = log
        self.storage = storage
        self.restart = restart
        self.main_meter = main_meter
        # Whether a transaction goes on after a power cut when the vehicle is still there.
        self.resumes = bool(board.get("transaction", {}).get("resume_after_power_cut"))
        self.config = config = Configuration(storage, log)
        count = len(evses)
        owners = CableOwners(storage, count, log)
        self.connectors = [Connector(at + 1, evse, clock, owners) for at, evse in enumerate(evses)]
        from . import availability, station_keys

        kinds = {"rotation": self._rotation, "measurands": self._measurands}
        profiles = station_keys.declare(config, board, evses, kinds)
        self.registration = Registration(clock, config, storage)
        self.local_list = None
        if "LocalAuthListManagement" in profiles:
            from . import local_list

            config.declare(local_list.KEYS)
            self.local_list = local_list.LocalList(storage, log)
        self.authorization = Authorization(clock, config, cache, self.local_list, self.registration, log)
        self.notifier = status.Notifier(clock, config, count)
        self.outbox = Outbox(journal, log)
        self.operative, self.scheduled = True, None  # and the availability that waits until no connector's does
        self.moments = None  # of the newest clock-aligned values of each connector, from 0
        self.fault = None  # of the whole station: (errorCode, vendorErrorCode)
        self.triggered = []  # names of messages that the central system wants to see now, each once
        self.interruption = "PowerLoss"  # why transactions from before the boot have ended
        self.resetting = None  # (kind, uptime before which it does not happen, and after which it must)
        availability.load(self, storage)
        meters = [evse.meter for evse in evses] + ([main_meter] if main_meter else [])
        self.energy_registers = EnergyRegisters(storage, meters, self.connectors, clock, log)
        self.unknown_time = UnknownTime(clock, storage, journal, self.outbox, self.energy_registers.newest, log)
        self._reservations = self._maintenance = self._profiles = None
        station_keys.resume(self, profiles)
        self.credentials = Credentials(config, storage, log)
        self.vendors = Vendors(self)
        self.security = Security(self)
        self._free_vend = None
        self._begun = False
        self.step_most_ms = _STEP_MAX_MS
        self.parted = lambda: True  # says goodbye to the central system when first called; whether that is over
        self.woken = lambda: None  # called when something has happened that a step() should not wait for
        self.security.resume()

    def profiles(self):
        """The charging profiles; their code is loaded when they are first asked for, and stays."""
        if self._profiles is None:
            loading.settle()
            from .charging_profiles import ChargingProfiles

            self._profiles = ChargingProfiles(self)
        return self._profiles

    def maintenance(self):
        """Diagnostics and firmware; their code is in RAM while there is something to do, or to tell."""
        if self._maintenance is None:
            loading.settle()
            from .maintenance import Maintenance

            self._maintenance = Maintenance(self)
        return self._maintenance

    @property
    def maintained(self) -> bool:
        """Whether there may be anything to do for maintenance()."""
        return self._maintenance is not None

    @property
    def reserved(self) -> bool:
        """Whether there may be reservations."""
        return self._reservations is not None

    def reserving(self):
        """The reservations; their code is in RAM while there is one."""
        if self._reservations is None:
            loading.settle()
            from .reservations import Reservations

            self._reservations = Reservations(self)
        return self._reservations

    def connector(self, connector_id: int) -> "Connector | None":
        """The connector of that number, from 1."""
        return self.connectors[connector_id - 1] if 0 < connector_id <= len(self.connectors) else None

    def _rotation(self, text):
        from .station_keys import rotation

        return rotation(text, len(self.connectors))

    def _measurands(self, text):
        from .measurands import listed

        return listed(self.connectors[0].evse.meter.measurands, text)

    # Commands

    def swipe(self, id_tag: str, connector_id: "int | None" = None):
        """A card at the reader. Raises MemoryError when nothing has happened yet."""
        from . import card

        card.swipe(self, id_tag, connector_id)
        self.woken()

    # Time

    def step(self) -> int:
        """Let time pass; returns how many ms later the next step is due, if nothing happens before."""
        if not self._begun:
            from . import interrupted

            heap.need()
            interrupted.after_power_cut(self)
            self._begun = True
        if self.outbox.busy:
            self.outbox.step()  # first: what follows from an end is not done in one piece with it
        timeout = self.config["ConnectionTimeOut"]
        shared = len(self.connectors) > 1
        if self._profiles is not None:
            self._profiles.step()
        if self.config["FreeVend"]:
            self._vend()
        if self.authorization.stand_alone:
            from . import unfetched

            unfetched.step(self)
        if [connector for connector in self.connectors if connector.claim and connector.claim.anywhere]:
            from . import card

            card.follow_the_cable(self)
        metering.step_aligned(self)
        for connector in self.connectors:
            connector.step(timeout, shared)
            if connector.interrupted is not None:
                from . import interrupted

                interrupted.step(self, connector)
            if transaction.step(self, connector):
                return 1  # the rest is a piece of work of its own
            metering.step(self, connector)
        self._look()
        if self.energy_registers.step():
            self.outbox.save()
        if self.resetting:
            from . import reset  # once in a station's life

            reset.step(self)
            return 50
        return self._due_ms()

    def _look(self):
        """See what follows for the station as a whole from what has happened at its connectors."""
        if self._reservations is not None:
            self._reservations.step()
            if self._reservations.idle:
                self._reservations = None
        for connector in self.connectors:
            said = status.derive(connector)
            shown, _error, _info, _vendor = said
            if connector.transaction and shown[:4] == "Susp":
                connector.transaction.suspended = True
            self.notifier.look(connector.id, said)
        if self.scheduled is not None and not [one for one in self.connectors if one.scheduled is not None]:
            self.operative, self.scheduled = self.scheduled, None
        self.notifier.look(0, status.of_station(self))
        self.unknown_time.step(self)
        self.security.step()
        if self._maintenance is not None and self._maintenance.idle:
            self._maintenance = None

    def _vend(self):
        if self._free_vend is None:
            from .free_vend import FreeVend

            self._free_vend = FreeVend(self)
        self._free_vend.step()

    def _due_ms(self) -> int:
        """How long nothing will be due."""
        if self.outbox.busy or self.unknown_time.busy:
            return _PIECE_MS
        now = self.clock.uptime()
        due = now + self.step_most_ms
        timeout = self.config["ConnectionTimeOut"]
        for connector in self.connectors:
            due = transaction.due(self, connector, metering.due(self, connector, due))
            due = connector.next_due(timeout, len(self.connectors) > 1, due)
        due = metering.aligned_due(self, due)
        due = self.notifier.next_due(due)
        if self._reservations is not None:
            due = self._reservations.next_due(due)
        if self._free_vend and self.config["FreeVend"]:
            due = self._free_vend.next_due(due)
        if self._profiles is not None:
            due = self._profiles.next_due(due)
        return max(1, due - now)
