"""What somebody who stands at the simulated station sees of vehicles, cables, faults and its housing; and its heap."""

import gc

import commands
from chargelet.base import loading

loading.seldom(__name__)


def execute(control, request) -> "dict | None":
    """The control port's commands `world`, `heap` and `tamper`. Raises ValueError."""
    world = control.world
    if request["cmd"] == "world":
        return {"connectors": [_seen(point) for point in world.points], "tamper": world.lamp.opened}
    if request["cmd"] == "heap":
        gc.collect()
        if not hasattr(gc, "mem_free"):
            return {"heap_used": 0, "heap_free": 0, "heap_largest": 0}
        return {"heap_used": gc.mem_alloc(), "heap_free": gc.mem_free(), "heap_largest": _largest()}
    if control.chargelet.station.security.tamper is None:
        raise ValueError("tamper: this board file has no [tamper]")
    world.lamp.opened = commands.is_on(request)


def _seen(point) -> dict:
    """Of one connector; the names are those of the control port."""
    vehicle = point.vehicle
    return {
        "plugged": vehicle.plugged,
        "wants": vehicle.wants,
        "amps": vehicle.max_ma // 1000,
        "lock_fail": point.bolt_sticks,
        "leak": point.leaks,
        "weld": point.welded,
        "no_diode": not vehicle.diode,
        "short": vehicle.short,
        "ventilation": vehicle.ventilation,
        "asleep": vehicle.asleep,
    }


def _largest() -> int:
    """The largest block that can be had, to within 256 bytes. All of the heap is taken for that: others may find none
    of it just afterwards, until the interpreter sees that nobody has it any more."""
    least, most = 0, gc.mem_free()
    while most - least > 256:
        middle = (least + most) // 2
        try:
            bytearray(middle)
            least = middle
        except MemoryError:
            most = middle
        gc.collect()
    return least
