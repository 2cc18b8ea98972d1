"""An energy meter: the contract of what parts/meter_*.py make."""


class Meter:
    """Energy in Wh, power in W, current in mA. Nothing in here may stand still for more than a millisecond: a meter
    that is asked over a line has a task of its own (`kit.tasks`)."""

    # What it measures, in OCPP's words (§7.31). These three first, in this order, however they are measured; then
    # perhaps others with a phase ("Voltage.L1", "Current.Import.L2").
    measurands = ("Energy.Active.Import.Register", "Power.Active.Import", "Current.Import")
    # How many pulses may have been lost at most since the boot; 0 where nothing can be lost.
    missed = 0
    # Whether there is a register to start from: no transaction starts before.
    known = True

    def energy_wh(self) -> int:
        """The register. It never goes back, not even when the meter is replaced."""

    def power_w(self) -> int:
        """Power now; 0 while the contactor is open."""

    def current_ma(self) -> int:
        """The largest current of the phases."""

    def restore(self, wh: int):
        """Go on from a register that was known before the boot, unless the meter's own is larger."""

    def idle(self):
        """The contactor opens: from now on power and current are 0."""

    def settled(self) -> bool:
        """Whether the register has stopped, once the contactor is open."""

    def step(self, now: int, flowing: bool):
        """Called at each look at the pilot, with the clock's ticks and whether the contactor is closed."""


class More(Meter):
    """A meter whose `measurands` name more than the three."""

    def read(self, name: str) -> "str | None":
        """The value of one of the others in V or A as text, or None where there is none now."""
