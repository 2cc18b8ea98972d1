"""What somebody who stands at the simulated station sees of vehicles, cables and faults."""

from chargelet.base import loading

loading.seldom(__name__)


def seen(point) -> dict:
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


def world(control, request) -> dict:
    """The control port's command."""
    return {"connectors": [seen(point) for point in control.world.points]}
