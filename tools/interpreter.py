"""Finds a MicroPython, and starts code in it.

The reference is the firmware frozen in, as boards ship it. Where that cannot be built, Debian's MicroPython runs a ROM
image, which takes more RAM: names and tables that are frozen lie in flash. The rest is for comparing.
"""

import os
import subprocess
from pathlib import Path

import freeze
import rom

ROOT = Path(__file__).resolve().parent.parent
MICROPYTHON = ROOT / ".mpy" / "micropython"


def there() -> bool:
    """Whether there is one."""
    return bool(form())


def form() -> str:
    """What is tested in: "frozen", "rom" (also where CHARGELET_FORM=rom asks for it), or "" without a MicroPython
    (or where CHARGELET_FORM=none asks for it)."""
    asked = os.getenv("CHARGELET_FORM")
    if asked == "none" or MICROPYTHON.exists() and asked == "rom":
        return asked if asked == "rom" else ""
    return "frozen" if freeze.there() else "rom" if MICROPYTHON.exists() else ""


def keep_to_it():
    """Stay with the form that is there now, also in the processes that are started: tools/setup may be making another,
    which is for the next start."""
    os.environ["CHARGELET_FORM"] = form() or "none"


def heap(form_: str = "") -> str:
    """The heap of a form, by default of the one that is tested in: what is there beside Wi-Fi and TLS on a plain ESP32.

    From ROM 192k, which that does not leave; 384k where the interpreter has 64 bits.
    """
    if (form_ or form()) == "frozen":
        return freeze.HEAP
    try:
        return (ROOT / ".mpy" / "heap").read_text().strip()
    except OSError:
        return "192k"


def about() -> str:
    """The form that is tested in, in words."""
    if form() == "frozen":
        return f"{freeze.about()}, the firmware frozen in"
    if form():
        version = subprocess.run([MICROPYTHON, "-c", "import sys; print(sys.version)"], capture_output=True, text=True)
        return f"{version.stdout.strip().split('; ')[-1]}, from a ROM image"
    return "no MicroPython"


def build(files: dict) -> Path:
    """The image of these files in the form that is tested in. Raises RuntimeError when a file does not compile."""
    return freeze.build(files) if form() == "frozen" else rom.build(files)


def from_rom(image: Path, *arguments: str, heap_size: str = "") -> list:
    """The command that runs an image's module `main`, or the one that `arguments` begin with."""
    start = [str(ROOT / "tools" / "rom_start.py"), str(image), str(image.stat().st_size), *arguments]
    return [str(MICROPYTHON), "-X", f"heapsize={heap_size or heap('rom')}", *start]


def beside(firmware: dict, others: dict, module: str, *arguments: str, heap_size: str = "") -> list:
    """The command that runs a module of `others` (path → Path or bytes) with the firmware's files at hand, frozen where
    that can be; the others come from ROM. Raises RuntimeError when a file does not compile.
    """
    if form() == "frozen":
        program, image = build(firmware), rom.build(others)
        return freeze.command(program, module, *arguments, beside=image, heap=heap_size)
    image = rom.build({**firmware, **others})
    return from_rom(image, module, *arguments, heap_size=heap_size)
