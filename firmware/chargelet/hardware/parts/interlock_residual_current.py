"""A residual-current monitor in a board file: its keys, its driver."""

KEYS = """
trip in !
trip_level int =1 0..1
test out ?
"""


def problems(board, table, path, max_a):
    """None of its own."""
    return ()


def make(kit, table, max_a):
    """The driver."""
    from ..residual_current import ResidualCurrent

    return ResidualCurrent(table["trip"], table["trip_level"], table.get("test"))
