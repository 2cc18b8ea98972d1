"""The proximity contact of a socket in a board file: its keys, its mistakes, its driver."""

from ..chips import chip

KEYS = """
adc adc !
pull_up_ohm int ! 100..10000
supply_mv int =3300 2500..5500
"""


_PLUG_OHM = 4500  # the largest resistance that is a plug (proximity.py)


def problems(board, table, path, max_a):
    """A pull-up with which a plug gives more than the ADC reads."""
    most_mv = chip(board["chip"]).adc_mv
    if table["supply_mv"] * _PLUG_OHM // (_PLUG_OHM + table["pull_up_ohm"]) > most_mv:
        least = table["supply_mv"] * _PLUG_OHM // most_mv - _PLUG_OHM + 1
        why = "%d: a plug's %d ohm give more than the ADC reads, %d mV" % (table["pull_up_ohm"], _PLUG_OHM, most_mv)
        yield path + "pull_up_ohm", why, "%d or more, or a lower supply" % least


def make(kit, table, max_a):
    """The driver."""
    from ..proximity import Proximity

    return Proximity(table["adc"], table["pull_up_ohm"], table["supply_mv"])
