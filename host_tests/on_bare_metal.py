"""`make bare-metal`: the firmware on a bare RISC-V chip in QEMU: deployed as files, frozen in, imported, tested.

    host_tests/on_bare_metal.py [-k NAME] [--no-files]

What a MicroPython on Linux cannot show: no operating system, a stack as large as a board's, a serial port. Ends with a
line `N passed, N failed`; exit status 1 unless something passed and nothing failed. What wants a network is neither.
"""

import argparse
import concurrent.futures
import re
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "firmware")]
import bare_metal  # noqa: E402
import board_facts  # noqa: E402
import check_board  # noqa: E402
import deploy  # noqa: E402
import rom  # noqa: E402
import run  # noqa: E402
from board_link import BoardError, BoardLink  # noqa: E402

# There is no network and no TLS: what is imported for them is there, and empty. A test that ends for want of them, or
# of SHA-1, which comes with TLS, is counted apart.
_NOTHING = {"socket.py": b"", "tls.py": b"", "ssl.py": b""}
_WANT = re.compile(r"AttributeError: 'module' object has no attribute '(socket|getaddrinfo|sha1|SSLContext)'")
# What the raw REPL and the disk take of the heap, and no board's firmware has beside it.
_BESIDE = 8 << 10
_SILENT_S = 3600
# A chip in QEMU stands still where the laptop has other things to do.
_WAIT_S = 60


def bytes_of(size: str) -> int:
    """The number that 88k or 4M stands for."""
    return int(size[:-1]) << {"k": 10, "M": 20}[size[-1]]


def module_names(files) -> list:
    """The full names of the modules in these files."""
    found = []
    for name in files:
        if name.startswith(("chargelet/", "uwebsockets/")) and name.endswith(".py"):
            found.append(name[:-3].removesuffix("/__init__").replace("/", "."))
    return sorted(found)


def imported(link: BoardLink, names: list):
    """Import all of them, one after the other, and forget those that are needed seldom, as the firmware does. Says what
    that took of the stack."""
    code = "from chargelet.base import loading\nfor name in %r:\n    __import__(name)\n    loading.sweep()"
    link.run(code % (names,), _SILENT_S)
    return int(link.run(bare_metal.USED_STACK, _SILENT_S))


def from_files(firmware: dict) -> str:
    """Deploy to a chip with RAM to spare, import everything there."""
    table = check_board.read("esp32s3")
    if check_board.mistakes(table):
        raise BoardError("boards/esp32s3/board.toml has mistakes")
    files = {**deploy.firmware_files(), **deploy.own_files("esp32s3", table)}
    image = rom.build({**_NOTHING, **_simulated(firmware)})
    with bare_metal.Chip(bare_metal.build(), 4 << 20, image) as chip:
        link = BoardLink(chip.port, _WAIT_S)
        link.run(chip.mount + "sys.path.append('/')")
        began = time.monotonic()
        count, size, _ = deploy.deploy(link, files)
        took = time.monotonic() - began
        stack = imported(link, module_names(firmware))
        if board_facts.ask(link, table).frozen:
            raise BoardError("what was loaded from files is taken for frozen")
        link.close()
    return f"deployed {count} files, {size} bytes, in {took:.0f} s; all of them imported, {stack} bytes of stack"


def _simulated(firmware: dict) -> dict:
    return {name: path for name, path in firmware.items() if "/" not in name and name.endswith(".py")}


def frozen(firmware: dict, wanted: list) -> tuple:
    """(passed, failed) of the shared tests with the firmware frozen in; a line for each file."""
    _, shared, names = run.files_with([])
    image = rom.build({**shared, **_NOTHING})
    program = bare_metal.build(firmware)
    with bare_metal.Chip(program, bytes_of("88k") + _BESIDE, image) as chip:
        link = BoardLink(chip.port, _WAIT_S)
        link.run(chip.mount)
        stack = imported(link, module_names(firmware))
        left = link.run("import gc\ngc.collect()\nprint(gc.mem_free())")
        if not board_facts.ask(link, {}).frozen:
            raise BoardError("what is frozen in is not seen")
        print(f"frozen in, heap 88k: all modules imported, {stack} bytes of stack, {int(left)} bytes of heap left")
        link.close()

    def tested(name):
        with bare_metal.Chip(program, bytes_of(run.LARGE.get(name, "88k")) + _BESIDE, image) as chip:
            link = BoardLink(chip.port, _WAIT_S)
            code = f"sys.argv[:] = ['', {name!r}]\nimport in_micropython"
            try:
                said = link.run(chip.mount + code, _SILENT_S).strip().splitlines()
                stack = int(link.run(bare_metal.USED_STACK, _SILENT_S))
            except (BoardError, ValueError) as error:
                return 0, 1, str(error), 0
            finally:
                link.close()
        counts = said[-1].split() if said else []
        if len(counts) != 2 or not all(count.isdigit() for count in counts):
            return 0, 1, "\n".join(said), stack
        failed = ["FAILED " + one for one in "\n".join(said[:-1]).split("FAILED ")[1:]]
        failed = [one for one in failed if not _WANT.search(one)]
        return int(counts[0]), len(failed), "".join(failed), stack

    names = [name for name in names if any(part in name for part in wanted)]
    passed = failed = 0
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for name, (good, bad, shown, stack) in zip(names, pool.map(tested, names)):
            print(shown + "\n" if shown else "", end="")
            print(f"{name}: {good} passed, {bad} failed, {stack} bytes of stack", flush=True)
            passed += good
            failed += bad
    return passed, failed


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bare-metal", description=__doc__.split("\n\n")[0])
    parser.add_argument("-k", nargs="+", default=[""], metavar="NAME", help="only test files with this in their name")
    parser.add_argument("--no-files", action="store_true", help="nothing is deployed as files")
    options = parser.parse_args()
    firmware = rom.station_files("simulator")
    try:
        bare_metal.get()
        if not options.no_files:
            print(from_files(firmware), flush=True)
        passed, failed = frozen(firmware, options.k)
    except (BoardError, RuntimeError) as error:
        print(f"bare-metal: {error}", file=sys.stderr)
        return 1
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
