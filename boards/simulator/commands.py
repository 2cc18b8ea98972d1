"""What a person at the simulated station, and the world around it, can do; for tests and tools. See README.md."""

import gc

from chargelet.base import loading

loading.seldom(__name__)

_SWITCHES = "lock_fail leak weld no_diode short ventilation asleep".split()
_STATUSES = "Accepted Blocked Expired Invalid ConcurrentTx"
_CODES = (
    "ConnectorLockFailure EVCommunicationError GroundFailure HighTemperature InternalError OtherError "
    "OverCurrentFailure PowerMeterFailure PowerSwitchFailure ReaderFailure ResetFailure UnderVoltage OverVoltage "
    "WeakSignal"
)


def execute(control, request: dict) -> "dict | None":
    """Carry out one command. Raises ValueError for what is wrong with it."""
    name = request["cmd"]
    if name in _COMMANDS:
        return _COMMANDS[name](control, request)
    if name in _SWITCHES:
        return _switch(control.world, _place(control, request), name, request)
    if name not in _AT_A_CONNECTOR:
        known = sorted(list(_COMMANDS) + _SWITCHES + list(_AT_A_CONNECTOR))
        raise ValueError("cmd: %s is not one of %s" % (name, ", ".join(known)))
    _AT_A_CONNECTOR[name](control.chargelet.evses[_connector(control, request) - 1], _place(control, request), request)


def _place(control, request):
    return control.world.points[_connector(control, request) - 1]


def _switch(world, point, name, request):
    """Something that is so or not so."""
    on = is_on(request)
    if name == "lock_fail":
        point.bolt_sticks = on
    elif name == "leak":
        if not point.monitored:
            raise ValueError("leak: this board file has no [connector.residual_current]")
        point.leaks = on
    elif name == "weld":
        point.welded = on
    elif name == "no_diode":
        point.vehicle.diode = not on
    else:
        setattr(point.vehicle, name, on)


def is_on(request) -> bool:
    if not isinstance(request.get("on"), bool):
        raise ValueError("on: true or false is allowed")
    return request["on"]


def _plug_in(evse, point, request):
    point.vehicle.plug()


def _plug_out(evse, point, request):
    point.vehicle.unplug()


def _suspend_ev(evse, point, request):
    point.vehicle.wants = False


def _resume_ev(evse, point, request):
    point.vehicle.wants = True


def _draw(evse, point, request):
    point.vehicle.max_ma = _integer(request, "amps", 0, 80) * 1000


def _heat(evse, point, request):
    if not point.thermometer:
        raise ValueError("heat: this board file has no [connector.temperature]")
    point.celsius = _integer(request, "celsius", -30, 120)


def _connector(control, request) -> int:
    count = len(control.chargelet.evses)
    return _integer(request, "connector", 1, count)


def _link(control):
    if control.chargelet.link is None:
        raise ValueError("this station has no central system")
    return control.chargelet.link


def _air(control, request):
    import radio

    radio.change(control.world, request.get("networks"))


def _swipe(control, request):
    tag = _text(request, "tag", 20)
    connector = _connector(control, request) if request.get("connector") is not None else None
    control.chargelet.station.swipe(tag, connector)


def _power_failing(control, request):
    # Needed once in a station's life, if at all.
    from chargelet.station import reset

    reset.begin(control.chargelet.station, "PowerLoss")


def _transfer(control, request):
    vendor = _text(request, "vendorId", 255)
    given = {}
    for name in ("messageId", "data"):
        given[name] = _text(request, name, 500) if request.get(name) is not None else None
    if not control.chargelet.station.vendors.send(vendor, given["messageId"], given["data"]):
        raise ValueError("transfer: others still wait, try again later")


def _set_config(control, request):
    value = request.get("value")
    if isinstance(value, bool):
        value = "true" if value else "false"
    elif isinstance(value, int):
        value = str(value)
    if not isinstance(value, str):
        raise ValueError("value: a string, a whole number or true or false is allowed")
    key = _text(request, "key", 50)
    try:
        control.chargelet.station.config.store(key, value)
    except KeyError:
        raise ValueError("key: %s is not a configuration key" % key) from None
    except ValueError as error:
        raise ValueError("%s: %s" % (key, error)) from None


def _cache(control, request):
    status = request.get("status")
    if status not in _STATUSES.split():
        raise ValueError("status: %s is not one of %s" % (status, _STATUSES))
    control.chargelet.station.authorization.learn(_text(request, "tag", 20), status, None, None)


def _sight(control, request):
    import sight

    return sight.execute(control, request)


def _state(control, request):
    station = control.chargelet.station
    gc.collect()
    status = {}
    connectors = {}
    for connector_id in range(len(station.connectors) + 1):
        seen = station.notifier.current(connector_id)
        status[str(connector_id)] = seen[0] if seen else None
    for connector in station.connectors:
        evse = connector.evse
        running = connector.transaction
        connectors[str(connector.id)] = {
            "pilot": evse.pilot_state,
            "offered_ma": evse.offered_ma,
            "contactor": evse.contactor_closed,
            "locked": evse.locked,
            "energy_wh": evse.meter.energy_wh(),
            "power_w": evse.meter.power_w(),
            "fault": list(evse.fault) if evse.fault else None,
            "transaction": running.id if running else None,
        }
    answer = {
        "online": control.chargelet.endpoint.online,
        "registration": station.registration.status,
        "queue": len(station.outbox),
        "status": status,
        "connectors": connectors,
    }
    if hasattr(gc, "mem_alloc"):
        answer["heap_used"] = gc.mem_alloc()
        answer["heap_free"] = gc.mem_free()
    else:
        answer["heap_used"] = answer["heap_free"] = 0
    return answer


def _error_code(request) -> str:
    code = request.get("code")
    if code not in _CODES.split():
        raise ValueError("code: %s is not one of %s" % (code, _CODES))
    return code


def _integer(request, name: str, least: int, most: int) -> int:
    value = request.get(name)
    if type(value) is not int or not least <= value <= most:
        raise ValueError("%s: a whole number from %d to %d is allowed, not %s" % (name, least, most, value))
    return value


def _text(request, name: str, most: int) -> str:
    value = request.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= most:
        raise ValueError("%s: a text of 1 to %d characters is allowed" % (name, most))
    return value


_AT_A_CONNECTOR = {
    "plug_in": _plug_in,
    "plug_out": _plug_out,
    "suspend_ev": _suspend_ev,
    "resume_ev": _resume_ev,
    "draw": _draw,
    "heat": _heat,
    "fault": lambda evse, point, request: evse.set_fault(_error_code(request)),
    "clear_fault": lambda evse, point, request: evse.set_fault(None),
}
_COMMANDS = {
    "swipe": _swipe,
    "air": _air,
    "offline": lambda control, request: _link(control).network(False),
    "online": lambda control, request: _link(control).network(True),
    "stall": lambda control, request: control.clock.stall(_integer(request, "ms", 0, 60000)),
    "tamper": _sight,
    "heap": _sight,
    "power_failing": _power_failing,
    "transfer": _transfer,
    "set_config": _set_config,
    "cache": _cache,
    "state": _state,
    "world": _sight,
}
