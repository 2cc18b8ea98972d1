"""`make sim STATIONS=50`: so many stations against one central system, drivers that come and go, a table, sums."""

import argparse
import asyncio
import os
import random
import sys
import time
from pathlib import Path

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

import interpreter
from csms_many import CentralSystems
from fleet_relay import Relay
from fleet_station import FleetStation
from sim import own_folder

_MAX = 500
_LETTERS = {
    "Available": ("·", "dim"),
    "Preparing": ("P", "cyan"),
    "Charging": ("C", "bold green"),
    "SuspendedEV": ("s", "yellow"),
    "SuspendedEVSE": ("S", "yellow"),
    "Finishing": ("F", "cyan"),
    "Reserved": ("R", "magenta"),
    "Unavailable": ("U", "magenta"),
    "Faulted": ("!", "bold red"),
}
# What waits for the central system in the end is given so long.
_SETTLE_S = 60


class Fleet:
    """The stations, and what has become of them."""

    def __init__(self, stations, central, started: float):
        self.stations = stations
        self.central = central  # ours, or None
        self.began = started
        self.ended = None

    @property
    def seconds(self) -> float:
        return max(0.001, (self.ended or time.monotonic()) - self.began)

    def total(self, what) -> int:
        return sum(what(station) for station in self.stations)

    def lines(self) -> dict:
        """The sums, in words."""
        sessions = self.total(lambda s: len(s.ledger.stops))
        messages = self.total(lambda s: s.ledger.messages)
        answers = self.total(lambda s: s.ledger.answers) or 1
        took = sum(s.ledger.answered_in for s in self.stations) * 1000 / answers
        wh = self.total(lambda s: sum(s.ledger.stops.values()))
        count = len(self.stations)
        rss = self.total(FleetStation.rss_kb) // count
        cpu = sum(s.cpu_s() for s in self.stations) * 100 / self.seconds / count
        said = {
            "connected": f"{self.total(lambda s: s.ledger.online)} of {count}",
            "sessions": f"{sessions} ended, {self.total(lambda s: s.ledger.open)} under way, {wh / 1000:.1f} kWh",
            "messages": f"{messages}, {messages / self.seconds:.1f} a second; answered in {took:.0f} ms on average",
            "a station costs": f"{rss / 1024:.1f} MB of memory and {cpu:.1f} % of a processor",
        }
        troubles = self.total(lambda s: s.cuts), self.total(lambda s: s.refused), self.total(lambda s: s.ledger.errors)
        if any(troubles):
            said["trouble"] = "%d power cuts, %d cards that could not charge, %d CALLERRORs" % troubles
        return said

    def table(self, height: int):
        """What is shown while it runs: the sums, and as many stations as there is room for."""
        table = Table(box=None, pad_edge=False, header_style="dim")
        for name in ("station", "connectors", "sessions", "Wh", "messages", "MB", "CPU s"):
            table.add_column(name, justify="left" if name in ("station", "connectors") else "right")
        room = max(3, height - 8)
        for station in self.stations[:room]:
            ledger = station.ledger
            letters = Text()
            for connector in range(1, station.connectors + 1):
                letters.append(*_LETTERS.get(ledger.status.get(connector), ("?", "dim")))
            if not ledger.online:
                letters.append(f" offline {ledger.refused}", "red")
            figures = len(ledger.stops), sum(ledger.stops.values()), ledger.messages
            memory = f"{station.rss_kb() / 1024:.1f}", f"{station.cpu_s():.1f}"
            table.add_row(station.identity, letters, *map(str, figures), *memory)
        sums = "\n".join(f"{name}: {text}" for name, text in self.lines().items())
        more = len(self.stations) - room
        return Group(table, Text(f"… and {more} more" if more > 0 else "", "dim"), Text(sums))


async def settle(fleet) -> list:
    """Let everything arrive; the names of those stations that still hold something back after a minute."""
    until = time.monotonic() + _SETTLE_S
    waiting = list(fleet.stations)
    while waiting and time.monotonic() < until:
        for station in waiting:
            station.look_after()
        done = await asyncio.gather(*[station.settled() for station in waiting])
        waiting = [
            station for station, at_rest in zip(waiting, done, strict=True) if not at_rest or station.ledger.open
        ]
        if waiting:
            await asyncio.sleep(1)
    return [station.identity for station in waiting]


async def watch(fleet, console, seconds: int):
    """Show the table until the time is up or somebody presses Ctrl-C."""
    until = time.monotonic() + seconds if seconds else None
    with Live(console=console, auto_refresh=False, transient=True) as live:
        while until is None or time.monotonic() < until:
            for station in fleet.stations:
                station.look_after()
            if console.is_terminal:
                live.update(fleet.table(console.size.height), refresh=True)
            await asyncio.sleep(0.5)


async def play(options, console, url: str, central) -> int:
    folder = own_folder(Path(__file__).resolve().parent.parent / ".sim")
    going = [True]
    async with Relay(url) as relay:
        stations = [
            FleetStation(
                name, folder / name, relay.url, relay.ledger(name), options.connectors, options.interpreter,
                options.password,
            )
            for name in [f"{options.prefix}{number + 1:03d}" for number in range(options.stations)]
        ]  # fmt: skip
        fleet = Fleet(stations, central, time.monotonic())
        chance = random.Random(options.seed)
        drivers = []
        try:
            for station in stations:
                station.power_on()
                for connector in range(1, options.connectors + 1):
                    own = random.Random(chance.random())
                    drivers.append(station.drive(connector, own, options.tags, options.pace, lambda: going[0]))
                if options.trouble:
                    own = random.Random(chance.random())
                    drivers.append(station.trouble(own, options.pace, lambda: going[0]))
            tasks = [asyncio.create_task(driver) for driver in drivers]
            try:
                await watch(fleet, console, options.seconds)
            except asyncio.CancelledError:
                asyncio.current_task().uncancel()
            going[0] = False
            console.print("[dim]The last drivers leave, and what waits is delivered.[/]")
            await asyncio.gather(*tasks)
            fleet.ended = time.monotonic()
            waiting = await settle(fleet)
            return report(fleet, console, waiting)
        finally:
            for station in stations:
                station.power_off()


def report(fleet, console, waiting) -> int:
    """Say the sums; the exit status: 0 when nothing was lost."""
    begun = fleet.total(lambda s: len(s.ledger.starts))
    lost = fleet.total(lambda s: s.ledger.open) + max(0, fleet.total(lambda s: s.plugged) - begun)
    console.print(f"\n{len(fleet.stations)} stations, {fleet.seconds:.0f} s")
    for name, text in fleet.lines().items():
        console.print(f"  {name}: {text}")
    heaps = [station.heap_used for station in fleet.stations if station.heap_used]
    if heaps:
        console.print(f"  of its heap a station uses {sum(heaps) // len(heaps)} bytes at rest, {max(heaps)} at most")
    wrong = []
    if fleet.central:
        wrong = [text for central in fleet.central.all() for text in central.violations]
        console.print(f"  broken rules of OCPP: {len(wrong)}")
        for text in wrong[:5]:
            console.print("   ", text, markup=False)
    if waiting:
        console.print(f"  these hold something back: {', '.join(waiting[:10])}")
    colour = "green" if not lost else "bold red"
    console.print(f"  [{colour}]lost: {lost}[/]")
    return 1 if lost or wrong or waiting else 0


async def run(options, console) -> int:
    interpreter.keep_to_it()
    where = f"in MicroPython, a heap of {interpreter.heap()} each"
    if options.interpreter == "python" or not interpreter.there():
        where = "in CPython"
    console.print(f"{options.stations} stations with {options.connectors} connectors each, {where}.")
    if options.csms:
        return await play(options, console, options.csms, None)
    async with CentralSystems() as central:
        return await play(options, console, central.url, central)


def _number(least: int, most: int):
    def judge(text: str) -> int:
        if not text.isdigit() or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"{text!r} is not a number from {least} to {most}")
        return int(text)

    return judge


def _url(text: str) -> str:
    if not text.startswith(("ws://", "wss://")):
        raise argparse.ArgumentTypeError(f"{text!r} is not an address that begins with ws:// or wss://")
    return text


def _tags(text: str) -> list:
    tags = [tag for tag in text.split(",") if tag]
    if not tags or max(map(len, tags)) > 20:
        raise argparse.ArgumentTypeError("idTags of 1 to 20 characters with commas between them are allowed")
    return tags


def main():
    parser = argparse.ArgumentParser(prog="make sim STATIONS=…", description="Many stations, one central system.")
    parser.add_argument("stations", type=_number(1, _MAX))
    parser.add_argument("--csms", type=_url, help="its address; the identities are appended (default: one of our own)")
    parser.add_argument("--connectors", type=_number(1, 9), default=2)
    parser.add_argument("--seconds", type=_number(0, 10**6), default=0, help="0: until Ctrl-C")
    parser.add_argument("--pace", type=_number(1, 86400), default=20, help="a mean session, and a mean pause (s)")
    parser.add_argument("--trouble", action="store_true", help="networks that go and come, and power cuts")
    parser.add_argument("--prefix", default="SIM", help="identities are PREFIX001, PREFIX002 …")
    parser.add_argument("--tags", type=_tags, default=[f"04A2B3C4D5E6{at:02X}" for at in range(32)], help="A,B,C")
    parser.add_argument("--password", default=os.environ.pop("CHARGELET_PASSWORD", None), help="for all of them")
    parser.add_argument("--seed", type=int, default=None, help="the same drivers again")
    parser.add_argument("--interpreter", choices=("micropython", "python"))
    options = parser.parse_args()
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 140)
    try:
        status = asyncio.run(run(options, console))
    except KeyboardInterrupt:
        status = 1
    except RuntimeError as error:
        console.print(str(error), markup=False)
        status = 1
    sys.exit(status)


if __name__ == "__main__":
    main()
