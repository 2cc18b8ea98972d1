"""Images of MicroPython: which one a chip needs, the newest of them, and whether one is whole."""

import re
import struct
import urllib.error
import urllib.request
from pathlib import Path

from esptool.bin_image import LoadFirmwareImage
from esptool.util import FatalError

import esp_chip

_PAGE = "https://micropython.org"
NAMES = {"esp32": "ESP32_GENERIC", "esp32s3": "ESP32_GENERIC_S3", "esp32c3": "ESP32_GENERIC_C3"}
# Where in flash an image begins, and the number that the chip has in it.
START = {"esp32": 0x1000, "esp32s3": 0, "esp32c3": 0}
_CHIP_IDS = {0: "esp32", 5: "esp32c3", 9: "esp32s3"}


class ImageError(Exception):
    """What is wrong with an image, and what to do next."""


def variant(found: esp_chip.Chip, psram: str) -> str:
    """Which of MicroPython's images runs the firmware from files on a chip with this external RAM: what comes behind
    the board's name there. Raises ImageError where none does, and says what does."""
    own = f"build one with the firmware frozen in (boards/image/README.md) and give it as IMAGE=…: {found} "
    if psram == "none":
        unknown = '; or has it RAM of which it does not tell, as a WROVER? Then say psram = "quad" in its board.toml'
        raise ImageError(own + "has no room for the firmware in files" + (unknown if found.psram is None else ""))
    if found.octal_flash:
        raise ImageError(own + "has octal flash, for which MicroPython has no image")
    if found.kind == "esp32":
        if found.one_core or found.flash_mb == 2:
            lacks = "one core" if found.one_core else "2 MB of flash"
            raise ImageError(own + f"has {lacks}, for which MicroPython has no image with external RAM")
        return "SPIRAM"
    if psram == "octal":
        if found.flash_mb == 4:
            raise ImageError(own + "has 4 MB of flash, and MicroPython's image for octal RAM wants 8")
        return "SPIRAM_OCT"
    return "FLASH_4M" if found.flash_mb == 4 else ""


def newest(kind: str, variant_: str = "", page: str = _PAGE) -> str:
    """The address of the newest stable image for a kind of chip. Raises ImageError."""
    name = NAMES[kind]
    address = f"{page}/download/{name}/"
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:
            text = answer.read().decode(errors="replace")
    except (urllib.error.URLError, OSError) as error:
        raise ImageError(
            f"{address} cannot be read ({error}): download an image with a browser and give it as IMAGE=…"
        ) from None
    file = name + ("-" + variant_ if variant_ else "")
    found = re.findall(rf"/resources/firmware/{file}-(\d{{8}})-v(\d+\.\d+\.\d+)\.bin", text)
    if not found:
        raise ImageError(f"{address} names no stable image {file}: look there with a browser and give one as IMAGE=…")
    date, version = max(found, key=lambda one: [int(part) for part in one[1].split(".")])
    return f"{page}/resources/firmware/{file}-{date}-v{version}.bin"


def fetched(address: str, folder: Path) -> Path:
    """The file behind an address, which is kept: the next time it is there already. Raises ImageError."""
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


def table(content: bytes, kind: str) -> list:
    """The partitions of an image."""
    start = esp_chip.TABLE_AT - START[kind]
    return esp_chip.partitions(content[start : start + esp_chip.TABLE_SIZE])


def check(content: bytes, kind: str) -> list:
    """The names of the parts of an image for this kind of chip, all of them whole. Raises ImageError."""
    parts = [("bootloader", 0)]
    for row in table(content, kind):
        if row.kind == 0 and row.offset - START[kind] < len(content):
            parts.append((row.label, row.offset - START[kind]))
    if len(content) < 0x10000 or content[0] != 0xE9:
        raise ImageError("this is no image for an ESP32: it does not begin with a boot loader")
    _made_for(content, kind)
    if len(parts) < 2:
        raise ImageError("there is no program in this image: is it one for updates only? Take the .bin for a new board")
    for name, at in parts:
        _whole(content[at:], kind, f"its part {name}")
    return [name for name, _ in parts]


def check_program(content: bytes, kind: str):
    """Raises ImageError unless this is a program for an OTA partition of this kind of chip, whole, and nothing else."""
    if content[:1] != b"\xe9" or len(content) < 24:
        raise ImageError("this is no program for an ESP32; micropython.bin of a build is one")
    _made_for(content, kind)
    if any(row.kind == 0 for row in table(content, kind)):
        raise ImageError("this is a whole image with its boot loader; micropython.bin of the same build is meant")
    _whole(content, kind, "the program")


def _made_for(content, kind):
    found = _CHIP_IDS.get(int.from_bytes(content[12:14], "little"), "another chip")
    if found != kind:
        raise ImageError(f"this image is for {found}, and the board has {kind}")


def _whole(content, kind, what):
    try:
        image = LoadFirmwareImage(kind, content)
    except (FatalError, struct.error, TypeError, IndexError) as error:  # the last two: it ends in the middle
        raise ImageError(f"{what} is damaged ({error}): fetch it again") from None
    if image.append_digest and image.stored_digest != image.calc_digest:
        raise ImageError(f"{what} is damaged (SHA-256): fetch it again")


def fits(content: bytes, found: esp_chip.Chip):
    """Raises ImageError where the image wants more flash than the chip has."""
    end = max(row.offset + row.size for row in table(content, found.kind))
    if found.flash_mb and end > found.flash_mb << 20:
        wanted = -(-end >> 20)
        raise ImageError(f"this image wants {wanted} MB of flash, and the board has {found.flash_mb}")
