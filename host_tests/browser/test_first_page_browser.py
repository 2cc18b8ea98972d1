"""The set-up page in a real browser: from nothing to an installation that works, in both languages."""

import asyncio
import json
import sys
import threading
import types
from pathlib import Path

import pytest

import page_content
import webdriver
from chargelet import page, set_up
from chargelet.base.clock import Clock
from chargelet.base.storage import Storage
from control_port import free_port
from csms import CentralSystem

PICTURES = Path(__file__).resolve().parent.parent.parent / ".build" / "pictures"


class Radio:
    """An AccessPoint without a radio."""

    def open(self, name, key):
        return "127.0.0.1"

    def networks(self):
        return [["garage", -40, True], ["garden", -70, False]]

    async def join(self, name, key):
        return None if (name, key) == ("garage", "correct horse") else "password"

    def name_server(self):
        return "127.0.0.1"

    def leave(self):
        pass


@pytest.fixture
def board(tmp_path, monkeypatch):
    """A board that is being set up: (its page, its file, its central system's address)."""
    monkeypatch.setattr(set_up, "READ_MS", 60000)
    # What an image has been given when it was built.
    content = types.SimpleNamespace()
    content.PAGE, content.POLICY = page_content.packed("first")
    monkeypatch.setitem(sys.modules, "chargelet.page.first_content", content)
    monkeypatch.setattr(page, "first_content", content, raising=False)
    port, ready, made = free_port(), threading.Event(), {}

    async def serve():
        async with CentralSystem(password="hush hush") as csms:
            made.update(url=csms.url, loop=asyncio.get_running_loop(), task=asyncio.current_task())
            storage, path = Storage(str(tmp_path / "state")), str(tmp_path / "installation.json")
            given = Radio(), b"\x01\xab\xcd\xef", Clock(), lambda line, level=1: None, storage, path, port, free_port()
            ready.set()
            await set_up.run(*given)

    def run():
        try:
            asyncio.run(serve())
        except asyncio.CancelledError:
            pass

    thread = threading.Thread(target=run)
    thread.start()
    ready.wait()
    yield f"http://127.0.0.1:{port}/", tmp_path / "installation.json", made["url"]
    made["loop"].call_soon_threadsafe(made["task"].cancel)
    thread.join()


def fill(browser, **fields):
    for name, text in fields.items():
        browser.run("document.getElementById(arguments[0]).value = ''", name)
        browser.type("#" + name, text)


def test_from_nothing_to_an_installation_that_works(board):
    url, path, central = board
    with webdriver.Browser(390, 844) as page:
        page.open(url)
        page.until("h1", "Chargelet-ABCDEF")
        page.run("return new Promise((done) => setTimeout(done, 500))")
        assert page.run("return document.querySelectorAll('#networks option').length") == 2
        fill(page, network="garage", key="wrong horse", url=central, identity="CP7", secret="hush hush")
        page.click("#first > button:last-child")
        page.until("#notice", "The Wi-Fi garage does not take this password.")
        assert not path.exists()
        fill(page, key="correct horse", secret="wrong")
        page.click("#first > button:last-child")
        page.until("#notice", "The central system does not take identity CP7 with this password.")
        assert not path.exists() and page.complaints() == []
        PICTURES.mkdir(parents=True, exist_ok=True)
        page.picture(PICTURES / "set-up-phone-en.png")
        fill(page, secret="hush hush", page="my own page")
        page.click("#free")
        page.click("#first > button:last-child")
        page.until("#doing", "It works, and is kept.")
        kept = json.loads(path.read_text())
        assert kept["csms"] == {"url": central, "identity": "CP7", "password": "hush hush"}
        assert kept["config"] == {"FreeVend": "true"} and set(kept["page"]) == {"salt", "hash", "rounds"}


def test_in_german(board):
    url, _path, _central = board
    with webdriver.Browser(1280, 900, "de-DE", dark=True) as page:
        page.open(url)
        page.until("#first", "Name des WLANs")
        fill(page, network="garage", key="kurz")
        page.click("#first > button:last-child")
        page.until("#notice", "Das kann nicht sein: wifi.password")
        assert page.complaints() == []
        page.picture(PICTURES / "set-up-laptop-de.png")
