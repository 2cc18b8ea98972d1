"""Knows how a board drives and measures the control pilot: PWM out, ADC in. Knows no states."""

from machine import ADC, PWM, Pin

from .pilot_levels import BOUNDARIES, duty

# Reads of the ADC in one look: at some 70 µs each, more than two periods of the 1 kHz pilot, so that
# even a plateau of 10 % is met.
_BURST = 30


class Pilot:
    """The control pilot. The driver must not invert: a stopped PWM is -12 V then, which offers nothing.

    `zero_mv` is what the ADC sees at 0 V, `span_mv` what 10 V on the pilot add to it. `disconnect`, where there is one,
    is a pin that takes the pilot off the line while it is 1. `boundaries` are the least high levels of A to E in mV.
    """

    def __init__(self, pwm: int, adc: int, zero_mv: int, span_mv: int, disconnect=None, boundaries=BOUNDARIES):
        self.boundaries = boundaries
        self._zero_mv = zero_mv
        self._span_mv = span_mv
        self._pwm = PWM(Pin(pwm), freq=1000, duty_u16=65535)
        self._adc = ADC(Pin(adc), atten=ADC.ATTN_11DB)
        self._disconnect = Pin(disconnect, Pin.OUT, value=0) if disconnect is not None else None
        self._away = False

    def sample(self) -> tuple:
        """(high, low) level of the pilot in mV."""
        read = self._adc.read_uv
        high = low = read()
        for _ in range(_BURST - 1):
            uv = read()
            if uv > high:
                high = uv
            elif uv < low:
                low = uv
        return self._pilot_mv(high), self._pilot_mv(low)

    def _pilot_mv(self, uv: int) -> int:
        return (uv // 1000 - self._zero_mv) * 10000 // self._span_mv

    def _duty(self, duty_u16):
        if self._away:
            self._away = False
            self._disconnect.value(0)
        self._pwm.duty_u16(duty_u16)

    def steady(self):
        """+12 V without pulses (index 1): connected or not can be seen, nothing is offered."""
        self._duty(65535)

    def offer(self, ma: int):
        """Pulses that offer a current (index 2), 6000 to 80000 mA."""
        self._duty(duty(ma) * 65535 // 10000)

    def unavailable(self):
        """-12 V (state F)."""
        self._duty(0)

    def disconnect(self):
        """Look to the vehicle like a plug that has come out, as far as the board can; until the next of the others."""
        self._duty(0)
        if self._disconnect:
            self._away = True
            self._disconnect.value(1)
