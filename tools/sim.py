"""`make sim`: a central system and a station with two connectors, one session played, then a prompt.

This file shows things to a person. The station is the firmware itself, started by tools/station.
"""

import argparse
import asyncio
import contextlib
import os
import shutil
import sys
import time
from pathlib import Path

from rich.console import Console
from rich.markup import escape

import interpreter
import rom
from sim_prompt import prompt
from sim_station import PASSWORD, ROOT, Simulation


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


async def run(options, console) -> int:
    interpreter.keep_to_it()
    state = own_folder(ROOT / ".sim")
    extra = ["--interpreter", options.interpreter] if options.interpreter else []
    # Its page beside everything that security has is more than a plain ESP32 does at once (firmware/SECURITY.md).
    heap = "104k" if interpreter.form() == "frozen" else interpreter.heap()
    if interpreter.there() and options.interpreter != "python":
        extra += ["--heap", heap]
    sim = Simulation(console, state, extra)
    console.rule("[bold]Chargelet")
    where = "in CPython (no MicroPython here)"
    if interpreter.there() and options.interpreter != "python":
        how = "frozen into MicroPython" if interpreter.form() == "frozen" else "in MicroPython, from a ROM image"
        where = f"{how}, with a heap of {heap}B"
        console.print("[dim]The firmware is being built.[/]")
        await asyncio.to_thread(interpreter.build, rom.station_files("simulator"))
    console.print(f"The firmware runs {where}; its world is simulated, its messages are real.")
    console.print("[cyan]→[/] the station says   [magenta]←[/] the central system says\n")
    async with sim.csms:
        try:
            await sim.page.open()
            sim.power_on()
            if not options.once:
                console.print(f"Its page, with the world around it: [bold]{sim.page.url}[/] (password: {PASSWORD})\n")
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
            sim.close()


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
            shutil.rmtree(path, ignore_errors=True)  # another one may be at it too
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
