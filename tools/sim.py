"""`make sim`: a central system and a station with two connectors, one session played, then a prompt.

Knows how to show things to a person. The station is the firmware itself, started by tools/station.
"""

import argparse
import asyncio
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from control_port import free_port
from csms import CallFailed, CentralSystem
from sim_trace import Trace

ROOT = Path(__file__).resolve().parent.parent

HELP = """\
[bold]At the station[/]      plug [1]   unplug [1]   swipe TAG [1]   draw 1 AMPS   pause [1]   resume [1]
                    fault 1 CODE   clear 1   jam [1] / unjam [1] (the cable lock)
[bold]What breaks[/]         weld [1] (the contactor)   diode [1] (it is missing)   short [1]
                    sleep [1], and each of these with an un- before it; faults that stay end with cut, back
[bold]The world[/]           offline   online   cut (the power goes)   back (it returns)   stall MS
[bold]Central system[/]      start TAG [1]   stop TRANSACTION   get [KEY]   set KEY VALUE   unlock [1]
                    available [1] / unavailable [1]   reset \\[hard]
[bold]Here[/]                state   log (the station's own words)   help   quit"""


# word of the prompt → command of the control port
SWITCHES = {
    "jam": "lock_fail",
    "weld": "weld",
    "diode": "no_diode",
    "short": "short",
    "sleep": "asleep",
}


class Simulation:
    """The central system, the station process, and the ways to play with both."""

    def __init__(self, console, state: Path, extra):
        self.console = console
        self.csms = CentralSystem(watch=Trace(console))
        self._state = state
        self._log = state / "station.log"
        self._extra = extra
        self._process = None
        self._reader = self._writer = None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def power_on(self):
        """Start the station (again)."""
        if self.running:
            raise ValueError("the station is running")
        self._port = free_port()
        command = [ROOT / "tools/station", "--csms", self.csms.url, "--identity", "CP001", "--state", self._state]
        command += ["--control", str(self._port), "--connectors", "2"]
        command += ["--config", json.dumps({"MeterValueSampleInterval": 2}), *self._extra]
        with open(self._log, "ab") as log:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )

    def power_off(self):
        """A power cut: the whole process group is killed on the spot."""
        if self.running:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        if self._writer:
            self._writer.transport.abort()
        self._reader = self._writer = None

    async def do(self, cmd, **arguments):
        """A command of the control port; raises ValueError with what is wrong."""
        if not self.running:
            raise ValueError("the station has no power: type back")
        if self._writer is None:
            for _ in range(100):
                try:
                    self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
                    break
                except OSError:
                    await asyncio.sleep(0.05)
            else:
                raise ValueError(f"the station does not listen; see {self._log}")
        self._writer.write(json.dumps({"cmd": cmd, **arguments}).encode() + b"\n")
        answer = json.loads(await self._reader.readline())
        if not answer.pop("ok"):
            raise ValueError(answer["error"])
        return answer

    async def status(self, wanted, connector=1, timeout=20):
        """Wait until the central system has been told a status."""
        await self.csms.until(lambda: self.csms.statuses(connector)[-1:] == [wanted], timeout)

    def last_words(self) -> str:
        return self._log.read_text()[-1500:] if self._log.exists() else ""


async def play(sim):
    """One session by itself; returns what is missing from it, which is nothing when all is well."""
    say = sim.console.print
    csms = sim.csms
    say("[bold]The station boots and registers.[/]")
    await csms.until(lambda: csms.statuses(2), 20)
    say("\n[bold]A driver plugs in at connector 1 and shows a card.[/]")
    await sim.do("plug_in", connector=1)
    await sim.status("Preparing")
    await sim.do("swipe", tag="04A2B3C4D5E680")
    await sim.status("Charging")
    say("\n[bold]The contactor is closed; three phases, 16 A. Some seconds of that.[/]")
    transaction = next(iter(csms.transactions.values()))
    await csms.until(lambda: len(transaction.values) >= 3, 30)
    say("\n[bold]The driver shows the card again and unplugs.[/]")
    await sim.do("swipe", tag="04A2B3C4D5E680")
    await sim.status("Finishing")
    await csms.until(lambda: transaction.stop, 20)
    await sim.do("plug_out", connector=1)
    await sim.status("Available")
    missing = [f"broken rule: {text}" for text in csms.violations]
    energy = transaction.stop["meterStop"] - transaction.start["meterStart"]
    if energy <= 0:
        missing.append("no energy was metered")
    if not missing:
        say(
            f"\n[bold green]Billed:[/] {energy} Wh to card {transaction.start['idTag']}, "
            f"{len(transaction.values)} samples, every message checked against the OCPP 1.6 schemas."
        )
    return missing


def number(words, at, default=1):
    """A whole number among the words, or the default."""
    if len(words) <= at:
        return default
    if not words[at].lstrip("-").isdigit():
        raise ValueError(f"{words[at]} is not a number")
    return int(words[at])


def word(words, at, what):
    if len(words) <= at:
        raise ValueError(f"{what} is missing; type help")
    return words[at]


async def obey(sim, line):
    """Carry out one line of the prompt. Raises ValueError with what is wrong, EOFError for the end."""
    words = line.split()
    command = words[0]
    at_connector = {
        "plug": "plug_in",
        "unplug": "plug_out",
        "pause": "suspend_ev",
        "resume": "resume_ev",
    }
    csms = sim.csms
    if command in ("quit", "exit", "q"):
        raise EOFError
    if command in at_connector:
        await sim.do(at_connector[command], connector=number(words, 1))
    elif command == "swipe":
        where = {"connector": number(words, 2)} if len(words) > 2 else {}
        await sim.do("swipe", tag=word(words, 1, "the card's number"), **where)
    elif command == "draw":
        await sim.do("draw", connector=number(words, 1), amps=number(words, 2, None))
    elif command == "fault":
        await sim.do("fault", connector=number(words, 1), code=word(words, 2, "a ChargePointErrorCode"))
    elif command == "clear":
        await sim.do("clear_fault", connector=number(words, 1), code="OtherError")
    elif command.removeprefix("un") in SWITCHES:
        switch = SWITCHES[command.removeprefix("un")]
        await sim.do(switch, connector=number(words, 1), on=not command.startswith("un"))
    elif command in ("offline", "online"):
        await sim.do(command)
    elif command == "stall":
        await sim.do("stall", ms=number(words, 1, None))
    elif command == "cut":
        sim.power_off()
        sim.console.print("[red]The power is gone. What the station knows is what lies on its flash.[/]")
    elif command == "back":
        sim.power_on()
    elif command == "start":
        await csms.call("RemoteStartTransaction", {"idTag": word(words, 1, "a tag"), "connectorId": number(words, 2)})
    elif command == "stop":
        await csms.call("RemoteStopTransaction", {"transactionId": number(words, 1, 0)})
    elif command == "get":
        answer = await csms.call("GetConfiguration", {"key": words[1:]})
        for row in answer.get("configurationKey", []):
            sim.console.print(f"  {row['key']} = {escape(row.get('value', ''))}{' (read-only)' * row['readonly']}")
    elif command == "set":
        value = " ".join(words[2:])
        await csms.call("ChangeConfiguration", {"key": word(words, 1, "a key"), "value": value})
    elif command == "unlock":
        await csms.call("UnlockConnector", {"connectorId": number(words, 1)})
    elif command in ("available", "unavailable"):
        kind = "Operative" if command == "available" else "Inoperative"
        await csms.call("ChangeAvailability", {"connectorId": number(words, 1), "type": kind})
    elif command == "reset":
        await csms.call("Reset", {"type": "Hard" if words[1:] == ["hard"] else "Soft"})
    elif command == "state":
        sim.console.print_json(json.dumps(await sim.do("state")))
    elif command == "log":
        sim.console.print(escape(sim.last_words()))
    elif command == "help":
        sim.console.print(HELP, highlight=False)
    else:
        raise ValueError(f"{command} is not known here; type help")


async def prompt(sim):
    """Take lines until the end."""
    sim.console.print("\n[bold]Now it is yours.[/] Type [bold]help[/] for what can be done, [bold]quit[/] to end.\n")
    loop = asyncio.get_running_loop()
    lines = asyncio.Queue()
    loop.add_reader(sys.stdin, lambda: lines.put_nowait(sys.stdin.readline()))
    try:
        while True:
            line = await lines.get()
            if not line:
                return
            if line.strip():
                try:
                    await obey(sim, line.strip())
                except EOFError:
                    return
                except (ValueError, CallFailed, TimeoutError) as error:
                    sim.console.print(f"[yellow]{escape(str(error))}[/]")
    finally:
        loop.remove_reader(sys.stdin)


async def run(options, console) -> int:
    state = own_folder(ROOT / ".sim")
    extra = ["--interpreter", options.interpreter] if options.interpreter else []
    sim = Simulation(console, state, extra)
    real = (ROOT / ".mpy/micropython").exists() and options.interpreter != "python"
    where = "MicroPython with a heap of 100 kB, as on a plain ESP32" if real else "CPython (no MicroPython here)"
    console.rule("[bold]Chargelet")
    console.print(f"The firmware runs in {where}; its world is simulated, its messages are real.")
    console.print("[cyan]→[/] the station says   [magenta]←[/] the central system says\n")
    async with sim.csms:
        try:
            sim.power_on()
            try:
                missing = await play(sim)
            except (TimeoutError, ValueError) as error:
                missing = [str(error)]
            if missing:
                for text in missing:
                    console.print(f"[bold red]Missing:[/] {escape(text)}")
                console.print("[dim]The station's last words:[/]\n" + escape(sim.last_words()))
            if not options.once:
                await prompt(sim)
            return 1 if missing else 0
        finally:
            sim.power_off()


def alive(number: int) -> bool:
    """Whether there is a process of that number."""
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def own_folder(folder: Path) -> Path:
    """An empty folder for this simulation: several may run at once, and those that have ended are tidied away."""
    folder.mkdir(exist_ok=True)
    for path in folder.iterdir():
        if not path.name.isdigit() or not alive(int(path.name)):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    state = folder / str(os.getpid())
    shutil.rmtree(state, ignore_errors=True)
    state.mkdir()
    return state


def main():
    parser = argparse.ArgumentParser(prog="make sim", description="Watch a station charge, then play with it.")
    parser.add_argument("--once", action="store_true", help="end after the session; status 0 if it was whole")
    parser.add_argument("--interpreter", choices=("micropython", "python"))
    options = parser.parse_args()
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 140)
    started = time.monotonic()
    status = 1
    with contextlib.suppress(KeyboardInterrupt):
        status = asyncio.run(run(options, console))
    console.print(f"[dim]{time.monotonic() - started:.0f} s[/]")
    sys.exit(status)


if __name__ == "__main__":
    main()
