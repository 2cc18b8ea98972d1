"""What somebody who stands at the simulated station sees of vehicles, cables and faults, and its housing."""

import commands
from chargelet.base import loading

loading.seldom(__name__)


def execute(control, request) -> "dict | None":
    """The control port's commands `world` and `tamper`. Raises ValueError."""
    world = control.world
    if request["cmd"] == "world":
        return {"connectors": [_seen(point) for point in world.points], "tamper": world.lamp.opened}
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
