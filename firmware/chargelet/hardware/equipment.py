"""Everything that build.py has made of a board file, in one object."""

# The latch of a board file that does not say bench: a better file lifts it.
TIER = ("OtherError", "SafetyTierT0")

# The safety task's rounds are never further apart: what hangs on the keep-alive waits for it.
_ROUND_MAX_MS = 100
# While somebody charges, registers are looked at each 100 ms: no Wh takes less up to 36 kW.
_COUNTED_ROUNDS = 5


class Equipment:
    """`main_meter`, `reader`, `lights`, `rtc` and `tamper` are None where the board has none; `tasks` are functions
    that make the drivers' own tasks, `watchdog_s` is 0 for none."""

    def __init__(
        self, evses, main_meter=None, reader=None, lights=None, tasks=(), keep_alive=None, watchdog_s=0, rtc=None,
        tamper=None,
    ):  # fmt: skip
        self.evses = evses
        self.main_meter = main_meter
        self.meters = [evse.meter for evse in evses] + ([main_meter] if main_meter else [])
        self.reader = reader
        self.lights = lights
        self.tasks = tasks
        self._watchdog_s = watchdog_s
        self._watchdog = None
        self._keep_alive = keep_alive
        self._rtc = rtc
        self.tamper = tamper
        self._level = 0
        self._rounds = 0
        self._kept = None
        self.changed = True  # whether a fact of an EVSE has changed since somebody set this back

    def feed(self):
        """Safety and station have both moved. The first time starts the watchdog: booting takes as long as it takes."""
        if self._watchdog:
            self._watchdog.feed()
        elif self._watchdog_s:
            from machine import WDT

            self._watchdog = WDT(timeout=self._watchdog_s * 1000)

    def recall(self):
        """Take over what the board remembers from before a reset: registers, which never go back, and latched
        faults."""
        if self._rtc:
            registers, latches = self._rtc.read()
            for meter, wh in zip(self.meters, registers):
                meter.restore(wh)
            for evse, latched in zip(self.evses, latches):
                if latched and tuple(latched) != TIER:
                    evse.latch(latched)

    def keep(self):
        """Remember that for the time after a reset; called each second, and with every Wh."""
        if self._rtc:
            kept = [meter.energy_wh() for meter in self.meters], [evse.latched for evse in self.evses]
            if kept != self._kept:
                self._kept = kept
                self._rtc.write(*kept)

    def _counted(self) -> bool:
        """Whether a register has moved since it was kept. Takes no RAM."""
        if self._kept is None:
            return True
        registers, _latches = self._kept
        for at in range(len(registers)):
            if self.meters[at].energy_wh() != registers[at]:
                return True
        return False

    def step(self) -> int:
        """One round of the safety task: every EVSE looks and acts, and then only the keep-alive goes on.

        Returns how many ms the next round may be away.
        """
        wait_ms = _ROUND_MAX_MS
        for evse in self.evses:
            evse.step()
            if evse.wait_ms < wait_ms:
                wait_ms = evse.wait_ms
            if evse.changed:
                evse.changed = False
                self.changed = True
        self._rounds += 1
        if self._rounds >= _COUNTED_ROUNDS:
            self._rounds = 0
            if self._rtc and self._counted():
                self.keep()
        if self._keep_alive:
            self._level ^= 1
            self._keep_alive.value(self._level)
        return wait_ms
