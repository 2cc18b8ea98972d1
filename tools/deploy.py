"""`make deploy BOARD=… PORT=…`: puts the firmware and a board file onto a board that runs MicroPython.

The board file is checked, all is compiled, what the board has already is left alone, and what is copied is verified by
its hash. main.py goes first and comes last: a deployment that is cut off leaves a board that starts no station and has
its contactors off.
"""

import argparse
import hashlib
import sys
from pathlib import Path

from rich.progress import Progress

import board_facts
import check_board
import label
import rom
from board_link import BoardError, BoardLink, as_json

LAST = "/main.py"
# A board that is asked, and stopped for it, waits so long for what comes next.
_PATIENCE_S = 60
# All of them move before the program runs, and stay where they are put.
_BOOT = '''"""Written by `make deploy` for the board {board}: contactors off before anything else."""

from machine import Pin

for number in {pins}:
    Pin(number, Pin.OUT, value=0)
'''


def off_first(table: dict) -> list:
    """The pins that must be low before anything else happens: contactors, locks' motors, a test input, keep-alive."""
    found = []
    for connector in table["connector"]:
        contactor, lock = connector.get("contactor", {}), connector.get("lock", {})
        found += [contactor[name] for name in ("coil", "second_coil") if name in contactor]
        found += [lock[name] for name in ("close", "open") if name in lock]
        if "test" in connector.get("residual_current", {}):
            found.append(connector["residual_current"]["test"])
    if "keep_alive" in table["safety"]:
        found.append(table["safety"]["keep_alive"])
    return found


def own_files(board: str, table: dict) -> dict:
    """What a board has of its own: path there → content."""
    boot = _BOOT.format(board=Path(board).name, pins=tuple(off_first(table)))
    return {
        "/board.json": as_json(table),
        "/boot.py": boot.encode(),
        "/slots.py": (rom.FIRMWARE / "slots.py").read_bytes(),
        LAST: (rom.FIRMWARE / "main.py").read_bytes(),
    }


def firmware_files() -> dict:
    """The compiled firmware: path there → content."""
    tree = rom.build(rom.firmware_files(), "mpy")
    return {f"/{path.relative_to(tree)}": path.read_bytes() for path in sorted(tree.rglob("*.mpy"))}


def deploy(link: BoardLink, files: dict, progress=None) -> tuple:
    """Make the board's files these. Returns (files that differed, bytes copied of them, files removed)."""
    wanted = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    before = link.hashes([LAST]).get(LAST)
    if before:
        # From here on the board starts nothing; the reset also stops a watchdog, which outlives the program.
        link.patience(_PATIENCE_S)
        link.remove(LAST)
        link.reset()
    others = [name for name in files if name != LAST]
    there = link.hashes(others)
    changed = [name for name in others if there.get(name) != wanted[name]]
    stale = [name for name in link.files(["/" + package for package in rom.PACKAGES]) if name not in files]
    if changed or stale:
        for name in stale + [f"/state/firmware/{name}" for name in ("next", "active")]:
            link.remove(name)  # what comes by cable wins over what came through the network
    if stale:
        link.prune("/" + package for package in rom.PACKAGES)  # an empty folder hides what is frozen
    copied = sum(_copy(link, name, files[name], wanted[name], progress) for name in changed)
    # All of it once more, what was left alone too: then only may it start.
    verified = link.hashes(others)
    wrong = [name for name in others if verified.get(name) != wanted[name]]
    if wrong:
        names = ", ".join(wrong)
        raise BoardError(f"{names}: not on the board as it should be; deploy again, or make flash with ERASE=1")
    last = _copy(link, LAST, files[LAST], wanted[LAST], progress)
    if before != wanted[LAST]:
        return len(changed) + 1, copied + last, len(stale)
    return len(changed), copied, len(stale)


def _copy(link, name, content, digest, progress) -> int:
    for attempt in (1, 2):
        link.write(name, content)
        if link.hashes([name]).get(name) == digest:
            break
        if attempt == 2:
            raise BoardError(f"{name}: what the board has is not what was sent: a bad cable, or its flash is full")
    if progress:
        progress(name, len(content))
    return len(content)


def main() -> int:
    parser = argparse.ArgumentParser(prog="make deploy", description=__doc__.split("\n\n")[0])
    parser.add_argument("board", help="a folder under boards/, or a path")
    parser.add_argument("port", help="the serial port, like /dev/ttyUSB0 or COM3")
    options = parser.parse_args()
    try:
        table = check_board.read(options.board)
        wrong = check_board.mistakes(table)
        if wrong:
            raise BoardError("\n".join([*wrong, f"boards/{options.board}/board.toml has mistakes: nothing was copied"]))
        link = BoardLink(options.port)
        try:
            print(link.check())
            facts = board_facts.ask(link, table)
            board_facts.refuse(facts, table)
            files = own_files(options.board, table)
            if facts.frozen:
                print(f"the image has the firmware in it ({facts.frozen}): only the board's own files are copied")
            else:
                files = {**firmware_files(), **files}
                print(f"{facts.ram >> 10} kB of RAM; {len(files)} files make the station")
            with Progress(transient=True) as bar:
                task = bar.add_task("copying", total=sum(len(content) for content in files.values()))
                count, size, gone = deploy(link, files, lambda name, done: bar.update(task, advance=done))
            done = f"{count} files copied, {size} bytes; {gone} removed; all verified"
            print(done if count or gone else "all is there already")
            if label.wanted(table):
                print(label.at_hand(link))
            link.reset(again=False)
            print(f"the board restarts: `make console PORT={options.port}` shows what it says")
        finally:
            link.close()
    except (BoardError, FileNotFoundError, ValueError, RuntimeError) as error:
        print(f"deploy: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
