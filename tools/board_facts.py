"""What a board on a serial port is and has, and why a board file, or the firmware at all, cannot run on it."""

import ast
import sys
from typing import NamedTuple

import rom
from board_link import BoardError, BoardLink

sys.path.insert(0, str(rom.FIRMWARE))
from chargelet.hardware import board_keys

# From files the firmware takes a heap of 190 kB beside Wi-Fi and TLS: no chip has that without external RAM. Without it
# there are some 300 kB of RAM, with it 2 MB and more.
_MIN_RAM = 1 << 20

# Which chip it is, by the last word of what MicroPython calls the machine.
_CHIPS = (("ESP32S3", "esp32s3"), ("ESP32C3", "esp32c3"), ("ESP32-", "esp32"))

# Asking for a pin by its number alone changes nothing. What the program that was stopped has loaded from files must not
# be taken for frozen.
_HAS = """
import sys
def has(m, n):
    try:
        return hasattr(__import__(m), n)
    except ImportError:
        return False
from machine import Pin
l = []
for p in %r:
    try:
        Pin(p)
    except ValueError:
        l.append(p)
q = sys.path[:]
sys.path[:] = ['.frozen']
for n in list(sys.modules):
    if n.split('.')[0] == 'chargelet':
        del sys.modules[n]
try:
    from chargelet.version import VERSION as v
except ImportError:
    v = None
sys.path[:] = q
try:
    import esp32
    r = sum([one[0] for one in esp32.idf_heap_info(esp32.HEAP_DATA)])
except ImportError:
    r = 0
print(repr((r, v, tuple(l), has('machine', 'Counter'), has('network', 'LAN'))))
"""


class Facts(NamedTuple):
    """`ram` is all that programs can have, in bytes; `frozen` the version of the firmware in the image, or None;
    `lacks` are the board file's pins that are not there."""

    chip: str | None
    machine: str
    ram: int
    frozen: str | None
    lacks: tuple
    counter: bool
    lan: bool


def ask(link: BoardLink, table: dict) -> Facts:
    """What the board is and has, for this board file. Raises BoardError."""
    machine = link.machine()
    word = machine.split(" with ")[-1] + "-"
    chip = next((name for begin, name in _CHIPS if word.startswith(begin)), None)
    pins = sorted({pin for _, _, pin in board_keys.leaves(table, "", "")})
    return Facts(chip, machine, *ast.literal_eval(link.run(_HAS % (pins,))))


def refuse(facts: Facts, table: dict):
    """Raises BoardError where that cannot run: what to do instead."""
    if facts.chip != table["chip"]:
        raise BoardError(f"the board file says {table['chip']}, and on that port is {facts.machine}: which is right?")
    for path, _, pin in board_keys.leaves(table, "", ""):
        if pin in facts.lacks:
            raise BoardError(
                f"{path}: {facts.machine} has no pin {pin}, external RAM takes it: another pin, or an image without "
                "external RAM (boards/image/README.md)"
            )
    meters = [one["meter"] for one in table["connector"] if "meter" in one] + [table.get("main_meter", {})]
    if any(meter.get("counter") for meter in meters) and not facts.counter:
        raise BoardError(f"{facts.machine} has no pulse counter: counter = false, or another image (`make flash`)")
    if table.get("network", {}).get("kind") == "ethernet" and not facts.lan:
        raise BoardError(f"{facts.machine} knows no Ethernet: another image is needed (`make flash`)")
    if not facts.frozen and facts.ram < _MIN_RAM:
        raise BoardError(
            f"{facts.machine} has {facts.ram >> 10} kB of RAM, too little for the firmware in files. Where the "
            "board has external RAM, `make flash` takes the image that uses it; where it has none, the image must have "
            "the firmware frozen in (boards/image/README.md)"
        )
