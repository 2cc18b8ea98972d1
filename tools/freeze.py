"""Freezes the firmware into the laptop's MicroPython: an image, as a board has one.

tools/frozen/get has built all of it but the firmware, which takes seconds here. Kept under .build/ by the hash of what
went in; several processes may build at once, and one does.
"""

import fcntl
import functools
import hashlib
import os
import re
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import constants
import rom

FOLDER = rom.ROOT / ".mpy" / "frozen"
# What a plain ESP32 has for Python beside Wi-Fi and TLS is 80k; the simulated world and its control port, which no
# board has, take the rest.
HEAP = "88k"
# What such a program begins with; a ROM image begins otherwise.
MAGIC = b"\x7fELF"
_HERE = rom.ROOT / "tools" / "frozen"
# Of ELF: a flag and a type of sections.
_IN_MEMORY = 2
_WITHOUT_BYTES = 8
_VERSION = re.compile(rb'^VERSION = "[^"]*"$', re.MULTILINE)


def there() -> bool:
    """Whether tools/frozen/get has built it."""
    return (FOLDER / "recipe").exists()


def why_not() -> str:
    """What tools/setup found out where there is none."""
    try:
        return (rom.BUILD / "no-frozen").read_text().strip()
    except OSError:
        return "tools/setup --retry builds what it takes"


def about() -> str:
    """Which MicroPython, and by which compiler."""
    return (FOLDER / "about").read_text().strip()


def made(files: dict) -> Path:
    """Where the program with these files frozen in is, or will be."""
    digest = hashlib.sha256((FOLDER / "recipe").read_bytes() + (FOLDER / "about").read_bytes())
    digest.update(" ".join(_kept()).encode())
    content = _content(files)
    for name in sorted(content):
        digest.update(b"%s\0%d\0" % (name.encode(), len(content[name])) + content[name])
    return rom.BUILD / "frozen" / digest.hexdigest()[:16]


def build(files: dict, version: str = "") -> Path:
    """The program with these files (path on the board → Path or bytes) frozen in, perhaps as another version.

    What is no Python is left out. Says so on standard error when it takes some seconds. Raises RuntimeError when a
    file does not compile.
    """
    if version:
        files = dict(files, **{"chargelet/version.py": _versioned(files["chargelet/version.py"], version)})
    out = made(files)
    try:
        os.utime(out)  # in use: not to be forgotten
        return out
    except FileNotFoundError:
        out.parent.mkdir(parents=True, exist_ok=True)
    with open(FOLDER / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if out.exists():  # somebody else was quicker
            return out
        print("building the firmware into MicroPython, some seconds", file=sys.stderr, flush=True)
        stage(files, FOLDER / "stage")
        command = [str(_HERE / "build"), str(FOLDER), rom.mpy_cross()]
        done = subprocess.run(command, capture_output=True, text=True, env=environment())
        if done.returncode:
            raise RuntimeError(_reason(done.stdout + done.stderr))
        shutil.copy(FOLDER / "build" / "micropython", f"{out}.{os.getpid()}")
        os.rename(f"{out}.{os.getpid()}", out)
    rom.forget_old(out.parent)
    return out


def command(program: Path, module: str, *arguments: str, beside: Path | None = None, heap: str = "") -> list:
    """The command that runs a frozen module, or one of the ROM image `beside`."""
    usr = FOLDER / "root" / "usr"
    start = [str(usr / "lib" / "ld-linux.so.2"), "--library-path", str(usr / "lib" / "i386-linux-gnu"), str(program)]
    return [*start, "-X", f"heapsize={heap or HEAP}", "-m", "frozen_start", str(beside or ""), module, *arguments]


def content_size(files: dict) -> int:
    """How much flash these files take when they are frozen, names included, where an address has 32 bits."""
    return _constants(build(files)) - _constants(build({}))


def _constants(program: Path) -> int:
    """How much of a program lies in memory and is there from the start: the sizes of its ELF sections."""
    data = program.read_bytes()
    (at,) = struct.unpack_from("<I", data, 32)
    size, count = struct.unpack_from("<HH", data, 46)
    sections = [struct.unpack_from("<10I", data, at + number * size) for number in range(count)]
    return sum(one[5] for one in sections if one[2] & _IN_MEMORY and one[1] != _WITHOUT_BYTES)


@functools.cache
def _kept() -> tuple:
    """The private names that tests look at or change: not constants."""
    return tuple(sorted(rom.private_names(source.read_bytes() for source in rom.test_files().values())))


def _versioned(source, version: str) -> bytes:
    text, count = _VERSION.subn(b'VERSION = "%s"' % version.encode(), _bytes(source))
    if count != 1:
        raise RuntimeError("chargelet/version.py: one line VERSION = ... is needed")
    return text


def _bytes(source) -> bytes:
    return source if isinstance(source, bytes) else source.read_bytes()


def _content(files: dict) -> dict:
    """{path in the stage: bytes}: the firmware by its own manifest, the rest as the board's."""
    staged = {"manifest.py": (_HERE / "manifest.py").read_bytes()}
    staged["firmware/manifest.py"] = (rom.FIRMWARE / "manifest.py").read_bytes()
    staged["tools/constants.py"] = Path(constants.__file__).read_bytes()
    staged["board/frozen_start.py"] = (_HERE / "frozen_start.py").read_bytes()
    for name, source in files.items():
        if name.endswith(".py"):
            folder = "firmware" if name.startswith(("chargelet/", "uwebsockets/")) else "board"
            staged[f"{folder}/{name}"] = _bytes(source)
    return staged


def environment() -> dict:
    """What MicroPython's makefiles are run with."""
    return dict(os.environ, PYTHON=sys.executable, CHARGELET_KEPT=" ".join(_kept()))


def stage(files: dict, folder: Path):
    """Make a folder hold what is frozen of these files, with its manifest: what stays as it is keeps its time, by which
    make knows it."""
    content = _content(files)
    for path in list(folder.rglob("*")):
        if path.is_file() and str(path.relative_to(folder)) not in content:
            path.unlink()
    for name, data in content.items():
        path = folder / name
        if not path.exists() or path.read_bytes() != data:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    # The port's manifest freezes folders and packages only where there are any.
    for name in ("chargelet", "uwebsockets"):
        (folder / "firmware" / name).mkdir(parents=True, exist_ok=True)


def _reason(output: str) -> str:
    """What a build says of a file that does not compile, as Python would."""
    named = re.search(r"^error compiling (\S+):$", output, re.MULTILINE)
    lines = [line for line in output.splitlines() if re.match(r'\s*File "|\w*Error\b', line)]
    if named:  # what is compiled is a copy
        return re.sub(r'File "[^"]*"', f'File "{named[1]}"', "\n".join(lines))
    return "\n".join(output.splitlines()[-5:])
