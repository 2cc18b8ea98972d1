"""A vehicle at the end of the cable: what it does and when. It is told the time."""

from chargelet.hardware.pilot_levels import current
from electrics import R2, R3, R3_VENTILATION, parallel


class Vehicle:
    """A vehicle. What a scripted car does differently is an attribute:

    `reaction_ms` until S2 closes or opens, `leaves_ms` until it gives up at steady +12 V (None: never),
    `obeys` (else it draws until S2 opens, also when nothing is offered any more), `diode`, `short`, `ventilation`,
    `asleep` (S2 stays open until the pilot has been at -12 V), `glitch_ohm` and `glitch_ms` after every change of the
    duty cycle.
    """

    obeys = True

    def __init__(self):
        self.plugged = False
        self.wants = True
        self.max_ma = 16000
        self.reaction_ms = 300
        self.leaves_ms = 1000
        self.diode = True
        self.short = False
        self.ventilation = False
        self.asleep = False
        self.glitch_ohm = None
        self.glitch_ms = 250
        self.s2 = False
        self._duty = 10000
        self._since_duty = 0
        self._since_mind = 0

    def plug(self):
        self.plugged = True
        self.wants = True
        self.s2 = False

    def unplug(self):
        self.plugged = False
        self.s2 = False

    def step(self, ms: int, duty: int):
        """Let `ms` milliseconds pass with the pilot at this duty cycle in 1/10000 (10000: steady, 0: -12 V)."""
        if duty != self._duty:
            self._duty = duty
            self._since_duty = 0
        else:
            self._since_duty += ms
        if duty == 0:
            self.asleep = False
        offered = current(duty)
        wish = self.plugged and self.wants and offered > 0 and not self.asleep
        if wish == self.s2:
            self._since_mind = 0
            return
        self._since_mind += ms
        patience = self.reaction_ms
        if self.s2 and self.wants and not offered:
            patience = self.leaves_ms
        if patience is not None and self._since_mind >= patience:
            self.s2 = wish

    def ohms(self) -> "int | None":
        """The load on the pilot, or None when nothing is plugged in."""
        if not self.plugged:
            return None
        if self.short:
            return 0
        if self.glitch_ohm and self._since_duty < self.glitch_ms:
            return self.glitch_ohm
        if not self.s2:
            return R2
        return parallel(R2, R3_VENTILATION if self.ventilation else R3)

    def draws_ma(self) -> int:
        """Current per phase that it takes when there is voltage."""
        if not self.s2:
            return 0
        offered = current(self._duty)
        return min(self.max_ma, offered) if offered or self.obeys else self.max_ma
