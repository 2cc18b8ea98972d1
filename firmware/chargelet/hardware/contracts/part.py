"""A part that a board file may name: the contract of the files in ../parts/.

The file is called SEAM_NAME.py. The seams are `meter`, `reader` and `lights`, of which `kind` in their section names
one (`kind = "s0"` is parts/meter_s0.py), and `interlock` and `evse`, whose section has their name (`[connector.rapi]`
is parts/evse_rapi.py). Besides the file, the name is added to its row in ../board_keys.py, and its keys to the table in
boards/KEYS.md. What a file of this kind has is needed at boot only, so drivers are imported inside make().

This file, like all of contracts/, is never loaded: host_tests/laptop/test_contracts.py holds all parts against it.
"""

# The keys that its section may have: lines as in ../board_keys.py, without a path.
KEYS = """
"""

# For a meter: whether it is one of its connector's interlocks too (interlock.py).
INTERLOCK = False


def problems(board: dict, table: dict, path: str, max_a: int):
    """An iterable of (path of a key, what was found, what is allowed): what can be wrong beyond each key by itself.

    `board` is the board file with all defaults and every key right by itself, `table` the section, `path` the text
    before its keys ("connector[0].meter."), `max_a` the connector's current in A; 80 for a main meter, 0 for reader
    and lights. An EVSE is given the connector's whole section.
    """


def make(kit, table: dict, max_a: int):
    """The driver. Nothing may move before it is told to.

    `kit` is build.Kit: `clock`, `log`, `board`, `volts` and `phases` of the grid; `tasks`, a list of functions that
    make the driver's own tasks; `shared`, a dictionary for what several parts have in common, such as a bus.
    An EVSE's make() is given `(kit, table, number, contactor)`: the connector's section and number, and its contactor
    (contactor.Contactor, off already) or None.
    """
