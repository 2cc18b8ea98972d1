"""A station as a process, and the central system it talks to."""

import asyncio
import contextlib
import functools
import json
import os
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

import check_board
import interpreter
import package
import rom
from board_link import BoardLink
from control_port import free_port, listens
from csms import CentralSystem
from sim_station import KEY
from web_board import WebBoard

ROOT = Path(__file__).resolve().parent.parent.parent

# Without a MicroPython the stations run on CPython, which has no heap to speak of.
REAL = interpreter.there()

# Many times what anything takes on a machine with other work: a test that passes never waits so long.
PATIENCE_S = 120
CentralSystem.patience = PATIENCE_S


class StationProcess:
    """tools/station in a process group of its own; cut() is a power cut, start() brings it back."""

    def __init__(self, url, state, *options, identity="CP001"):
        self.port = free_port()
        self.log = Path(state) / "station.log"
        self._state = Path(state)
        self._command = [ROOT / "tools/station", "--csms", url, "--identity", identity, "--state", state]
        self._command += ["--control", str(self.port), *options]
        self._process = None
        self._reader = self._writer = None

    def start(self):
        with open(self.log, "ab") as log:
            self._process = subprocess.Popen(self._command, stderr=log, stdout=log, start_new_session=True)

    def cut(self):
        """The power is gone."""
        if self._process and self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            while listens(self.port):  # the interpreter below it goes a moment later
                time.sleep(0.05)
        if self._writer:
            self._writer.transport.abort()
        self._reader = self._writer = None

    def files(self, folder):
        """The names of what lies in a folder of its flash."""
        return sorted(path.name for path in self._state.rglob(f"{folder}/*"))

    @property
    def alive(self):
        return self._process.poll() is None

    async def connect(self):
        """Reach the control port, which is there within a second or so."""
        for _ in range(PATIENCE_S * 20):
            try:
                self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self.port)
                return
            except OSError:
                if not self.alive:
                    break
                await asyncio.sleep(0.05)
        raise AssertionError(f"no control port; the log says:\n{self.log.read_text()[-2000:]}")

    async def send(self, line):
        """A line as it is; returns the parsed answer."""
        if self._writer is None:
            await self.connect()
        self._writer.write(line if isinstance(line, bytes) else line.encode() + b"\n")
        return json.loads(await asyncio.wait_for(self._reader.readline(), PATIENCE_S))

    async def do(self, cmd, **arguments):
        """A command that must succeed; returns its answer."""
        answer = await self.send(json.dumps({"cmd": cmd, **arguments}))
        assert answer["ok"], (cmd, answer)
        return answer

    async def state(self, connector=None):
        answer = await self.do("state")
        return answer if connector is None else answer["connectors"][str(connector)]

    async def until(self, true):
        """Wait for a state; returns it."""
        for _ in range(12 * PATIENCE_S):
            state = await self.state()
            if true(state):
                return state
            await asyncio.sleep(0.1)
        raise AssertionError(state)

    async def left(self, free, largest):
        """Wait until so much of the heap is free, in all and in one piece: at one look, code that comes and goes may be
        there."""
        for _ in range(50):
            heap = await self.do("heap")
            if heap["heap_free"] >= free and heap["heap_largest"] >= largest:
                return
            await asyncio.sleep(0.1)
        raise AssertionError(heap)


class Scene:
    """A central system and a station that knows it."""

    def __init__(self, csms, station):
        self.csms = csms
        self.station = station

    async def ready(self):
        """Registered, and every status told."""
        await self.csms.until(lambda: self.csms.statuses(1))

    async def status(self, wanted, connector=1):
        """Wait until the newest status told of a connector is the wanted one."""
        await self.csms.until(lambda: self.csms.statuses(connector)[-1:] == [wanted])

    async def charge(self, tag="CARD", connector=1):
        """Plug in, card, and wait for Charging."""
        await self.station.do("plug_in", connector=connector)
        await self.status("Preparing", connector)
        await self.station.do("swipe", tag=tag, connector=connector)
        await self.status("Charging", connector)

    async def calls(self, action, count=1):
        """Wait for so many calls of an action; returns their payloads."""
        await self.csms.until(lambda: len(self.csms.calls(action)) >= count)
        return self.csms.calls(action)


@functools.lru_cache
def built(code):
    """What tools/station would build when it starts, for which no test's patience is meant."""
    files = rom.station_files("simulator")
    if REAL:
        rom.build(files, code) if code in rom.KINDS else interpreter.build(files)


@contextlib.asynccontextmanager
async def stage(*options, start=True, password=None, identity="CP001", interval=300):
    """A scene, taken down whatever happens; what the station sent must have been right all along."""
    built(options[options.index("--code") + 1] if "--code" in options else "")
    with tempfile.TemporaryDirectory() as state:
        async with CentralSystem(interval=interval, password=password) as csms:
            station = StationProcess(csms.url, state, *options, identity=identity)
            scene = Scene(csms, station)
            try:
                if start:
                    station.start()
                    await scene.ready()
                yield scene
                assert csms.violations == []
                assert not start or station.alive
            except BaseException:
                print(station.log.read_text()[-4000:] if station.log.exists() else "no log")
                raise
            finally:
                station.cut()


@pytest.fixture
def play():
    """Run a scene: `play(scenario, *options)`, scenario being an async function of a Scene."""

    def run(scenario, *options, **keywords):
        async def whole():
            async with stage(*options, **keywords) as scene:
                await asyncio.wait_for(scenario(scene), 5 * PATIENCE_S)

        asyncio.run(whole())

    return run


@pytest.fixture(scope="module")
def new_firmware():
    """A package with a newer version of the simulated board's firmware, rightly signed."""
    return package.build("simulator", "9.9.9", package.load_key(KEY))


@pytest.fixture
def board():
    made = WebBoard()
    yield made
    made.close()


@pytest.fixture
def link(board):
    made = BoardLink(board.port, 60)
    yield made
    made.close()


@pytest.fixture(scope="module")
def table():
    made = check_board.read("esp32")
    assert check_board.mistakes(made) == []
    return made
