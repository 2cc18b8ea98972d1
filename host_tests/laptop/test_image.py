"""The images with the firmware frozen in: their partition tables add up, and what is frozen fits into them."""

import re

import pytest

import board_facts
import freeze
import rom
from chargelet.hardware.chips import chip

FOLDER = rom.ROOT / "boards" / "image"
IMAGES = sorted(path.parent for path in FOLDER.glob("*/mpconfigboard.cmake"))
# What is needed of MicroPython's own settings; they are there since 1.23, and there is no Bluetooth among them.
THEIRS = {"boards/sdkconfig.base", "boards/sdkconfig.240mhz", "boards/sdkconfig.usb"}
SECTOR, SLOT = 0x1000, 0x10000
# What MicroPython itself takes of a slot: 1636624 for the C3 with Bluetooth, which is 150 to 250 kB of it.
MICROPYTHON = 1390000


def table(path) -> list:
    """(name, type, subtype, offset, size) of a partition table's rows."""
    rows = [line.split(",") for line in path.read_text().splitlines() if not line.startswith("#")]
    return [(*(field.strip() for field in row[:3]), int(row[3], 0), int(row[4], 0)) for row in rows]


def parts(folder) -> tuple:
    """(chip, its partition table, MB of flash that the image is for)."""
    cmake = (folder / "mpconfigboard.cmake").read_text()
    kind, name = re.search(r"IDF_TARGET (\w+)", cmake)[1], re.search(r"CHARGELET_TABLE ([\w.-]+)", cmake)[1]
    own = folder / "sdkconfig.board"
    flash = re.search(r"FLASHSIZE_(\d+)MB=y", own.read_text() if own.exists() else "")
    return kind, table(FOLDER / name), int(flash[1]) if flash else 4


def test_there_is_one_for_each_chip_without_external_ram():
    assert sorted(parts(folder)[0] for folder in IMAGES) == ["esp32", "esp32c3", "esp32s3"]


@pytest.mark.parametrize("folder", IMAGES, ids=lambda path: path.name)
def test_a_partition_table_adds_up(folder):
    _, rows, flash_mb = parts(folder)
    end = 0x9000  # behind boot loader and table
    for name, kind, _, offset, size in rows:
        assert offset == end, f"{name} begins where the one before ends"
        assert offset % (SLOT if kind == "app" else SECTOR) == 0 == size % SECTOR, name
        end = offset + size
    assert end == flash_mb << 20
    by_name = {row[0]: row for row in rows}
    assert by_name["ota_0"][4] == by_name["ota_1"][4]
    assert [by_name[name][1:3] for name in ("ota_0", "ota_1")] == [("app", "ota_0"), ("app", "ota_1")]
    assert by_name["otadata"][1:3] == ("data", "ota") and by_name["otadata"][4] == 2 * SECTOR
    # The firmware begins no transaction with less than 64 kB left.
    assert by_name["vfs"][1] == "data" and by_name["vfs"][4] >= 0x60000


@pytest.mark.parametrize("folder", IMAGES, ids=lambda path: path.name)
def test_an_image_calls_itself_what_deploy_understands(folder):
    kind = parts(folder)[0]
    names = re.findall(r'#define MICROPY_HW_(?:BOARD|MCU)_NAME +"(.*)"', (folder / "mpconfigboard.h").read_text())

    class Link:
        def machine(self):
            return " with ".join(names)

        def run(self, code):
            return "(0, None, (), True, True)"

    assert len(names) == 2 and board_facts.ask(Link(), {}).chip == kind == chip(kind).name


@pytest.mark.parametrize("folder", IMAGES, ids=lambda path: path.name)
def test_what_an_image_is_made_of_is_there(folder):
    text = (folder / "mpconfigboard.cmake").read_text() + (FOLDER / "common.cmake").read_text()
    assert set(re.findall(r"(?<=[ (])boards/[\w.]+", re.sub("#.*", "", text))) <= THEIRS
    for name in re.findall(r"\$\{MICROPY_BOARD_DIR\}/([\w./]+)", text):
        assert (folder / name).is_file(), name
    for name in re.findall(r"\$\{CHARGELET_IMAGE\}/([\w./]+)", text):
        assert (FOLDER / name).is_file(), name
    for name in re.findall(r'#include "(.*)"', (folder / "mpconfigboard.h").read_text()):
        assert (folder / name).is_file(), name


def test_no_image_has_bluetooth_and_all_begin_with_the_heap_of_the_tests():
    text = (FOLDER / "mpconfigboard_common.h").read_text()
    assert re.search(r"MICROPY_PY_BLUETOOTH +\(0\)", text)
    assert re.search(r"MICROPY_GC_INITIAL_HEAP_SIZE +\(80 \* 1024\)", text)


def test_modules_are_without_the_names_of_their_files_in_the_images_and_where_they_are_measured():
    tools = rom.ROOT / "tools"
    for path in (
        FOLDER / "mpconfigboard_common.h",
        tools / "frozen/variant/mpconfigvariant.h",
        tools / "bare_metal/board/additions.h",
    ):
        assert re.search(r"^#define MICROPY_PY___FILE__ +\(0\)$", path.read_text(), re.M), path
    # On a board that has files with the firmware, device.py asks for it.
    asking = [path.name for path in (rom.FIRMWARE / "chargelet").rglob("*.py") if "__file__" in path.read_text()]
    assert asking == ["device.py"]


@pytest.mark.skipif(not freeze.there(), reason="nothing can be frozen here")
def test_what_is_frozen_fits_beside_micropython():
    firmware = {
        name: path
        for name, path in rom.station_files("esp32").items()
        if name.startswith(("chargelet/", "uwebsockets/"))
    }
    size = freeze.content_size(firmware)
    slots = [row[4] for folder in IMAGES for row in parts(folder)[1] if row[1] == "app"]
    assert size + MICROPYTHON <= min(slots), f"{size} bytes are frozen"
    told = dict(re.findall(r"^\| ([^|]+?) \| (\d+) \|$", (FOLDER / "README.md").read_text(), re.M))
    assert int(told["a slot, with 4 MB of flash"]) == min(slots)
    assert abs(int(told["the firmware, frozen (32 bits)"]) - size) < size // 5, f"README: {size} bytes are frozen"
