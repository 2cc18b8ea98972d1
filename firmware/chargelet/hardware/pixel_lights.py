"""Driver of a chain of addressable pixels."""


class PixelLights:
    """A chain of WS2812 pixels, with the driver that MicroPython brings along. Handed in: a neopixel.NeoPixel."""

    def __init__(self, pixels, count: int):
        self._pixels = pixels
        self.count = count

    def show(self, colours):
        """Shine in these colours, one a connector; pixels beyond them repeat the last."""
        for at in range(self.count):
            self._pixels[at] = colours[min(at, len(colours) - 1)]
        self._pixels.write()
