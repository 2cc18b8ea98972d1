"""A whole station with its tasks, drivers and connection, on a clock that jumps."""

import asyncio

from counting.dialled import Dialled
from counting.wire import Server, Stream

import machine
import uwebsockets
from chargelet import compose
from chargelet.base import loading
from chargelet.base.log import Log
from chargelet.hardware.build import build, read
from fakes.bench import check_sent
from fakes.jumping import JumpingLoop, LoopClock
from fakes.site import board
from fakes.storage import FakeStorage
from world import World

_NOW = 848491200

_PINS = "pwm adc disconnect coil feedback pin close open trip test".split()
# Rounds of asyncio's loop in a second, two for each sleep: the world's and the safety task's 50 while one charges.
# Somebody who sleeps for a millisecond at a time makes 2000.
_ROUNDS_MAX = 300
# Steps of a station, at rest and while it charges; one that has always something due makes 10 and 50.
_STEPS_MAX = 4


def shifted(table, by):
    """A connector's table at other pins."""
    return {
        name: shifted(value, by) if isinstance(value, dict) else value + by if name in _PINS else value
        for name, value in table.items()
    }


class Wire(Stream):
    """A stream of CPython's kind. What is written arrives a moment later."""

    def __init__(self):
        super().__init__()
        self.transport = self
        self.arrived = lambda: None

    def write(self, data):
        asyncio.get_running_loop().call_later(0.005, lambda: self.arrived())
        return super().write(data)

    def abort(self):
        self.close()


class Place(Server):
    """The central system, and servers of files: one refuses, and the others say nothing."""

    async def connect(self, host, port, tls=None):
        if port == 2:
            silent = Wire()
            return silent, silent
        if port != 3 or self.down:
            raise OSError(111)
        self.stream = stream = Wire()
        self.open = False
        self._bytes = bytearray()

        def arrived():
            if self.stream is stream:
                self.turn()

        stream.arrived = arrived
        return stream, stream


class Whole(compose.Chargelet):
    """A station with `connectors` of the site's kind over the simulated world."""

    def __init__(self, monkeypatch, connectors=2, config=None):
        self.loop = JumpingLoop()
        clock = LoopClock(self.loop)
        clock.set(_NOW)
        table = board()
        table["connector"] = [shifted(table["connector"][0], 20 * at) for at in range(connectors)]
        self.world = World(table, clock)
        machine.connect(self.world)
        self.lines = []
        log = Log(clock, self, FakeStorage())
        equipment = build(read(table), clock, log)
        handed = FakeStorage(), FakeStorage(), FakeStorage()
        super().__init__(table, equipment, clock, *handed, log, self._reset, check_sent)
        for key, value in (config or {}).items():
            self.station.config.initial(key, value)
        self.server = Place(clock)
        loading.sweep()  # what others have loaded opens streams of its own
        dialled = Dialled(self.server.connect)
        monkeypatch.setattr(uwebsockets, "seldom", dialled)
        monkeypatch.setattr(loading, "_loaded", dialled)
        step = self.station.step

        def stepped():
            self.loop.stepped()
            return step()

        self.station.step = stepped
        self.connect_to("ws://127.0.0.1:3/ocpp", "WHOLE")
        self.loop.create_task(self.run())
        self.loop.create_task(self._world())
        self.central = self.server.central
        self.loop.until(lambda: len(self.central.all("StatusNotification")) > connectors, 60000, "registered")

    def write(self, line):
        self.lines.append(line)

    def _reset(self):
        raise AssertionError("the board resets")

    async def _world(self):
        while True:
            self.world.step()
            await asyncio.sleep(0.02)

    def ask(self, action, payload, ms=60000):
        """A call of the central system, until it is answered."""
        unique = self.server.call(action, payload)
        self.loop.until(lambda: unique in self.server.answers, ms, "%s %s" % (action, payload))
        return self.server.answers.pop(unique)

    def session(self, at):
        """Somebody charges here for a while, and goes."""
        loop, central, evse = self.loop, self.central, self.evses[at]
        vehicle = self.world.points[at].vehicle
        before = {action: len(central.all(action)) for action in ("StartTransaction", "StopTransaction", "MeterValues")}

        def came(action, count=1):
            return lambda: len(central.all(action)) >= before[action] + count

        vehicle.plug()
        loop.until(lambda: evse.connected, 5000, "plugged in")
        loop.run(1000)
        self.station.swipe("CARD%d" % at, at + 1)
        loop.until(lambda: evse.contactor_closed, 20000, "connector %d charges" % (at + 1))
        loop.until(came("StartTransaction"), 20000, "StartTransaction")
        loop.until(came("MeterValues", 2), 30000, "samples")
        self.quiet("charging")
        self.station.swipe("CARD%d" % at, at + 1)
        loop.until(lambda: not evse.contactor_closed, 20000, "the contactor is open")
        loop.until(came("StopTransaction"), 20000, "StopTransaction")
        vehicle.unplug()
        loop.until(lambda: self.station.notifier.current(at + 1)[0] == "Available", 20000, "available")

    def quiet(self, what):
        """Nobody is busy with nothing."""
        before, sent, steps = self.loop.rounds, len(self.central.sent), self.loop.steps
        self.loop.run(5000)
        assert self.loop.steps - steps <= 5 * _STEPS_MAX, what
        assert self.loop.rounds - before <= 5 * _ROUNDS_MAX, what
        assert len(self.central.sent) - sent <= 12, (what, self.central.sent[sent:])

    def end(self):
        """What is healed charges, at each connector."""
        for at in range(len(self.evses)):
            self.session(at)
        self.loop.run(30000)
        self.quiet("at rest")
        assert len(self.station.outbox) == 0
        assert not self.endpoint.rpc.later and not self.endpoint.busy

    def heal(self):
        """Everything gets well, and nobody keeps a connector for anybody."""
        server, loop, central = self.server, self.loop, self.central
        central.answers.clear()
        server.down = False
        loop.until(lambda: server.open and self.endpoint.online, 400000, "online")
        if not self.station.registration.accepted:
            loop.until(lambda: self.station.registration.accepted, 400000, "accepted")
        for point in self.world.points:
            point.vehicle.unplug()
        # One that the central system has kept waiting is given up, and its pauses pass.
        loop.run(120000)
        for connector in (0, 1, 2):
            self.ask("ChangeAvailability", {"connectorId": connector, "type": "Operative"})
        for number in (1, 2):
            self.ask("CancelReservation", {"reservationId": number})
        self.ask("ClearChargingProfile", {})
        for key, value in (("MeterValueSampleInterval", "10"), ("MinimumStatusDuration", "0")):
            self.ask("ChangeConfiguration", {"key": key, "value": value})
        loop.until(lambda: not len(self.station.outbox), 900000, "all is told")

    def close(self):
        for task in asyncio.all_tasks(self.loop):
            task.cancel()
        self.loop.run_until_complete(asyncio.gather(*asyncio.all_tasks(self.loop), return_exceptions=True))
        self.loop.close()
        loading.sweep()  # nobody else gets a module that opens ours
