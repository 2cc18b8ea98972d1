"""`make flash`: the chip is asked, and what is written is whole and for it, or nothing is. Images are made by esptool
itself, which also asks the chips here."""

import hashlib
import subprocess

import pytest
from esp_images import row, whole

import check_board
import esp_chip
import flash
import images
from rom_loader import RomLoader


def test_esptool_is_called_with_the_right_place():
    made = flash.command("/dev/x", "esp32", "a.bin", False)
    assert made[1:] == "-m esptool --chip esp32 --port /dev/x write-flash -z 0x1000 a.bin".split()
    assert flash.command("/dev/x", "esp32s3", "a.bin", True)[-4:] == ["--erase-all", "-z", "0x0", "a.bin"]


# What is soldered on, as the chips' fuses tell it: (kind, fuses, MB of flash) → what is known of it.
PSRAM, OCTAL_FLASH = 4, 5  # words of BLOCK1
CHIPS = [
    ("esp32", {3: 1 << 9}, 4, ("ESP32-D0WD", None, 4), "IMAGE="),  # a WROOM-32; or a WROVER, whose RAM it does not know
    ("esp32", {3: 1 | 1 << 9}, 4, ("ESP32-S0WD", None, 4), "IMAGE="),
    ("esp32", {3: 2 << 9}, 2, ("ESP32-D2WD", None, 2), "IMAGE="),
    ("esp32", {3: 6 << 9}, 8, ("ESP32-PICO-V3-02", "quad", 8), "ESP32_GENERIC-SPIRAM"),
    ("esp32", {3: 7 << 9}, 4, ("ESP32-D0WDR2-V3", "quad", 4), "ESP32_GENERIC-SPIRAM"),
    ("esp32s3", {}, 8, ("ESP32-S3", "none", 8), "IMAGE="),
    ("esp32s3", {PSRAM: 1 << 3}, 16, ("ESP32-S3", "octal", 16), "ESP32_GENERIC_S3-SPIRAM_OCT"),  # N16R8
    ("esp32s3", {PSRAM: 1 << 3}, 4, ("ESP32-S3", "octal", 4), "IMAGE="),
    ("esp32s3", {PSRAM: 2 << 3}, 8, ("ESP32-S3", "quad", 8), "ESP32_GENERIC_S3"),
    ("esp32s3", {PSRAM: 2 << 3}, 4, ("ESP32-S3", "quad", 4), "ESP32_GENERIC_S3-FLASH_4M"),
    ("esp32s3", {PSRAM: 3 << 3}, 32, ("ESP32-S3", "octal", 32), "ESP32_GENERIC_S3-SPIRAM_OCT"),
    ("esp32s3", {OCTAL_FLASH: 1 << 19}, 8, ("ESP32-S3", None, 8), "IMAGE="),  # 4 MB: of which kind, it does not tell
    ("esp32c3", {}, 4, ("ESP32-C3", "none", 4), "IMAGE="),
]


@pytest.fixture
def board():
    made = []

    def solder(*given):
        made.append(RomLoader(*given))
        return made[-1].port

    yield solder
    for one in made:
        one.close()


@pytest.mark.parametrize(("kind", "fuses", "flash_mb", "known", "image"), CHIPS)
def test_a_chip_is_asked_and_has_its_image(board, kind, fuses, flash_mb, known, image):
    found = esp_chip.ask(board(kind, fuses, flash_mb))
    assert (found.kind, found.name, found.psram, found.flash_mb) == (kind, *known), found
    ram = found.psram or "none"
    if image == "IMAGE=":
        with pytest.raises(images.ImageError, match="build one with the firmware frozen in .*IMAGE="):
            images.variant(found, ram)
    else:
        variant = images.variant(found, ram)
        assert images.NAMES[kind] + ("-" + variant if variant else "") == image


def test_a_wrover_says_so_in_its_board_file(board):
    found = esp_chip.ask(board("esp32", {3: 1 << 9}, 4))
    with pytest.raises(images.ImageError, match='WROVER.*psram = "quad"'):
        images.variant(found, "none")
    table = check_board.read("esp32")
    assert flash.ram_of(found, table) == "none" and flash.ram_of(found, {**table, "psram": "quad"}) == "quad"
    assert images.variant(found, "quad") == "SPIRAM"
    one_core = esp_chip.ask(board("esp32", {3: 1 | 1 << 9}, 4))
    with pytest.raises(images.ImageError, match="one core"):
        images.variant(one_core, "quad")


def test_a_board_file_and_its_chip_agree(board):
    found = esp_chip.ask(board("esp32s3", {PSRAM: 1 << 3}, 8))
    table = check_board.read("esp32s3")
    with pytest.raises(images.ImageError, match='this chip has psram = "octal", and the board file says "quad"'):
        flash.ram_of(found, {**table, "psram": "quad"})
    table["connector"][0]["contactor"]["coil"] = 35
    with pytest.raises(images.ImageError, match=r"contactor.coil: pin 35 belongs to the external RAM \(octal\)"):
        flash.ram_of(found, table)


def test_octal_flash_has_no_image():
    found = esp_chip.Chip("esp32s3", "ESP32-S3", False, "octal", 32, True)
    with pytest.raises(images.ImageError, match="octal flash"):
        images.variant(found, "octal")


def test_a_port_with_nothing_on_it(monkeypatch):
    with pytest.raises(esp_chip.ChipError, match="/dev/nothing cannot be opened; "):
        esp_chip.ask("/dev/nothing")
    said = "A fatal error occurred: Failed to connect to Espressif device: No serial data received."
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: subprocess.CompletedProcess([], 2, said, ""))
    with pytest.raises(esp_chip.ChipError, match="nothing answers on that port.*BOOT button.*No serial data"):
        esp_chip.ask("/dev/nothing")


def rows(content, kind="esp32"):
    return images.table(content, kind)


def test_what_becomes_of_that_which_is_there():
    good = rows(whole())
    assert flash.erases(good, good) == "", "files stay"
    assert "nothing on it" in flash.erases([], good)
    foreign = esp_chip.partitions(row(b"nvs", 1, 2, 0x9000, 0x5000) + row(b"app0", 0, 16, 0x10000, 0x140000))
    assert flash.erases(foreign, good) == "another program is on it (nvs, app0)"
    with pytest.raises(images.ImageError, match="another layout .*ERASE=1"):
        flash.erases(rows(whole(files_at=0x1F0000)), good)
    assert esp_chip.partitions(b"\xff" * 0xC00) == []


def test_an_image_that_wants_more_flash_than_there_is():
    found = esp_chip.Chip("esp32", "ESP32-D0WD", False, None, 2, False)
    with pytest.raises(images.ImageError, match="wants 4 MB of flash, and the board has 2"):
        images.fits(whole(), found)
    images.fits(whole(), found._replace(flash_mb=4))


@pytest.fixture
def call(board, monkeypatch):
    """`make flash` for the board esp32 with a chip and what it holds; gives (status, what would be written how)."""
    monkeypatch.setattr(images, "_PAGE", "http://127.0.0.1:1")
    monkeypatch.setattr(images, "newest", lambda kind, variant: f"stock/{images.NAMES[kind]}-{variant}")

    def run(chip, holds, *options, status=0, name="esp32"):
        ran = []
        asked = flash.subprocess.run

        def start(command, **named):
            if "write-flash" not in command:
                return asked(command, **named)
            ran.append(command)
            return type("Done", (), {"returncode": status})()

        kind, fuses = chip
        port = board(kind, fuses, 4, b"\xff" * images.START[kind] + holds)
        with monkeypatch.context() as patch:
            patch.setattr("sys.argv", ["flash", name, port, *options])
            patch.setattr(flash.subprocess, "run", start)
            patch.setattr(flash.label, "once_it_answers", lambda port: f"the label of {port == ran[0][6]}")
            return flash.main(), ran

    return run


def test_from_the_command_line(tmp_path, call, capsys):
    image = tmp_path / "a.bin"
    image.write_bytes(whole())
    digest = hashlib.sha256(image.read_bytes()).hexdigest()
    wroom = ("esp32", {3: 1 << 9})
    status, (ran,) = call(wroom, whole(), "--image", str(image), "--sha256", digest.upper())
    assert status == 0 and "--erase-all" not in ran
    said = capsys.readouterr().out
    assert "ESP32-D0WD, 4 MB of flash, external RAM unknown" in said and "erased" not in said
    assert "the label of True\nMicroPython is on the board" in said
    status, (ran,) = call(wroom, b"", "--image", str(image))
    assert status == 0 and "--erase-all" in ran, "the first flash erases"
    assert "all of its flash is erased first: there is nothing on it" in capsys.readouterr().out
    status, (ran,) = call(wroom, whole(files_at=0x1F0000), "--image", str(image), "--erase")
    assert status == 0 and "--erase-all" in ran
    assert call(wroom, whole(), "--image", str(image), status=2)[0] == 1
    assert "BOOT button" in capsys.readouterr().err

    def refused(named, chip, holds, *options, name="esp32"):
        status, ran = call(chip, holds, *options, name=name)
        said = capsys.readouterr().err
        assert status == 1 and not ran and named in said and "nothing was written" in said, said

    refused("its SHA-256 is", wroom, b"", "--image", str(image), "--sha256", "00")
    refused("no.bin is no file", wroom, b"", "--image", str(tmp_path / "no.bin"))
    refused("ERASE=1", wroom, whole(files_at=0x1F0000), "--image", str(image))
    refused("the board file says esp32, and on that port is ESP32-C3", ("esp32c3", {}), b"", "--image", str(image))
    refused("build one with the firmware frozen in", wroom, b"")
    refused("chip simulator is not one of", wroom, b"", name="simulator")
    image.write_bytes(whole("esp32c3"))
    refused("this image is for esp32c3", wroom, b"", "--image", str(image))


def test_the_image_that_fits_is_fetched(tmp_path, call, monkeypatch):
    image = tmp_path / "a.bin"
    image.write_bytes(whole())
    asked = []
    monkeypatch.setattr(images, "fetched", lambda address, folder: asked.append(address) or image)
    status, (ran,) = call(("esp32", {3: 6 << 9}), b"")
    assert status == 0 and asked == ["stock/ESP32_GENERIC-SPIRAM"] and ran[-1] == str(image)
