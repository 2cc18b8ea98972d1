"""How a board drives and measures the control pilot: PWM out, ADC in."""

from machine import ADC, PWM, Pin

from .pilot_levels import BOUNDARIES, duty

# A look has to meet both plateaus of the 1 kHz pilot for sure: its reads span a period, and lie closer together than
# the narrowest plateau that counts is long (100 µs at 6 A). An ESP32 reads in 35 to 70 µs: measured at the start.
_PERIOD_US = 1000
_READS_MIN = 16
_READS_MAX = 30
_MEASURED = 32
# Without pulses there is one level only; some reads more than one, because it is noisy.
_STEADY_READS = 4


class Pilot:
    """The control pilot. The driver must not invert: a stopped PWM is -12 V then, which offers nothing.

    `zero_mv` is what the ADC sees at 0 V, `span_mv` what 10 V on the pilot add to it. `disconnect`, where there is one,
    is a pin that takes the pilot off the line while it is 1. `boundaries` are the least high levels of A to E in mV.
    `micros()` is a count of microseconds. What measure() has seen last is in `high_uv` and `low_uv`, at the ADC.
    """

    def __init__(self, pwm: int, adc: int, zero_mv: int, span_mv: int, micros, disconnect=None, boundaries=BOUNDARIES):
        self.boundaries = boundaries
        self._zero_mv = zero_mv
        self._span_mv = span_mv
        self._pwm = PWM(Pin(pwm), freq=1000, duty_u16=65535)
        self._read = ADC(Pin(adc), atten=ADC.ATTN_11DB).read_uv
        self._disconnect = Pin(disconnect, Pin.OUT, value=0) if disconnect is not None else None
        self._away = False
        self._more = _STEADY_READS - 1  # reads of a look after the first
        self._pulsed = self._reads(micros) - 1
        self.high_uv = self.low_uv = 0

    def _reads(self, micros) -> int:
        """How many reads of this chip span a period."""
        began = micros()
        for _ in range(_MEASURED):
            self._read()
        read_us = max(1, (micros() - began) // _MEASURED)
        return max(_READS_MIN, min(_READS_MAX, _PERIOD_US // read_us + 2))

    def measure(self):
        """Take in the highest and the lowest level of one period. Allocates nothing: this is what runs all the time."""
        read = self._read
        high = low = read()
        for _ in range(self._more):
            uv = read()
            if uv > high:
                high = uv
            elif uv < low:
                low = uv
        self.high_uv = high
        self.low_uv = low

    def uv(self, mv: int) -> int:
        """What the ADC sees of a level of the pilot."""
        return self._zero_mv * 1000 + mv * self._span_mv // 10

    def _duty(self, duty_u16):
        if self._away:
            self._away = False
            self._disconnect.value(0)
        self._pwm.duty_u16(duty_u16)

    def steady(self):
        """+12 V without pulses (index 1): connected or not can be seen, nothing is offered."""
        self._more = _STEADY_READS - 1
        self._duty(65535)

    def offer(self, ma: int):
        """Pulses that offer a current (index 2), 6000 to 80000 mA."""
        self._more = self._pulsed
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
