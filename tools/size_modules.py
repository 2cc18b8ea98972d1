"""What each module of the firmware takes of RAM, for `make size` and for firmware/MEMORY.md.

Which modules stay is asked of a station that has booted; they are then loaded one by one, each after those that it
imports, so that every one is counted with what it brings along itself.
"""

import ast
import json
import subprocess
import tempfile
import tomllib
from pathlib import Path

import interpreter
import rom

_BOOT = """
import gc, json, sys
import machine
from chargelet import start_up
from chargelet.base import loading
from chargelet.base.clock import Clock
from chargelet.base.log import Log
from chargelet.base.storage import Storage
from world import World
import control
state = sys.argv[-1]
clock = Clock()
log = Log(clock, storage=Storage(state + "/log"))
with open(state + "/board.json") as file:
    board = json.load(file)
world = World(board, clock, Storage(state))
machine.connect(world)
board, equipment = start_up.hardware(board, machine, clock, log, state)
csms = {"url": "ws://127.0.0.1:1", "identity": "CP"}
handed = machine, clock, log, state, state, lambda terms, storage: None
station = start_up.station(board, equipment, {"csms": csms}, *handed)
loading.sweep()
print(json.dumps(sorted(sys.modules)))
"""

_MEASURE = """
import gc
from chargelet.base import heap
heap.collect_often()
def used():
    gc.collect()
    return gc.mem_alloc()
before = used()
print(before)
for name in NAMES:
    __import__(name)
    now = used()
    print(now - before)
    before = now
"""


def _run(code: str, *arguments, heap: str = "400k") -> str:
    asked = {"asked.py": code.encode()}
    command = interpreter.beside(rom.station_files("simulator"), asked, "asked", *arguments, heap_size=heap)
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return done.stdout


def _sources() -> dict:
    """{module: path} of all that is in an image for the simulated board."""
    files = rom.station_files("simulator")
    return {
        name[:-3].replace("/", ".").removesuffix(".__init__"): path
        for name, path in files.items()
        if name.endswith(".py") and name != "main.py" and isinstance(path, Path)
    }


def _imports(name: str, path) -> list:
    """The modules that a file imports when it is loaded, as far as they are ours."""
    package = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
    found = []
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            whole = ".".join([*base, *([node.module] if node.module else [])])
            found += [whole, *[f"{whole}.{alias.name}" for alias in node.names]]
    return found


def _ordered(names, sources) -> list:
    """These modules, each after those that it imports."""
    order = []

    def visit(name):
        if name in order or name not in sources:
            return
        for other in _imports(name, sources[name]):
            if other != name and other in names:
                visit(other)
        if name not in order:
            order.append(name)

    for name in sorted(names):
        visit(name)
    return order


def resident() -> list:
    """The modules of a booted station that stay in RAM, in the order in which they can be loaded."""
    with tempfile.TemporaryDirectory() as state:
        with open(rom.ROOT / "boards/simulator/board.toml", "rb") as file:
            board = tomllib.load(file)
        board.pop("update", None)
        with open(state + "/board.json", "w") as file:
            json.dump(board, file)
        said = _run(_BOOT, state)
    sources = _sources()
    return _ordered([name for name in json.loads(said.strip().splitlines()[-1]) if name in sources], sources)


def measured() -> tuple:
    """({module: bytes} of those that stay, with "interpreter" and "asyncio"; the same of those that come and go)."""
    stay = resident()
    sources = _sources()
    others = [name for name in _ordered(set(sources) - set(stay), sources) if _loads_here(name)]
    found = []
    # Never are all of those that come and go there at once.
    half = len(others) // 2
    for more in (others[:half], others[half:]):
        names = ["asyncio", *stay, *more]
        numbers = [int(line) for line in _run(_MEASURE.replace("NAMES", repr(names))).split()]
        found.append(dict(zip(["interpreter", *names], numbers, strict=True)))
    kept = {name: found[0][name] for name in ("interpreter", "asyncio", *stay)}
    return kept, {name: ram for part in found for name, ram in part.items() if name not in kept}


def layer(name: str) -> str:
    """The part of the firmware that a module belongs to."""
    parts = name.split(".")
    if parts[0] == "chargelet":
        return f"chargelet/{parts[1]}" if len(parts) > 2 else "chargelet"
    return parts[0] if parts[0] in ("uwebsockets", "interpreter", "asyncio") else "simulated board"


def by_layer(rows: dict) -> dict:
    """{part: bytes}."""
    sums = {}
    for name, ram in rows.items():
        sums[layer(name)] = sums.get(layer(name), 0) + ram
    return sums


def _loads_here(name: str) -> bool:
    """Whether MicroPython on a laptop can load it: some drivers need a chip's own modules."""
    contract = name.startswith("chargelet.hardware.contracts") or name.endswith(".contract")  # never loaded
    return name != "chargelet.device" and not contract
