"""Images of MicroPython: every damage is found, and the newest stable one is fetched once."""

import http.server
import threading

import pytest
from esp_images import part, refused, whole

import images


@pytest.mark.parametrize("chip", ["esp32", "esp32s3", "esp32c3"])
def test_a_good_image(chip):
    assert images.check(whole(chip), chip) == ["bootloader", "factory"]


def test_every_damage_is_found():
    good = whole()
    assert images.check(good, "esp32")
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
        <a href="/resources/firmware/ESP32_GENERIC-SPIRAM-20260911-v1.29.0.bin">another variant</a>
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
    address = images.newest("esp32", page=page)
    assert address == f"{page}/resources/firmware/ESP32_GENERIC-20260911-v1.29.0.bin"
    assert images.newest("esp32", "SPIRAM", page) == address.replace("GENERIC-", "GENERIC-SPIRAM-")
    with pytest.raises(images.ImageError, match="no stable image ESP32_GENERIC-OTA"):
        images.newest("esp32", "OTA", page)
    path = images.fetched(address, tmp_path)
    assert images.check(path.read_bytes(), "esp32") and images.fetched(address, tmp_path) == path
    assert len([one for one in Page.asked if one.endswith(".bin")]) == 1


def test_a_page_that_is_not_there(page, tmp_path):
    with pytest.raises(images.ImageError, match="cannot be read.*IMAGE="):
        images.newest("esp32c3", page=page)
    with pytest.raises(images.ImageError, match="cannot be fetched"):
        images.fetched(f"{page}/nothing", tmp_path)
    assert list(tmp_path.iterdir()) == []
