"""An MFRC522 card reader in a board file: its keys, its driver."""

KEYS = """
sck out !
mosi out !
miso in !
cs out !
reset out ?
"""


def problems(board, table, path, max_a):
    """None of its own."""
    return ()


def make(kit, table, max_a):
    """The driver, on SPI."""
    from machine import SPI, Pin

    from ..mfrc522 import Mfrc522

    wires = {name: Pin(table[name]) for name in ("sck", "mosi", "miso")}
    spi = SPI(1, baudrate=1000000, polarity=0, phase=0, **wires)
    reset = Pin(table["reset"], Pin.OUT, value=0) if "reset" in table else None
    return Mfrc522(spi, Pin(table["cs"], Pin.OUT, value=1), kit.clock, reset)
