"""A chain of WS2812 pixels in a board file: its keys, its driver."""

KEYS = """
pin out !
count int =1 1..64
"""


def problems(board, table, path, max_a):
    """None of its own."""
    return ()


def make(kit, table, max_a):
    """The driver, on the module that MicroPython brings along."""
    import neopixel

    from machine import Pin

    from ..pixel_lights import PixelLights

    return PixelLights(neopixel.NeoPixel(Pin(table["pin"], Pin.OUT), table["count"]), table["count"])
