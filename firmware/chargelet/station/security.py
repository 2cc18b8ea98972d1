"""Sees what concerns the station's security, and hands it to security_events.py, which is loaded for as long."""

# A clock that is set by less than this is corrected, not changed.
_TIME_S = 60


class Security:
    """What stays in RAM: `untold` is how many events wait to be told, `seen` which were noted lately (type → uptime),
    `tamper` a contact of the housing, where the board has one."""

    def __init__(self, station):
        self._station = station
        self.seen = {}
        self.untold = 0
        if station.storage.there("security-untold"):
            from . import security_events

            self.untold = security_events.load(station.storage)
        self.tamper = None
        self._frame = station.clock.frame

    def note(self, event: str, info: str = ""):
        """Something has happened that the security whitepaper has a name for (§8)."""
        from . import security_events

        try:
            security_events.note(self._station, event, info)
        except (OSError, MemoryError) as error:
            self._station.log("security: %s is not kept: %r" % (event, error))

    def step(self):
        """Let time pass."""
        frame = self._station.clock.frame
        if frame is not self._frame:
            before, self._frame = self._frame, frame
            if before and abs(frame[0] - before[0]) >= _TIME_S:
                self.note("SettingSystemTime", "by %d s" % (frame[0] - before[0]))
        if self.tamper and self.tamper.opened():
            self.note("TamperDetectionActivated")
