"""Whether the central system has accepted the station, and when BootNotification is due."""

KEYS = """
HeartbeatInterval RW 1..86400 86400
"""

# When the central system leaves the interval to us, or never answers (OCPP 1.6 §4.2).
_OWN_INTERVAL = 30


class Registration:
    """The registration status (OCPP 1.6 §4.2) and when BootNotification and Heartbeat are due.

    Until the first answer `status` is None: calls of the central system are answered then as while
    Pending, for some central systems ask at once.
    """

    def __init__(self, clock, config, storage):
        self._clock = clock
        self._config = config
        self._storage = storage
        self.ever = storage.read("accepted") is not None  # whether any boot before has been accepted
        self._boot_due = clock.uptime()
        self._beat = clock.uptime()
        self.status = None
        self._forgotten = False  # whether it has been registered anew on this connection

    @property
    def accepted(self) -> bool:
        return self.status == "Accepted"

    @property
    def boot_due(self) -> bool:
        """Whether a BootNotification may go now: never earlier than the central system has said."""
        return not self.accepted and self._clock.uptime() >= self._boot_due

    @property
    def boot_in(self) -> int:
        """Milliseconds until a BootNotification may go."""
        return max(0, self._boot_due - self._clock.uptime())

    @property
    def heartbeat_due(self) -> bool:
        return self.heartbeat_in == 0

    @property
    def heartbeat_in(self) -> int:
        """Milliseconds until a Heartbeat is due."""
        return max(0, self._beat + self._config["HeartbeatInterval"] * 1000 - self._clock.uptime())

    def answered(self, status: str, interval: int):
        """BootNotification.conf; `interval` in seconds."""
        self.status = status
        self._beat = self._clock.uptime()
        if status == "Accepted":
            if not self.ever:
                try:
                    self._storage.write("accepted", b"1")
                except OSError:
                    pass  # a full flash: it is known until the next boot at least
                self.ever = True
            if interval > 0:
                self._config["HeartbeatInterval"] = interval
        else:
            self._retry(interval if interval > 0 else _OWN_INTERVAL)

    def unanswered(self):
        """BootNotification was refused with an error or got no answer."""
        self._retry(_OWN_INTERVAL)

    def _retry(self, seconds: int):
        self._boot_due = self._clock.uptime() + seconds * 1000

    def forgotten(self) -> bool:
        """The central system does not know that it has accepted this station: a BootNotification is due. Once for each
        connection, and False after that: then it means something else."""
        if not self.accepted or self._forgotten:
            return False
        self._forgotten = True
        self.status = None
        self._retry(0)
        return True

    def disconnected(self):
        """A BootNotification that the connection took with it may go again at once."""
        self._forgotten = False
        if self.status is None:
            self._boot_due = self._clock.uptime()

    def heartbeat_sent(self):
        self._beat = self._clock.uptime()

    def ask_soon(self):
        """Let a Heartbeat go next, to find out whether the central system still answers anything."""
        self._beat = self._clock.uptime() - self._config["HeartbeatInterval"] * 1000
