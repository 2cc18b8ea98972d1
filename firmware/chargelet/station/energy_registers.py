"""Makes energy registers durable, and sees that they never go back.

The file is a list: the register of each meter in Wh, and then for each connector the register at which its newest
transaction ended (None: unknown), and number and newest stamp of the one that runs (0: none).
"""


_FILE = "registers"

# They are written at each start, stop and sample, and in between when either of these has passed.
_SAVE_WH = 100
_SAVE_MS = 60000
# While a transaction runs and no energy flows: only the time goes on (unknown_time.py counts on it).
_IDLE_MS = 300000

# A register that has never counted. Real meters come with what their maker's test has left on them, and central systems
# take 0 for a meter that counts each session anew.
_FIRST_WH = 1
# What OCPP has numbers for.
_MOST_WH = 2147483647

# A slow meter's last words on a transaction that has ended are the next one's. More than so much is no meter's delay.
_TAIL_WH = 250


class EnergyRegisters:
    """The registers of all meters, in Wh."""

    def __init__(self, storage, meters, connectors, clock, log):
        self._storage = storage
        self._meters = meters
        self._connectors = connectors
        self._clock = clock
        self._log = log
        self._ends = [None] * len(connectors)
        # Of the newest transaction of each connector: its number, and the stamp at which it is known to have run.
        self._numbers = [0] * len(connectors)
        self._stamps = [0] * len(connectors)
        stored = read_list(storage, _FILE, log)
        for at, meter in enumerate(meters):
            wh = stored[at] if at < len(stored) else None
            meter.restore(wh if type(wh) is int and 0 < wh <= _MOST_WH else _FIRST_WH)
        for at, kept in enumerate(stored[len(meters) :][: len(connectors)]):
            try:
                end, number, stamp = kept
                self._ends[at] = end if type(end) is int and 0 < end <= _MOST_WH else None
                self._numbers[at], self._stamps[at] = int(number), int(stamp)
            except (ValueError, TypeError):
                log("registers: what is stored of connector %d is damaged and left out" % (at + 1))
        self._old = [number > 0 for number in self._numbers]  # whether that is from before the boot
        # What was written last. The lists are made once: one that is made in mid-work lies among what goes, and stays.
        self._known = [None] * (3 * len(connectors))
        self._durable = True  # and whether flash has taken it
        self._booted = [meter.energy_wh() for meter in meters]
        # The newest stamp that any transaction had before the boot; 0 where there was none.
        self.newest = min([0] + self._stamps)
        self._saved = self.now()
        self._saved_at = self._written_at = clock.uptime()

    def now(self) -> list:
        """What the meters show."""
        return [meter.energy_wh() for meter in self._meters]

    def alive(self, connector_id: int, number: int) -> "int | None":
        """The newest stamp at which a transaction from before the boot is known to have run; None when none is."""
        return self._stamps[connector_id - 1] if self._numbers[connector_id - 1] == number else None

    def begin_wh(self, connector) -> int:
        """The register at which a transaction starts here: the one at which the newest ended."""
        wh = connector.evse.meter.energy_wh()
        end = self._ends[connector.id - 1]
        if end is None or wh == end:
            return wh
        if wh < end:
            connector.evse.meter.restore(end)
            return end
        if wh - end <= _TAIL_WH:
            self._log("connector %d: %d Wh since the newest transaction are this one's" % (connector.id, wh - end))
            return end
        self._log("connector %d: %d Wh since the newest transaction are nobody's" % (connector.id, wh - end))
        return wh

    def begin(self, connector):
        """A transaction is to start here. Numbers come again after a boot: that of one before it goes."""
        old = self._old[connector.id - 1]
        self._old[connector.id - 1] = False
        if old:
            self._numbers[connector.id - 1] = self._stamps[connector.id - 1] = 0
        self.save(old)

    def end(self, connector_id: int, wh: int):
        """A transaction ends there at this register."""
        self._ends[connector_id - 1] = wh
        self.save(True)

    def after_cut_wh(self, connector, least: int) -> int:
        """The register at which a transaction from before the boot ends, at least what it is known to have had: what
        was saved, and what a meter with a register of its own has counted since. Another meter in its place has not."""
        wh, saved = connector.evse.meter.energy_wh(), max(least, self._booted[connector.id - 1])
        return wh if 0 <= wh - saved <= _TAIL_WH else saved

    def save(self, alive: bool = False) -> bool:
        """Make them durable, and, `alive`, how far each transaction has come even when no energy has flowed since;
        whether they are. Never raises: a full flash must keep nobody from ending a session."""
        registers = self.now()
        self._saved_at = self._clock.uptime()
        if registers == self._saved and not alive:
            return self._durable
        self._written_at = self._saved_at
        for connector in self._connectors:
            transaction = connector.transaction or connector.ending
            if transaction:
                self._numbers[connector.id - 1] = transaction.number
                self._stamps[connector.id - 1] = self._clock.stamp_in(transaction.frame)
        known = self._ends + self._numbers + self._stamps
        if registers == self._saved and known == self._known:
            return self._durable
        rows = [list(row) for row in zip(self._ends, self._numbers, self._stamps)]
        try:
            self._storage.keep(_FILE, registers + rows)
            self._durable = True
        except OSError as error:
            self._durable = False
            self._log("registers: not saved: flash says %s" % error)
        # Tried once: on a full flash again when they have moved on, and for want of memory with the next call.
        self._known[:] = known
        self._saved[:] = registers
        return self._durable

    @property
    def due(self) -> int:
        """The uptime in ms at which step() is to look at the time next; energy may be there to save before."""
        return self._saved_at + _SAVE_MS

    def step(self) -> bool:
        """Save what a power cut must not take; whether a minute had passed."""
        now = self._clock.uptime()
        if now - self._saved_at >= _SAVE_MS:
            running = [connector for connector in self._connectors if connector.transaction]
            self.save(bool(running) and now - self._written_at >= _IDLE_MS)
            return True
        for meter, saved in zip(self._meters, self._saved):
            if meter.energy_wh() - saved >= _SAVE_WH:
                self.save()
                break
        return False


def read_list(storage, name: str, log) -> list:
    """The JSON list of a file; empty when there is none, or none that can be read."""
    try:
        value = storage.kept(name)
    except ValueError:
        value = ()
    if value is None:
        return []
    if not isinstance(value, list):
        log("station: the stored %s are damaged and left out" % name)
        return []
    return value
