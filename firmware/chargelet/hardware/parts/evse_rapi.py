"""A connector behind an OpenEVSE controller (RAPI): its keys, its mistakes, its EVSE."""

from .. import board_keys

KEYS = """
uart int ! 0..2
tx out !
rx in !
"""


def problems(board, table, path, max_a):
    """What the controller has already, and a tier that says something else."""
    tier = board["safety"]["tier"]
    if tier != "T3":
        yield "safety.tier", tier, "T3 for a controller behind RAPI"
    for name in ["contactor", "meter", "lock"] + board_keys.sections("interlock", table):
        if name in table:
            yield path + name, "a value", "none beside rapi: the controller has its own"


def make(kit, table, number, contactor):
    """The EVSE."""
    from machine import UART

    from ..rapi import Rapi
    from ..rapi_evse import RapiEvse
    from ..rapi_meter import RapiMeter

    wires = table["rapi"]
    uart = UART(wires["uart"], baudrate=115200, tx=wires["tx"], rx=wires["rx"], timeout=0)
    handed = Rapi(uart), RapiMeter(kit.volts), table["max_current"] * 1000
    return RapiEvse(number, kit.clock, kit.log, *handed)
