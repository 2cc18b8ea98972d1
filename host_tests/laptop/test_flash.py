"""`make flash`: what is written is whole and for this chip, or nothing is. The images are made by esptool itself."""

import hashlib
import http.server
import struct
import threading

import pytest
from esptool import bin_image

import flash


def part(chip="esp32", fill=b"\x01"):
    """A program as esptool writes it."""
    image = getattr(bin_image, f"{chip.upper()}FirmwareImage")()
    segment = bin_image.ImageSegment(0x3FFB0000, fill * 4096)
    segment.name = None
    image.segments = [segment]
    image.entrypoint = 0x40080000
    return image.save(None)


def whole(chip="esp32", app=None, boot=None, entries=1):
    """Boot loader, partition table and program, each at its place."""
    start = flash._START[chip]
    content = bytearray(b"\xff" * (0x10000 - start + 0x3000))
    loader = part(chip) if boot is None else boot
    content[: len(loader)] = loader
    table = b""
    for at in range(entries):
        table += struct.pack("<2sBBII16sI", b"\xaa\x50", 0, 0, 0x10000 + at * 0x100000, 0x100000, b"factory", 0)
    content[flash._TABLE_AT - start : flash._TABLE_AT - start + len(table)] = table
    program = part(chip, b"\x02") if app is None else app
    content[0x10000 - start : 0x10000 - start + len(program)] = program
    return bytes(content)


def refused(content, chip, named):
    with pytest.raises(flash.ImageError, match=named):
        flash.check(content, chip)


@pytest.mark.parametrize("chip", ["esp32", "esp32s3", "esp32c3"])
def test_a_good_image(chip):
    assert flash.check(whole(chip), chip) == ["bootloader", "factory"]


def test_every_damage_is_found():
    good = whole()
    assert flash.check(good, "esp32")
    loader, app = len(part()), len(part(fill=b"\x02"))
    begin = 0x10000 - 0x1000
    for at in [*range(40, loader, 500), loader - 1, *range(begin + 40, begin + app, 500), begin + app - 1]:
        bad = bytearray(good)
        bad[at] ^= 0x10
        refused(bytes(bad), "esp32", "is damaged")
    refused(good[: begin + 2000] + b"\xff" * 0x2000, "esp32", "factory is damaged")


def test_what_is_no_image_for_this_chip():
    refused(whole("esp32s3"), "esp32c3", "for esp32s3, and the board has esp32c3")
    refused(b"<html>not found</html>" * 5000, "esp32", "no image for an ESP32")
    refused(b"\xe9", "esp32", "no image for an ESP32")
    refused(whole(entries=0), "esp32", "no program in this image")


class Page(http.server.BaseHTTPRequestHandler):
    image = whole()
    page = b"""<a href="/resources/firmware/ESP32_GENERIC-20240105-v1.22.1.bin">old</a>
        <a href="/resources/firmware/ESP32_GENERIC-20260911-v1.29.0.bin">new</a>
        <a href="/resources/firmware/ESP32_GENERIC-20261001-v1.30.0-preview.5.bin">preview</a>
        <a href="/resources/firmware/ESP32_GENERIC_S3-20260911-v1.99.0.bin">another chip</a>"""
    asked = []

    def do_GET(self):
        self.asked.append(self.path)
        body = self.image if self.path.endswith(".bin") else self.page if "GENERIC/" in self.path else None
        self.send_response(200 if body else 404)
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, *args):
        pass


@pytest.fixture
def page():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    Page.asked.clear()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def test_the_newest_stable_image_is_fetched_once(page, tmp_path):
    address = flash.newest("esp32", page)
    assert address == f"{page}/resources/firmware/ESP32_GENERIC-20260911-v1.29.0.bin"
    path = flash.fetched(address, tmp_path)
    assert flash.check(path.read_bytes(), "esp32") and flash.fetched(address, tmp_path) == path
    assert len([one for one in Page.asked if one.endswith(".bin")]) == 1


def test_a_page_that_is_not_there(page, tmp_path):
    with pytest.raises(flash.ImageError, match="cannot be read.*IMAGE="):
        flash.newest("esp32c3", page)
    with pytest.raises(flash.ImageError, match="cannot be fetched"):
        flash.fetched(f"{page}/nothing", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_esptool_is_called_with_the_right_place():
    made = flash.command("/dev/x", "esp32", "a.bin", False)
    assert made[1:] == "-m esptool --chip esp32 --port /dev/x write-flash -z 0x1000 a.bin".split()
    assert flash.command("/dev/x", "esp32s3", "a.bin", True)[-4:] == ["--erase-all", "-z", "0x0", "a.bin"]


def test_from_the_command_line(tmp_path, monkeypatch, capsys):
    image = tmp_path / "a.bin"
    image.write_bytes(whole())
    ran = []

    def start(command, **named):
        ran.append(command)
        return type("Done", (), {"returncode": len(ran) - 1})()

    monkeypatch.setattr(flash.subprocess, "run", start)

    def call(*options):
        monkeypatch.setattr("sys.argv", ["flash", "esp32", "/dev/x", *options])
        return flash.main()

    digest = hashlib.sha256(image.read_bytes()).hexdigest()
    assert call("--image", str(image), "--sha256", digest.upper()) == 0 and len(ran) == 1
    assert call("--image", str(image), "--sha256", "00") == 1 and len(ran) == 1
    assert "its SHA-256 is" in capsys.readouterr().err
    assert call("--image", str(tmp_path / "no.bin")) == 1 and len(ran) == 1
    image.write_bytes(whole("esp32c3"))
    assert call("--image", str(image)) == 1 and len(ran) == 1
    image.write_bytes(whole())
    assert call("--image", str(image)) == 1 and len(ran) == 2
    assert "BOOT button" in capsys.readouterr().err
    monkeypatch.setattr("sys.argv", ["flash", "simulator", "/dev/x"])
    assert flash.main() == 1 and "chip simulator is not one of" in capsys.readouterr().err
