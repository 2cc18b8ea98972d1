"""`make flash BOARD=… PORT=… [IMAGE=…]`: puts MicroPython itself onto a board, by esptool.

IMAGE is a file; without one the newest stable image is fetched from MicroPython's download page and kept in
.build/images. Before a byte is written, the image must be one for the board's chip and whole: each part of it carries
a SHA-256. A sum that you know from elsewhere is checked too (SHA256=…).
"""

import argparse
import hashlib
import re
import struct
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

from esptool.bin_image import LoadFirmwareImage
from esptool.util import FatalError

import check_board
import rom

_PAGE = "https://micropython.org"
_IMAGES = {"esp32": "ESP32_GENERIC", "esp32s3": "ESP32_GENERIC_S3", "esp32c3": "ESP32_GENERIC_C3"}
# Where in flash an image begins, and the number that the chip has in it.
_START = {"esp32": 0x1000, "esp32s3": 0, "esp32c3": 0}
_CHIP_IDS = {0: "esp32", 5: "esp32c3", 9: "esp32s3"}
_TABLE_AT = 0x8000
_TABLE_SIZE = 0xC00
_ENTRY = struct.Struct("<2sBBII16sI")


class ImageError(Exception):
    """What is wrong with an image, and what to do next."""


def newest(chip: str, page: str = _PAGE) -> str:
    """The address of the newest stable image for a chip."""
    name = _IMAGES[chip]
    address = f"{page}/download/{name}/"
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:
            text = answer.read().decode(errors="replace")
    except (urllib.error.URLError, OSError) as error:
        raise ImageError(
            f"{address} cannot be read ({error}): download an image with a browser and give it as IMAGE=…"
        ) from None
    found = re.findall(rf"/resources/firmware/{name}-(\d{{8}})-v(\d+\.\d+\.\d+)\.bin", text)
    if not found:
        raise ImageError(f"{address} names no stable image: look there with a browser and give one as IMAGE=…")
    date, version = max(found, key=lambda one: [int(part) for part in one[1].split(".")])
    return f"{page}/resources/firmware/{name}-{date}-v{version}.bin"


def fetched(address: str, folder: Path) -> Path:
    """The file behind an address, which is kept: the next time it is there already."""
    path = folder / address.rsplit("/", 1)[1]
    if path.exists():
        return path
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with urllib.request.urlopen(address, timeout=60) as answer:
            content = answer.read()
    except (urllib.error.URLError, OSError) as error:
        raise ImageError(f"{address} cannot be fetched: {error}") from None
    part = path.with_suffix(".part")
    part.write_bytes(content)
    part.rename(path)
    return path


def check(content: bytes, chip: str) -> list:
    """The names of the parts of an image for this chip, all of them whole. Raises ImageError."""
    parts = [("bootloader", 0)]
    start = _START[chip]
    table = content[_TABLE_AT - start : _TABLE_AT - start + _TABLE_SIZE]
    for at in range(0, len(table) - _ENTRY.size, _ENTRY.size):
        magic, kind, _, offset, _, label, _ = _ENTRY.unpack_from(table, at)
        if magic != b"\xaa\x50":
            break
        if kind == 0 and offset - start < len(content):
            parts.append((label.rstrip(b"\0").decode(errors="replace"), offset - start))
    if len(content) < 0x10000 or content[0] != 0xE9:
        raise ImageError("this is no image for an ESP32: it does not begin with a boot loader")
    found = _CHIP_IDS.get(int.from_bytes(content[12:14], "little"), "another chip")
    if found != chip:
        raise ImageError(f"this image is for {found}, and the board has {chip}")
    if len(parts) < 2:
        raise ImageError("there is no program in this image: is it one for updates only? Take the .bin for a new board")
    for name, at in parts:
        try:
            image = LoadFirmwareImage(chip, content[at:])
        except (FatalError, struct.error) as error:
            raise ImageError(f"its part {name} is damaged ({error}): fetch it again") from None
        if image.append_digest and image.stored_digest != image.calc_digest:
            raise ImageError(f"its part {name} is damaged (SHA-256): fetch it again")
    return [name for name, _ in parts]


def command(port: str, chip: str, path: Path, erase: bool) -> list:
    """What esptool is called with."""
    made = [sys.executable, "-m", "esptool", "--chip", chip, "--port", port, "write-flash"]
    return made + (["--erase-all"] if erase else []) + ["-z", hex(_START[chip]), str(path)]


def main() -> int:
    parser = argparse.ArgumentParser(prog="make flash", description=__doc__.split("\n\n")[0])
    parser.add_argument("board", help="a folder under boards/, or a path")
    parser.add_argument("port", help="the serial port, like /dev/ttyUSB0 or COM3")
    parser.add_argument("--image", help="a .bin file; else the newest stable one is fetched")
    parser.add_argument("--sha256", help="what the image's SHA-256 has to be")
    parser.add_argument("--erase", action="store_true", help="erase all of the flash first, transactions included")
    options = parser.parse_args()
    try:
        chip = check_board.read(options.board).get("chip")
        if chip not in _IMAGES:
            raise ImageError(f"chip {chip} is not one of {', '.join(_IMAGES)}")
        path = Path(options.image) if options.image else fetched(newest(chip), rom.BUILD / "images")
        content = path.read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        if options.sha256 and digest != options.sha256.lower():
            raise ImageError(f"{path}: its SHA-256 is {digest} and not {options.sha256}: fetch it again")
        print(f"{path}: {', '.join(check(content, chip))} are whole; SHA-256 {digest}")
    except (ImageError, OSError, ValueError) as error:
        print(f"flash: {error}", file=sys.stderr)
        return 1
    if subprocess.run(command(options.port, chip, path, options.erase)).returncode:
        print(
            "flash: nothing answers on that port, or writing was cut off. Hold the board's BOOT button while it "
            "begins, close other terminals, try another cable; then the same command again",
            file=sys.stderr,
        )
        return 1
    print("MicroPython is on the board: `make deploy` comes next")
    return 0


if __name__ == "__main__":
    sys.exit(main())
