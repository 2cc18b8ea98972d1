"""Knows when the energy registers are made durable, and that they never go back. Knows no meters' insides."""

import json

_FILE = "registers"

# They are written at each start, stop and sample, and in between when either of these has passed.
_SAVE_WH = 100
_SAVE_MS = 60000


class Registers:
    """The registers of all meters, in Wh."""

    def __init__(self, storage, meters, clock, log):
        self._storage = storage
        self._meters = meters
        self._clock = clock
        self._log = log
        for meter, wh in zip(meters, read_list(storage, _FILE, log)):
            if type(wh) is int and wh >= 0:
                meter.restore(wh)
        self._saved = self.now()
        self._saved_at = clock.uptime()

    def now(self) -> list:
        """What the meters show."""
        return [meter.energy_wh() for meter in self._meters]

    def save(self):
        """Make them durable. Never fails: a full flash must keep nobody from ending a session."""
        registers = self.now()
        self._saved_at = self._clock.uptime()
        if registers != self._saved:
            # Tried once: on a full flash again when they have moved on.
            self._saved = registers
            try:
                self._storage.write(_FILE, json.dumps(registers).encode())
            except OSError as error:
                self._log("registers: not saved: flash says %s" % error)

    def step(self) -> bool:
        """Save what a power cut must not take; whether a minute had passed."""
        if self._clock.uptime() - self._saved_at >= _SAVE_MS:
            self.save()
            return True
        for meter, saved in zip(self._meters, self._saved):
            if meter.energy_wh() - saved >= _SAVE_WH:
                self.save()
                break
        return False


def read_list(storage, name: str, log) -> list:
    """The JSON list of a file; empty when there is none, or none that can be read."""
    raw = storage.read(name)
    try:
        value = json.loads(raw) if raw else []
    except ValueError:
        value = None
    if not isinstance(value, list):
        log("station: the stored %s are damaged and left out" % name)
        return []
    return value
