"""Knows which MicroPython tools/setup has got, and how to start one from a ROM image. Knows no station and no tests."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MICROPYTHON = ROOT / ".mpy" / "micropython"


def there() -> bool:
    """Whether there is one."""
    return MICROPYTHON.exists()


def heap() -> str:
    """What stands for the 100k of a plain ESP32: that, or 200k where the interpreter has 64 bits."""
    try:
        return (ROOT / ".mpy" / "heap").read_text().strip()
    except OSError:
        return "100k"


def from_rom(image: Path, *arguments: str, heap_size: str = "") -> list:
    """The command that runs an image's module `main`, or the one that `arguments` begin with."""
    start = [str(ROOT / "tools" / "rom_start.py"), str(image), str(image.stat().st_size), *arguments]
    return [str(MICROPYTHON), "-X", f"heapsize={heap_size or heap()}", *start]
