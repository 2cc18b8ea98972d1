"""Driver of an energy meter on a Modbus line, by its register map."""

from .modbus import ModbusError
from .modbus_numbers import number

# A meter is asked so often, and one that has said nothing for so long is broken.
_ASK_MS = 1000
_SILENCE_MS = 30000
# A contactor has opened so long after its coil.
_OPENING_MS = 100


class ModbusMeter:
    """The register goes on where it stood when the meter is replaced by another.

    Also an interlock: no session without values, PowerMeterFailure after 30 s without.
    """

    limit_ma = None
    calm = None
    missed = 0

    def __init__(self, bus, clock, log, function: int, rows, address: int):
        self._bus = bus
        self._clock = clock
        self._log = log
        self._address = address
        self._function = function
        self._rows = rows
        self.measurands = tuple([row[0] for row in self._rows])
        self._values = {}
        self._floor = 0  # the register never shows less
        self._base = 0
        self._heard = clock.uptime()
        self._opened = -_OPENING_MS  # uptime at which the contactor opened
        self._asked = -1  # uptime of the newest question that was answered
        self._said = None

    async def refresh(self):
        """Ask for all values once; what cannot be had keeps its place."""
        asked = self._clock.uptime()
        try:
            fresh = {}
            for name, register, form, times, over in self._rows:
                data = await self._bus.read(self._address, self._function, register, int(form[1]))
                fresh[name] = number(data, form, times, over)
        except ModbusError as error:
            if self._said != str(error):
                self._said = str(error)
                self._log("meter: %s" % error)
            return
        self._said = None
        if fresh[self.measurands[0]] is None:
            return
        self._heard = self._clock.uptime()
        self._asked = asked
        if not self._values:
            self._base = max(0, self._floor - fresh[self.measurands[0]])
        self._values = fresh
        if not self.settled():
            self._still()

    def restore(self, wh: int):
        """Go on from an earlier register; a smaller one is ignored."""
        self._floor = max(self._floor, wh)

    def energy_wh(self) -> int:
        """The register."""
        if self._values:
            self._floor = max(self._floor, self._values[self.measurands[0]] + self._base)
        return self._floor

    def power_w(self) -> int:
        return max(0, self._values.get(self.measurands[1]) or 0)

    def current_ma(self) -> int:
        """The largest of the phases' currents."""
        return max([self._values.get(name) or 0 for name in self.measurands if name[0] == "C"])

    def read(self, name: str) -> "str | None":
        """The value of another measurand in V or A, None when there is none."""
        milli = self._values.get(name)
        return None if milli is None else "%d.%d" % (milli // 1000, milli % 1000 // 100)

    def idle(self):
        """The contactor opens: from now on power and current are 0."""
        self._opened = self._clock.uptime()
        self._still()

    def _still(self):
        for name in self._values:
            if name[0] in "PC":
                self._values[name] = 0

    @property
    def known(self) -> bool:
        """Whether the register is known: the meter has answered."""
        return bool(self._values)

    def settled(self) -> bool:
        """Whether the register has stopped, once the contactor is open: it has been asked for since."""
        return self._asked - self._opened >= _OPENING_MS

    def step(self, now: int, flowing: bool):
        """Values come from refresh()."""

    def look(self, now: int, evse):
        """(errorCode, vendorErrorCode, latched) or None."""
        if self._clock.uptime() - self._heard < _SILENCE_MS:
            return None
        return ("PowerMeterFailure", None, False)

    def ready(self, now: int) -> bool:
        return bool(self._values)


class Line:
    """Keeps the meters of one line asked, one after the other."""

    def __init__(self, meters, clock):
        self._meters = meters
        self._clock = clock

    async def run(self):
        """Ask one meter after the other, for ever."""
        while True:
            for meter in self._meters:
                await meter.refresh()
            await self._clock.sleep(_ASK_MS)
