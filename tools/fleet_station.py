"""One of many simulated stations: its process, its control port, its drivers, and what it costs."""

import asyncio
import contextlib
import importlib.machinery
import importlib.util
import json
import os
import signal
import subprocess
from argparse import Namespace
from pathlib import Path

from control_port import free_port

_HERE = Path(__file__).resolve().parent
_TICKS = os.sysconf("SC_CLK_TCK")
# How long a driver waits for a charge, and for the end of one.
_PATIENCE_S = 30


def _tool():
    """tools/station, which has no .py."""
    loader = importlib.machinery.SourceFileLoader("station_tool", str(_HERE / "station"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
    loader.exec_module(module)
    return module


_station = _tool()


class FleetStation:
    """One station; `relay_url` is where it finds its central system, `ledger` what it and that have said."""

    def __init__(self, identity: str, folder: Path, relay_url: str, ledger, connectors: int, interpreter, password):
        self.identity = identity
        self.ledger = ledger
        self.connectors = connectors
        self.plugged = self.refused = self.cuts = 0
        self.heap_used = 0
        folder.mkdir()
        self._folder = folder
        self._log = folder / "station.log"
        options = Namespace(interpreter=interpreter, code=None, heap=None, board="simulator", state=folder)
        self._firmware = _station.Firmware(options)
        self._handed = {
            "csms": relay_url, "identity": identity, "password": password, "connectors": connectors,
            "config": {"MeterValueSampleInterval": 5}, "stand_alone": False, "state": str(folder),
            "installs": self._firmware.installs, "provisioned": "", "profile": None, "secure_url": None,
            "dns": [], "hosts": {},
        }  # fmt: skip
        self._process = None
        self._used = 0.0  # CPU seconds of processes that have ended
        self._port = self._reader = self._writer = None
        self._turn = asyncio.Lock()

    def power_on(self):
        """Start it, on a control port of its own."""
        self._port = free_port()
        command, board_json = self._firmware.command()
        told = json.dumps(dict(self._handed, board=board_json, control=self._port))
        environment = dict(os.environ, CHARGELET=told, PYTHONDONTWRITEBYTECODE="1", PYTHONUNBUFFERED="1")
        with open(self._log, "ab") as log:
            self._process = subprocess.Popen(
                command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                preexec_fn=_station.dies_with_us(), start_new_session=True,  # Ctrl-C is for us alone
            )  # fmt: skip

    def power_off(self):
        """A power cut."""
        if self._process is None:
            return
        self._used = self.cpu_s()
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        self._process = None
        self._forget()

    def _forget(self):
        if self._writer:
            self._writer.transport.abort()
        self._reader = self._writer = None

    def look_after(self):
        """Start it again when it has reset. Raises RuntimeError when it has died of something else."""
        if self._process is None or self._process.poll() is None:
            return
        status = self._process.returncode
        if status != _station.RESET_STATUS:
            words = self._log.read_text(errors="replace")[-600:]
            raise RuntimeError(f"{self.identity} has ended with status {status}; its last words:\n{words}")
        self._process = None
        self._forget()
        self.power_on()

    async def do(self, cmd, **arguments) -> dict:
        """A command of the control port. Raises ValueError with what is wrong, OSError when the station is away."""
        async with self._turn:
            if self._writer is None:
                for attempt in range(200):
                    try:
                        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
                        break
                    except OSError:
                        if attempt == 199:
                            raise
                        await asyncio.sleep(0.1)
            try:
                self._writer.write(json.dumps({"cmd": cmd, **arguments}).encode() + b"\n")
                line = await self._reader.readline()
                answer = json.loads(line)
            except (OSError, ValueError):
                self._forget()
                raise ConnectionResetError(f"{self.identity} does not answer") from None
        if not answer.pop("ok"):
            raise ValueError(answer["error"])
        return answer

    async def _told(self, connector, statuses, seconds=_PATIENCE_S) -> bool:
        """Wait until the central system has been told one of these statuses; whether it was."""
        until = asyncio.get_running_loop().time() + seconds
        while self.ledger.status.get(connector) not in statuses:
            left = until - asyncio.get_running_loop().time()
            if left <= 0:
                return False
            self.ledger.news.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.ledger.news.wait(), min(left, 1))
        return True

    async def drive(self, connector: int, chance, tags, pace: float, going):
        """Drivers come and go at a connector for as long as going() says so. `pace`: seconds of a mean session."""
        while going():
            await asyncio.sleep(chance.expovariate(1 / pace))
            if not going():
                return
            tag = chance.choice(tags)
            try:
                await self.do("draw", connector=connector, amps=chance.randrange(6, 33))
                await self.do("plug_in", connector=connector)
                await asyncio.sleep(chance.uniform(0.2, 2))
                await self.do("swipe", tag=tag, connector=connector)
                if await self._told(connector, ("Charging", "SuspendedEV", "SuspendedEVSE")):
                    self.plugged += 1
                    await asyncio.sleep(chance.expovariate(1 / pace))
                    if chance.random() < 0.3:
                        await self.do("suspend_ev", connector=connector)
                        await asyncio.sleep(chance.uniform(0.5, 3))
                    await self.do("swipe", tag=tag, connector=connector)
                    await self._told(connector, ("Finishing", "Available"))
                else:
                    self.refused += 1
                await self.do("plug_out", connector=connector)
                await self.do("resume_ev", connector=connector)
                await self._told(connector, ("Available", "Unavailable", "Faulted"))
            except (OSError, ValueError):
                await asyncio.sleep(1)  # a reset, or a power cut: the cable stays where it is
                with contextlib.suppress(OSError, ValueError):
                    await self.do("plug_out", connector=connector)

    async def trouble(self, chance, pace: float, going):
        """Its network goes and comes, and now and then its power."""
        while going():
            await asyncio.sleep(chance.expovariate(1 / (6 * pace)))
            if not going():
                return
            if chance.random() < 0.3:
                self.cuts += 1
                self.power_off()
                await asyncio.sleep(chance.uniform(0.5, 3))
                self.power_on()
            else:
                with contextlib.suppress(OSError, ValueError):
                    await self.do("offline")
                    await asyncio.sleep(chance.uniform(1, pace))
                    await self.do("online")

    async def settled(self) -> bool:
        """Whether nothing waits for the central system any more; notes what of its heap it uses."""
        with contextlib.suppress(OSError, ValueError):
            await self.do("online")
            state = await self.do("state")
            self.heap_used = state["heap_used"]
            running = [place for place in state["connectors"].values() if place["transaction"] is not None]
            return state["queue"] == 0 and not running
        return False

    def rss_kb(self) -> int:
        """What of the computer's memory its process holds, what is shared with the other stations included."""
        if self._process:
            with contextlib.suppress(OSError):
                for line in Path(f"/proc/{self._process.pid}/status").read_text().splitlines():
                    if line.startswith("VmRSS"):
                        return int(line.split()[1])
        return 0

    def cpu_s(self) -> float:
        """Seconds of a processor that it has used."""
        if self._process:
            with contextlib.suppress(OSError):
                fields = Path(f"/proc/{self._process.pid}/stat").read_text().rsplit(")", 1)[1].split()
                return self._used + (int(fields[11]) + int(fields[12])) / _TICKS
        return self._used
