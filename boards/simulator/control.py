"""Knows the control port: one JSON object a line in, one out. Knows not what the commands do inside."""

import asyncio
import gc
import json

_LINE_MOST = 1000


class Control:
    """What a person in front of the station, and the world around it, can do; for tests and tools.

    The contract is in boards/simulator/README.md.
    """

    def __init__(self, chargelet, world, clock):
        self._chargelet = chargelet
        self._world = world
        self._clock = clock
        self._commands = {
            "plug_in": self._plug_in,
            "plug_out": self._plug_out,
            "suspend_ev": self._suspend_ev,
            "resume_ev": self._resume_ev,
            "draw": self._draw,
            "swipe": self._swipe,
            "fault": self._fault,
            "clear_fault": self._clear_fault,
            "lock_fail": self._lock_fail,
            "offline": self._offline,
            "online": self._online,
            "stall": self._stall,
            "power_failing": self._power_failing,
            "transfer": self._transfer,
            "set_config": self._set_config,
            "cache": self._cache,
            "state": self._state,
        }

    async def serve(self, port: int):
        """Listen on the loopback interface. Raises OSError when the port is taken."""
        await asyncio.start_server(self._client, "127.0.0.1", port)

    async def _client(self, reader, writer):
        try:
            while True:
                line = await reader.readline()
                if not line:
                    break
                writer.write(json.dumps(self.execute(line)).encode() + b"\n")
                await writer.drain()
        except OSError:
            pass  # the other side has gone away
        finally:
            writer.close()
            await writer.wait_closed()

    def execute(self, line: bytes) -> dict:
        """Carry out one command; whatever is wrong with it becomes an error text."""
        try:
            if len(line) > _LINE_MOST:
                raise ValueError("a line has %d characters at most" % _LINE_MOST)
            try:
                request = json.loads(line)
            except (ValueError, RuntimeError):
                request = None
            if not isinstance(request, dict) or not isinstance(request.get("cmd"), str):
                raise ValueError('a line is a JSON object like {"cmd": "state"}')
            command = self._commands.get(request["cmd"])
            if command is None:
                raise ValueError("cmd: %s is not one of %s" % (request["cmd"], ", ".join(sorted(self._commands))))
            answer = command(request) or {}
        except ValueError as error:
            return {"ok": False, "error": str(error)}
        answer["ok"] = True
        return answer

    def _connector(self, request) -> int:
        count = len(self._chargelet.evses)
        return _integer(request, "connector", 1, count)

    def _plug_in(self, request):
        self._world.plug_in(self._connector(request))

    def _plug_out(self, request):
        self._world.plug_out(self._connector(request))

    def _suspend_ev(self, request):
        self._world.suspend_ev(self._connector(request))

    def _resume_ev(self, request):
        self._world.resume_ev(self._connector(request))

    def _draw(self, request):
        self._world.draw(self._connector(request), _integer(request, "amps", 0, 80))

    def _swipe(self, request):
        tag = _text(request, "tag", 20)
        connector = self._connector(request) if request.get("connector") is not None else None
        self._chargelet.station.swipe(tag, connector)

    def _fault(self, request):
        self._chargelet.evses[self._connector(request) - 1].set_fault(_error_code(request))

    def _clear_fault(self, request):
        self._chargelet.evses[self._connector(request) - 1].set_fault(None)

    def _lock_fail(self, request):
        if not isinstance(request.get("on"), bool):
            raise ValueError("on: true or false is allowed")
        self._world.lock_fail(self._connector(request), request["on"])

    def _offline(self, request):
        self._chargelet.link.network(False)

    def _online(self, request):
        self._chargelet.link.network(True)

    def _stall(self, request):
        self._clock.stall(_integer(request, "ms", 0, 60000))

    def _power_failing(self, request):
        # Needed once in a station's life, if at all.
        from chargelet.station import restart

        restart.begin(self._chargelet.station, "PowerLoss")

    def _transfer(self, request):
        vendor = _text(request, "vendorId", 255)
        given = {}
        for name in ("messageId", "data"):
            given[name] = _text(request, name, 500) if request.get(name) is not None else None
        if not self._chargelet.station.vendors.send(vendor, given["messageId"], given["data"]):
            raise ValueError("transfer: others still wait, try again later")

    def _set_config(self, request):
        value = request.get("value")
        if isinstance(value, bool):
            value = "true" if value else "false"
        elif isinstance(value, int):
            value = str(value)
        if not isinstance(value, str):
            raise ValueError("value: a string, a whole number or true or false is allowed")
        key = _text(request, "key", 50)
        try:
            self._chargelet.station.config.store(key, value)
        except KeyError:
            raise ValueError("key: %s is not a configuration key" % key) from None
        except ValueError as error:
            raise ValueError("%s: %s" % (key, error)) from None

    def _cache(self, request):
        status = request.get("status")
        if status not in _STATUSES.split():
            raise ValueError("status: %s is not one of %s" % (status, _STATUSES))
        self._chargelet.station.authorization.learn(_text(request, "tag", 20), status, None, None)

    def _state(self, request):
        station = self._chargelet.station
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
                "transaction": running.id if running else None,
            }
        answer = {
            "online": self._chargelet.endpoint.online,
            "registration": station.registration.status,
            "queue": len(station.outbox),
            "status": status,
            "connectors": connectors,
        }
        if hasattr(gc, "mem_alloc"):
            answer["heap_used"] = gc.mem_alloc()
            answer["heap_free"] = gc.mem_free()
            answer["heap_largest"] = _largest()
        else:
            answer["heap_used"] = answer["heap_free"] = answer["heap_largest"] = 0
        return answer


def _largest() -> int:
    """The largest block that can be had, to within 256 bytes."""
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


_STATUSES = "Accepted Blocked Expired Invalid ConcurrentTx"
_CODES = (
    "ConnectorLockFailure EVCommunicationError GroundFailure HighTemperature InternalError OtherError "
    "OverCurrentFailure PowerMeterFailure PowerSwitchFailure ReaderFailure ResetFailure UnderVoltage "
    "OverVoltage WeakSignal"
)


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
