"""Images for ESP32 chips as tests make and damage them."""

import struct

import pytest
from esptool import bin_image

import esp_chip
import images


def part(chip="esp32", fill=b"\x01"):
    """A program as esptool writes it."""
    image = getattr(bin_image, f"{chip.upper()}FirmwareImage")()
    segment = bin_image.ImageSegment(0x3FFB0000, fill * 4096)
    segment.name = None
    image.segments = [segment]
    image.entrypoint = 0x40080000
    return image.save(None)


def row(label, kind, subtype, offset, size):
    return struct.pack("<2sBBII16sI", b"\xaa\x50", kind, subtype, offset, size, label, 0)


def whole(chip="esp32", app=None, boot=None, entries=1, files_at=0x200000):
    """Boot loader, partition table and program, each at its place."""
    start = images.START[chip]
    content = bytearray(b"\xff" * (0x10000 - start + 0x3000))
    loader = part(chip) if boot is None else boot
    content[: len(loader)] = loader
    table = b""
    for at in range(entries):
        table += row(b"factory", 0, 0, 0x10000 + at * 0x100000, 0x100000)
    table += row(b"vfs", 1, 0x81, files_at, 0x200000)
    content[esp_chip.TABLE_AT - start : esp_chip.TABLE_AT - start + len(table)] = table
    program = part(chip, b"\x02") if app is None else app
    content[0x10000 - start : 0x10000 - start + len(program)] = program
    return bytes(content)


def refused(content, chip, named):
    with pytest.raises(images.ImageError, match=named):
        images.check(content, chip)
