"""A Modbus meter in a board file: its keys, its mistakes, its driver. All meters share the line of [rs485]."""

from ...base import loading

KEYS = """
model one ! sdm230,sdm630,b21,b23
address int ! 1..247
"""
# A line that is silent keeps the contactor open (ModbusMeter is an interlock too).
INTERLOCK = True


def problems(board, table, path, max_a):
    """A board file without [rs485]."""
    if "rs485" not in board:
        yield "rs485", "nothing", "needed for a Modbus meter"


def make(kit, table, max_a):
    """The driver. Its model is a file in modbus_models/."""
    from ..modbus_meter import Line, ModbusMeter

    model = loading.named("chargelet.hardware.modbus_models", table["model"])
    if "modbus" not in kit.shared:
        asked = []
        kit.shared["modbus"] = _bus(kit), asked
        kit.tasks.append(Line(asked, kit.clock).run)
    bus, asked = kit.shared["modbus"]
    meter = ModbusMeter(bus, kit.clock, kit.log, model.FUNCTION, model.REGISTERS, table["address"])
    asked.append(meter)
    return meter


def _bus(kit):
    from machine import UART, Pin

    from ..modbus import Modbus

    wires = kit.board["rs485"]
    uart = UART(wires["uart"], baudrate=wires["baud"], tx=wires["tx"], rx=wires["rx"], timeout=0)
    direction = Pin(wires["direction"], Pin.OUT, value=0) if "direction" in wires else None
    return Modbus(uart, kit.clock, direction)
