"""A PN532 card reader in a board file: its keys, its driver."""

KEYS = """
sda out !
scl out !
"""


def problems(board, table, path, max_a):
    """None of its own."""
    return ()


def make(kit, table, max_a):
    """The driver, on I²C."""
    from machine import I2C, Pin

    from ..pn532 import Pn532

    return Pn532(I2C(0, scl=Pin(table["scl"]), sda=Pin(table["sda"]), freq=100000), kit.clock)
