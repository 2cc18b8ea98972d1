"""A lamp of three colours in a board file: its keys, its driver."""

KEYS = """
red out !
green out !
blue out !
inverted bool =false
"""


def problems(board, table, path, max_a):
    """None of its own."""
    return ()


def make(kit, table, max_a):
    """The driver."""
    from ..rgb_light import RgbLight

    return RgbLight(table["red"], table["green"], table["blue"], table["inverted"])
