"""An energy register from what an OpenEVSE controller counts."""


class RapiMeter:
    """Energy as the controller counts it. It counts by session: differences make a register that never goes back."""

    measurands = ("Energy.Active.Import.Register", "Power.Active.Import", "Current.Import", "Voltage")
    missed = 0
    known = True

    def __init__(self, volts: int):
        self._nominal_mv = volts * 1000
        self._mv = self._nominal_mv
        self._ma = 0
        self._wh = 0
        self._rest_ws = 0
        self._session_ws = None
        self._open = False
        self._since = 0  # how often the count has been heard since the relay opened

    def session(self, ws: int):
        """The controller's count of this session in Ws."""
        self._since += 1
        if self._session_ws is not None:
            # A smaller one is a session that has begun since.
            self._rest_ws += ws - self._session_ws if ws >= self._session_ws else ws
            self._wh += self._rest_ws // 3600
            self._rest_ws %= 3600
        self._session_ws = ws

    def flow(self, ma: int, mv: int):
        """Current and voltage; negative where the controller cannot tell."""
        self._ma = max(0, ma)
        self._mv = mv if mv > 0 else self._nominal_mv

    def restore(self, wh: int):
        self._wh = max(self._wh, wh)

    def energy_wh(self) -> int:
        return self._wh

    def power_w(self) -> int:
        return self._ma * self._mv // 1000000

    def current_ma(self) -> int:
        return self._ma

    def read(self, name: str) -> "str | None":
        return "%d.%d" % (self._mv // 1000, self._mv % 1000 // 100) if name == "Voltage" else None

    def idle(self):
        """The relay is open."""
        self._ma = 0
        if not self._open:
            self._open = True
            self._since = 0

    def closed(self):
        """The relay is closed."""
        self._open = False

    def settled(self) -> bool:
        """Whether the register has stopped: the first count may have been asked for before the relay opened."""
        return self._since >= 2

    def step(self, now: int, flowing: bool):
        """Values come from session() and flow()."""
