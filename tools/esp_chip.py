"""What esptool says of the chip on a serial port: its kind, its flash and external RAM, what its flash holds."""

import re
import struct
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from board_link import ports

TABLE_AT = 0x8000
TABLE_SIZE = 0xC00
_ENTRY = struct.Struct("<2sBBII16sI")
_KINDS = {"ESP32": "esp32", "ESP32-S3": "esp32s3", "ESP32-C3": "esp32c3"}
# Packages of the ESP32 with RAM inside, of which esptool names one only.
_WITH_RAM = ("ESP32-PICO-V3-02", "ESP32-D0WDR2-V3")
# What is inside an ESP32-S3 of which size; 4 MB are there in both kinds.
_S3_RAM = {"2MB": "quad", "8MB": "octal", "16MB": "octal"}


class ChipError(Exception):
    """Why nothing is known of a chip, and what to do next."""


class Chip(NamedTuple):
    """`psram` is none, quad, octal, or None where the chip cannot tell; `flash_mb` is None where that is unknown."""

    kind: str  # as board files name it
    name: str
    one_core: bool
    psram: str | None
    flash_mb: int | None
    octal_flash: bool

    def __str__(self):
        ram = {None: "external RAM unknown", "none": "no external RAM"}.get(self.psram, f"{self.psram} external RAM")
        flash = f"{self.flash_mb} MB of flash" if self.flash_mb else "flash of unknown size"
        return f"{self.name}, {flash}, {ram}"


class Partition(NamedTuple):
    """A row of a partition table; `kind` is 0 for a program, 1 for data."""

    label: str
    kind: int
    subtype: int
    offset: int
    size: int


def understood(text: str) -> Chip:
    """What `esptool flash-id` has printed. Raises ChipError."""
    said = dict(re.findall(r"^([A-Z][\w ]+?): +(\S.*?) *$", text, re.MULTILINE))
    name = said.get("Chip type", "")
    features = said.get("Features", "")
    kind = _KINDS.get((re.findall(r"^Connected to (\S+) on ", text, re.MULTILINE) or [""])[0])
    if not kind:
        raise ChipError(f"on that port is {name or 'a chip of no known kind'}: ESP32, ESP32-S3 or ESP32-C3 is needed")
    inside = re.search(r"Embedded PSRAM(?: (\w+))?", features)
    bare = name.split(" (")[0]
    if kind == "esp32":
        # A WROVER's RAM is a chip of its own, of which this one knows nothing.
        psram = "quad" if inside or bare in _WITH_RAM else None
    else:
        psram = _S3_RAM.get(inside[1]) if inside else "none"
    flash = re.fullmatch(r"(\d+)MB", said.get("Detected flash size", ""))
    octal = said.get("Flash type set in eFuse", "").startswith("octal")
    one_core = kind == "esp32" and "Single Core" in features
    return Chip(kind, bare, one_core, psram, int(flash[1]) if flash else None, octal)


def partitions(table: bytes) -> list:
    """The rows of a partition table; none where there is no table."""
    found = []
    for at in range(0, len(table) - _ENTRY.size + 1, _ENTRY.size):
        magic, kind, subtype, offset, size, label, _ = _ENTRY.unpack_from(table, at)
        if magic != b"\xaa\x50":
            break
        found.append(Partition(label.rstrip(b"\0").decode(errors="replace"), kind, subtype, offset, size))
    return found


def ask(port: str) -> Chip:
    """What is on that port. Raises ChipError."""
    return understood(_esptool(port, "flash-id"))


def table_of(port: str) -> list:
    """The partitions of what is in its flash now. Raises ChipError."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table"
        _esptool(port, "read-flash", "--no-progress", hex(TABLE_AT), hex(TABLE_SIZE), str(path))
        return partitions(path.read_bytes())


def _esptool(port: str, *command: str) -> str:
    # Without its stub: less is sent to a board that may be at work.
    start = [sys.executable, "-m", "esptool", "--no-stub", "--port", port, *command]
    done = subprocess.run(start, capture_output=True, text=True)
    if done.returncode:
        said = [line for line in (done.stdout + done.stderr).splitlines() if "rror" in line]
        if said and "Could not open" in said[-1]:
            raise ChipError(f"{port} cannot be opened; {ports()}")
        raise ChipError(
            "nothing answers on that port. Hold the board's BOOT button while it begins, close other terminals, try "
            f"another cable; then the same command again ({said[-1].strip() if said else 'esptool said nothing'})"
        )
    return done.stdout
