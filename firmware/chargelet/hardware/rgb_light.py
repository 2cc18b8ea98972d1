"""Driver of a lamp of three colours on PWM pins."""

from machine import PWM, Pin


class RgbLight:
    """One lamp for the whole station. `inverted`: it shines when the pin is 0."""

    count = 1

    def __init__(self, red: int, green: int, blue: int, inverted: bool = False):
        self._off = 65535 if inverted else 0
        self._lamps = [PWM(Pin(pin), freq=500, duty_u16=self._off) for pin in (red, green, blue)]

    def show(self, colours):
        """Shine in the first of these colours, (red, green, blue) from 0 to 255."""
        for lamp, level in zip(self._lamps, colours[0]):
            lamp.duty_u16(abs(self._off - level * 257))
