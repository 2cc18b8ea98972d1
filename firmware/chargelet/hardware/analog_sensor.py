"""Driver of a temperature sensor that puts out a voltage: MCP9700, TMP36 and the like."""

from machine import ADC, Pin

# A sensor of this kind cannot mean anything else; a wire that has come off does.
_MIN_C = -45
_MAX_C = 125


class AnalogSensor:
    """A voltage that grows with the temperature: `zero_mv` at 0 °C, `slope_mv` per K."""

    def __init__(self, adc: int, zero_mv: int, slope_mv: int):
        self._adc = ADC(Pin(adc), atten=ADC.ATTN_11DB)
        self._zero = zero_mv
        self._slope = slope_mv

    def read(self) -> "int | None":
        """Whole °C, or None when that cannot be one."""
        celsius = (self._adc.read_uv() // 1000 - self._zero) // self._slope
        return celsius if _MIN_C <= celsius <= _MAX_C else None
