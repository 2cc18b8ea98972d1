"""A bare RISC-V chip of 32 bits in QEMU with MicroPython on it: built, started, at the end of a serial port.

tools/bare_metal/get fetches what that takes. Its RAM: the stack of a board's size, a disk of 8 MB that is empty at the
start, a ROM file system where one is given, and a heap of the size that is asked for.
"""

import os
import re
import subprocess
from pathlib import Path

import freeze
import rom

FOLDER = rom.ROOT / ".mpy" / "bare-metal"
_HERE = rom.ROOT / "tools" / "bare_metal"
_USR = FOLDER / "root" / "usr"
_LIBRARIES = "usr/lib/{0}-linux-gnu:lib/{0}-linux-gnu"
# Where things are in memory; board/additions.h has the heap's size and its beginning.
_HEAP_SIZE_AT = 0x83FFFFFC
_ROM_AT = 0x82000000
_STACK_AT, _STACK_SIZE = 0x80600000, 0x10000

# On the chip, before anything else: the disk, which outlives a soft reset, and the ROM.
MOUNT = """
import os, sys, uctypes, vfs
class Disk:
    m = memoryview(uctypes.bytearray_at(0x81000000, 8 << 20))
    def readblocks(self, block, buffer, offset=0):
        at = block * 4096 + offset
        buffer[:] = self.m[at : at + len(buffer)]
    def writeblocks(self, block, buffer, offset=0):
        at = block * 4096 + offset
        self.m[at : at + len(buffer)] = buffer
    def ioctl(self, op, argument):
        return 2048 if op == 4 else 4096 if op == 5 else 0
vfs.VfsLfs2.mkfs(Disk())
vfs.mount(vfs.VfsLfs2(Disk()), '/')
os.mkdir('/tmp')
"""
_MOUNT_ROM = f"""
vfs.mount(vfs.VfsRom(memoryview(uctypes.bytearray_at({_ROM_AT}, %d))), '/rom')
sys.path[:] = ['/rom', '.frozen']
"""
# The stack is filled with a pattern at the start: what has been overwritten of it has been used.
USED_STACK = f"""
import uctypes
def used():
    stack = uctypes.bytearray_at({_STACK_AT}, {_STACK_SIZE})
    at = 0
    while stack[at] == 0xBB:
        at += 1
    return {_STACK_SIZE} - at
print(used())
"""


def there() -> bool:
    """Whether tools/bare_metal/get has fetched what it takes."""
    return (FOLDER / "recipe").exists()


def get():
    """Fetch what it takes, unless it is there. Raises RuntimeError."""
    files = [_HERE / "get", rom.ROOT / "tools" / "debian.sh"]
    recipe = b"".join(path.read_bytes() for path in files) + str(FOLDER).encode()
    if there() and (FOLDER / "recipe").read_bytes() == recipe:
        return
    print("fetching a compiler for RISC-V and QEMU, 200 MB, once", flush=True)
    done = subprocess.run([_HERE / "get", FOLDER], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError((done.stderr.strip().splitlines() or ["bare_metal/get: no reason was given"])[-1])
    (FOLDER / "recipe").write_bytes(recipe)


def build(files: dict | None = None) -> Path:
    """The program: MicroPython with these files frozen in (path on the board → Path or bytes), or plain.
    Raises RuntimeError."""
    stage, out = FOLDER / "stage", FOLDER / ("frozen" if files else "plain")
    if files:
        freeze.stage(files, stage)
        manifest = stage / "manifest.py"
    else:
        manifest = rom.ROOT / "tools" / "frozen" / "boards" / "manifest.py"
    # What is frozen goes by content, not by time.
    (out / "frozen_content.c").unlink(missing_ok=True)
    picolibc = _USR / "lib/picolibc/riscv64-unknown-elf"
    libgcc = next((_USR / "lib/gcc/riscv64-unknown-elf").glob("*/rv32imac/ilp32/libgcc.a"))
    settings = {
        "BOARD": "bare_metal",
        "BOARD_DIR": _HERE / "board",
        "BUILD": out,
        "FROZEN_MANIFEST": manifest,
        "MICROPY_MANIFEST_PORT_DIR": rom.ROOT / "tools" / "frozen",
        "CROSS_COMPILE": _USR / "bin" / "riscv64-unknown-elf-",
        "MICROPY_MPYCROSS": rom.mpy_cross(),
        "MICROPY_MPYCROSS_DEPENDENCY": "",
        "MICROPY_ROM_TEXT_COMPRESSION": "0",
        "MICROPY_PY_BTREE": "0",
        "PYTHON": freeze.environment()["PYTHON"],
        "CFLAGS_EXTRA": f"-isystem {picolibc}/include -ftls-model=local-exec",
        "LIBS": f"-nostdlib {picolibc}/lib/rv32imac/ilp32/libc.a {libgcc}",
    }
    command = ["make", "--no-print-directory", f"-j{os.cpu_count()}", "-C", str(FOLDER / "source/ports/qemu")]
    command += [f"{name}={value}" for name, value in settings.items()]
    done = subprocess.run(command, capture_output=True, text=True, env={**freeze.environment(), **_environment()})
    if done.returncode:
        raise RuntimeError("\n".join((done.stdout + done.stderr).splitlines()[-12:]))
    return out / "firmware.elf"


def _environment() -> dict:
    machine = os.uname().machine
    folders = [str(FOLDER / "root" / name) for name in _LIBRARIES.format(machine).split(":")]
    return {"LD_LIBRARY_PATH": ":".join(folders)}


class Chip:
    """A chip that runs a program; `port` is its serial port. Ends with the block."""

    def __init__(self, program: Path, heap: int, image: Path | None = None):
        command = [str(_USR / "bin" / "qemu-system-riscv32"), "-machine", "virt", "-bios", "none", "-nodefaults"]
        command += ["-display", "none", "-semihosting", "-serial", "pty", "-kernel", str(program)]
        command += ["-device", f"loader,addr={_HEAP_SIZE_AT},data={heap},data-len=4"]
        if image:
            command += ["-device", f"loader,file={image},addr={_ROM_AT},force-raw=on"]
        environment = {**os.environ, **_environment()}
        self._process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        line = self._process.stdout.readline().decode()
        found = re.search(r"/dev/\S+", line)
        if not found:
            self.close()
            raise RuntimeError(f"QEMU says {line.strip()!r}")
        self.port = found[0]
        self.mount = MOUNT + (_MOUNT_ROM % image.stat().st_size if image else "")

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.close()

    def close(self):
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()
