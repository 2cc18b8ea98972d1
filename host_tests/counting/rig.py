"""A whole station as on a board, drivers and connection included, over parts and a wire that cost nothing."""

import gc
import json
import sys


class _Collector:
    """In the place of the module gc: collections that are asked for are counted, and made only where `real` says so."""

    def __init__(self):
        self.asked = 0
        self.real = False
        for name in dir(gc):
            if name[0] != "_" and name not in ("collect", "threshold"):
                setattr(self, name, getattr(gc, name))

    def threshold(self, *given):
        # What the firmware chooses is kept, and does not hold for what is measured.
        if given:
            self.chosen = given[0]
        return self.chosen

    def collect(self):
        self.asked += 1
        if self.real:
            gc.collect()


collector = _Collector()
real_gc = gc  # for those who measure: who imports gc from now on gets the other
sys.modules["gc"] = collector

from speed_board import BOARD  # noqa: E402 - which tools/speed.py makes

import machine  # noqa: E402

from . import parts  # noqa: E402

parts.install()

import uwebsockets  # noqa: E402

from .dialled import Dialled  # noqa: E402

_servers = []


async def _open_stream(*given):
    return await _servers[0].connect(*given)


uwebsockets.seldom = Dialled(_open_stream)  # before those who take it from there

from chargelet import compose, device  # noqa: E402, F401 - which chooses the threshold
from chargelet.base.log import Log  # noqa: E402
from chargelet.hardware.build import build, read  # noqa: E402
from chargelet.transport.csms import CsmsLink  # noqa: E402
from fakes.storage import FakeStorage  # noqa: E402
from world import World  # noqa: E402

from .loop import JumpingLoop, LoopClock  # noqa: E402
from .wire import Server  # noqa: E402

_PIN_NAMES = "pwm adc disconnect coil feedback pin close open trip test".split()
# The link's own tasks; the functions may have shorter names in an image.
_LINK = {CsmsLink._connection.__name__: "link", CsmsLink._speak.__name__: "sender"}
_NOW = 848491200
# 11 kW at 1000 pulses a kWh.
_PULSES = 3


def _shifted(table, by):
    moved = {}
    for name, value in table.items():
        if isinstance(value, dict):
            moved[name] = _shifted(value, by)
        else:
            moved[name] = value + by if name in _PIN_NAMES else value
    return moved


class _Console:
    """Shows what must not be; a board's serial line takes time as well, which is in no figure."""

    def write(self, line):
        if " ERROR " in line:
            sys.stderr.write(line)


class Rig(compose.Chargelet):
    """`names[task]` says what a task is for."""

    def __init__(self, connectors=2, config=None, storage=None, records=None):
        parts.forget()
        board = json.loads(BOARD)
        board["connector"] = [_shifted(board["connector"][0], 20 * at) for at in range(connectors)]
        self.loop = JumpingLoop()
        clock = LoopClock(self.loop)
        clock.set(_NOW)
        self.world = World(board, clock)
        machine.connect(self.world)
        log = Log(clock, _Console(), FakeStorage())
        equipment = build(read(board), clock, log)
        board.pop("update", None)
        self.records = records or FakeStorage()
        handed = storage or FakeStorage(), self.records, FakeStorage()
        compose.Chargelet.__init__(self, board, equipment, clock, *handed, log, self._reset)
        for key, value in (config or {}).items():
            self.station.config.initial(key, value)
        self.equipment = equipment
        self.names = {}
        self.resets = 0
        self.server = Server(clock)
        _servers[:] = [self.server]
        self.connect_to("ws://127.0.0.1:1/ocpp", "SPEED")
        self.loop.between = self.server.turn
        from asyncio import core

        self._core = core
        core.create_task(self.run())
        self._turning = False
        self.release()

    def _reset(self):
        self.resets += 1

    async def _keep(self, name, make):
        self.names[id(self._core.cur_task)] = name
        await compose.Chargelet._keep(self, name, make)

    def name_of(self, task):
        """What a task is for; of those that others have made, the name of the function."""
        name = self.names.get(id(task))
        if name is None:
            function = str(task.coro).split("'")[1]
            name = _LINK.get(function, function)
        return name

    async def _turn(self):
        """The world goes on, until it is held."""
        while self._turning:
            self.world.step()
            await self.clock.sleep(10)

    def hold(self):
        """Nothing in the world moves from now on, and asking it costs nothing."""
        self._turning = False
        self.loop.run(20)
        flows = any([evse.contactor_closed for evse in self.evses])
        parts.hold(_PULSES if flows else 0, self.clock.ticks)

    def release(self):
        """The world goes on."""
        parts.release()
        if not self._turning:
            self._turning = True
            self._core.create_task(self._turn())

    # What happens

    def registered(self):
        server, central = self.server, self.server.central
        count = len(self.evses)
        self.loop.until(lambda: len(central.all("StatusNotification")) > count, 60000, "registered")
        assert server.open
        return self

    def plug(self):
        for point in self.world.points:
            point.vehicle.plug()
        self.loop.until(lambda: all([evse.connected for evse in self.evses]), 5000, "plugged in")
        self.loop.run(1000)
        return self

    def charge(self):
        self.plug()
        for at, evse in enumerate(self.evses):
            self.station.swipe("CARD%d" % at, at + 1)
            self.loop.until(lambda evse=evse: evse.contactor_closed, 20000, "charging")
        self.loop.run(9000)
        return self

    def ask(self, action, payload):
        """A call of the central system; the message that answers it."""
        unique = self.server.call(action, payload)
        self.loop.until(lambda: unique in self.server.answers, 60000, action)
        return self.server.answers.pop(unique)
