"""`make flash BOARD=… PORT=… [IMAGE=…]`: puts MicroPython itself onto a board, by esptool.

The chip is asked first. IMAGE is a file; without one the newest stable image that runs the firmware on this chip is
fetched from MicroPython's download page and kept in .build/images. Before a byte is written, the image must be one for
the board's chip, fit into its flash and be whole: each part of it carries a SHA-256. A sum that you know from elsewhere
is checked too (SHA256=…). What is in flash stays where the image has the layout that is there; otherwise all of it is
erased, unless MicroPython has files there: then only ERASE=1 does that.
"""

import argparse
import hashlib
import subprocess
import sys
from pathlib import Path

import check_board
import esp_chip
import images
import label
import rom


def ram_of(found: esp_chip.Chip, table: dict) -> str:
    """The board's external RAM: what the chip says, else what the board file says. Raises ImageError where they do not
    agree, or where the board file uses pins that it takes."""
    said = table.get("psram")
    if found.psram and said and said != found.psram:
        raise images.ImageError(f'this chip has psram = "{found.psram}", and the board file says "{said}"')
    ram = found.psram or said or "none"
    taken = [line for line in check_board.mistakes({**table, "psram": ram}) if "the external RAM" in line]
    if taken:
        raise images.ImageError("\n".join(taken))
    return ram


def erases(there: list, new: list) -> str:
    """Why all of the flash is erased before an image with the partitions `new` is written over `there`; "" where what
    is on it stays. Raises ImageError where that must be said by hand."""
    if [row[1:] for row in there] == [row[1:] for row in new]:
        return ""
    if not there:
        return "there is nothing on it that can be read"
    if "vfs" in [row.label for row in there]:
        raise images.ImageError(
            "MicroPython is on the board with another layout of its flash, and with it all of its files, transactions "
            "that wait for the central system included: ERASE=1 erases them"
        )
    return f"another program is on it ({', '.join(row.label for row in there)})"


def command(port: str, kind: str, path: Path, erase: bool) -> list:
    """What esptool is called with."""
    made = [sys.executable, "-m", "esptool", "--chip", kind, "--port", port, "write-flash"]
    return made + (["--erase-all"] if erase else []) + ["-z", hex(images.START[kind]), str(path)]


def main() -> int:
    parser = argparse.ArgumentParser(prog="make flash", description=__doc__.split("\n\n")[0])
    parser.add_argument("board", help="a folder under boards/, or a path")
    parser.add_argument("port", help="the serial port, like /dev/ttyUSB0 or COM3")
    parser.add_argument("--image", help="a .bin file; else the newest stable one is fetched")
    parser.add_argument("--sha256", help="what the image's SHA-256 has to be")
    parser.add_argument("--erase", action="store_true", help="erase all of the flash first, transactions included")
    options = parser.parse_args()
    try:
        table = check_board.read(options.board)
        kind = table.get("chip")
        if kind not in images.NAMES:
            raise images.ImageError(f"chip {kind} is not one of {', '.join(images.NAMES)}")
        path = Path(options.image) if options.image else None
        content = path and _checked(path, kind, options.sha256)
        found = esp_chip.ask(options.port)
        print(f"on {options.port}: {found}")
        if found.kind != kind:
            raise images.ImageError(f"the board file says {kind}, and on that port is {found.name}")
        ram = ram_of(found, table)
        if not path:
            path = images.fetched(images.newest(kind, images.variant(found, ram)), rom.BUILD / "images")
            content = _checked(path, kind, options.sha256)
        images.fits(content, found)
        erase = options.erase
        why = "" if erase else erases(esp_chip.table_of(options.port), images.table(content, kind))
        if why:
            print(f"all of its flash is erased first: {why}")
    except (images.ImageError, esp_chip.ChipError, OSError, ValueError) as error:
        print(f"flash: {error}; nothing was written", file=sys.stderr)
        return 1
    if subprocess.run(command(options.port, kind, path, erase or bool(why))).returncode:
        print(
            "flash: writing was cut off. Hold the board's BOOT button while it begins, close other terminals, try "
            "another cable; then the same command again",
            file=sys.stderr,
        )
        return 1
    if label.wanted(table):
        print(label.once_it_answers(options.port))
    print(f"MicroPython is on the board: `make deploy BOARD={options.board} PORT={options.port}` comes next")
    return 0


def _checked(path: Path, kind: str, sha256) -> bytes:
    if not path.is_file():
        raise images.ImageError(f"{path} is no file: IMAGE is the path of a .bin")
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    if sha256 and digest != sha256.lower():
        raise images.ImageError(f"{path}: its SHA-256 is {digest} and not {sha256}: fetch it again")
    print(f"{path}: {', '.join(images.check(content, kind))} are whole; SHA-256 {digest}")
    return content


if __name__ == "__main__":
    sys.exit(main())
