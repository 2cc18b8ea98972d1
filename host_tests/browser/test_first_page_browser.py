"""The set-up page in a real browser, of a station in the frozen form: from nothing to the first charge."""

import contextlib
import json
import os
import stat
from pathlib import Path

import pytest
from certificate_authority import CertificateAuthority
from out_of_the_box import OutOfTheBox

import webdriver

PICTURES = Path(__file__).resolve().parent.parent.parent / ".build" / "pictures"
SECRET = "hush hush hush hush"


@pytest.fixture
def box(tmp_path):
    """box(*options, **central) takes a station out of its box, and switches it on."""
    opened = []

    def taken(*options, **central):
        made = OutOfTheBox(tmp_path / "state", *options, **central)
        opened.append(made)
        made.start()
        return made

    yield taken
    for one in opened:
        one.close()


def fill(browser, **fields):
    for name, text in fields.items():
        browser.run("document.getElementById(arguments[0]).value = ''", name)
        browser.type("#" + name, text)


def go(browser):
    browser.click("#first > button:last-child")


def test_from_nothing_to_the_first_charge(box):
    station = box(password=SECRET)
    with webdriver.Browser(390, 844) as page:
        page.open(station.url)
        page.until("h1", "Chargelet-ABCDEF")
        page.until("#hello", "is not set up yet")
        page.run("return new Promise((done) => setTimeout(done, 500))")
        page.until("#found", "Networks found, with their strength: 2")
        page.until("#networks", "garage (")
        assert " %, open)" in page.text("#networks") and page.text("#networks").count(" %") == 2
        page.run("[...document.querySelectorAll('#networks button')].find((b) => /^garage/.test(b.innerText)).click()")
        assert page.run("return document.getElementById('network').value") == "garage"
        assert page.run("return document.activeElement.id") == "key"
        fill(page, key="wrong horse", url=station.csms.url, identity="CP7", secret=SECRET)
        go(page)
        page.until("#notice", "The Wi-Fi garage does not take this password.")
        assert not station.path.exists()
        fill(page, key="correct horse", secret="wrong")
        go(page)
        page.until("#notice", "The central system does not take identity CP7 with this password.")
        assert not station.path.exists() and page.complaints() == []
        page.picture(PICTURES / "set-up-phone-en.png")
        fill(page, secret=SECRET, page="my own page")
        page.click("#free")
        go(page)
        page.until("#doing", "It works, and is kept.")
        kept = json.loads(station.path.read_text())
        assert kept["csms"] == {"url": station.csms.url, "identity": "CP7", "password": SECRET}
        assert kept["config"] == {"FreeVend": "true"} and set(kept["page"]) == {"salt", "hash", "rounds"}
        # The board starts anew; whoever plugs in charges, and its own page is at the same place.
        station.calls("BootNotification")
        station.do("plug_in", connector=1)
        (start,) = station.calls("StartTransaction")
        assert start["connectorId"] == 1
        station.until(lambda: station.do("state")["connectors"]["1"]["contactor"])
        page.open(station.url)
        page.type("#password", "my own page")
        page.click("#login button")
        page.until("#connector1 .status", "Charging")


def test_a_station_with_a_cable_from_nothing_to_the_first_charge(box):
    station = box("--cable", "out", password=SECRET)
    with webdriver.Browser(390, 844) as page:
        page.open(station.url)
        page.until("#hello", "is not set up yet")
        shown = "return document.getElementById(arguments[0]).getClientRects().length > 0"
        page.until_not("#first", "Name of the Wi-Fi")
        assert [page.run(shown, name) for name in ("network", "key", "look", "url")] == [False, False, False, True]
        fill(page, url=station.csms.url, identity="CP7", secret=SECRET, page="my own page")
        page.click("#free")
        go(page)
        page.until("#doing", "Waiting for the network at the Ethernet socket")
        page.until("#notice", "There is no network at the Ethernet socket: is the cable in, at both ends?")
        assert not station.path.exists() and page.complaints() == []
        station.cut()
        station.start("--cable", "in")
        page.open(station.url)
        page.until("#hello", "is not set up yet")
        fill(page, url=station.csms.url, identity="CP7", secret=SECRET, page="my own page")
        page.click("#free")
        go(page)
        page.until("#doing", "It works, and is kept.")
        assert "wifi" not in json.loads(station.path.read_text())
        station.calls("BootNotification")
        station.do("plug_in", connector=1)
        station.calls("StartTransaction")
        station.until(lambda: station.do("state")["connectors"]["1"]["contactor"])
        page.open(station.url)
        page.type("#password", "my own page")
        page.click("#login button")
        page.until("#connector1 .status", "Charging")


def test_the_power_is_cut_in_the_middle_of_saving(box):
    station = box()
    # What is written first is a pipe that is full: so the board stands in the middle of it until the cut.
    half = station.path.with_name("installation.json~")
    os.mkfifo(half)
    full = os.open(half, os.O_RDWR | os.O_NONBLOCK)
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(full, b"x")
    with webdriver.Browser(390, 844) as page:
        page.open(station.url)
        page.until("h1", "Chargelet-ABCDEF")
        fill(page, network="garage", key="correct horse", url=station.csms.url, identity="CP7")
        page.click("#free")
        go(page)
        station.until(lambda: station.has_open(half))
        station.cut()
        os.close(full)
        assert stat.S_ISFIFO(half.stat().st_mode) and not station.path.exists()
        half.unlink()
        half.write_text('{"wifi": {"na')  # as flash may have it
        station.start()
        page.open(station.url)
        page.until("#hello", "is not set up yet")
        assert not station.path.exists() and station.csms.calls("BootNotification") == []
        fill(page, network="garage", key="correct horse", url=station.csms.url, identity="CP7")
        page.click("#free")
        go(page)
        page.until("#doing", "It works, and is kept.")
        station.calls("BootNotification")
        station.do("plug_in", connector=1)
        station.calls("StartTransaction")


def test_a_secure_connection_with_its_root(box, tmp_path):
    authority, other = CertificateAuthority(), CertificateAuthority("Another root")
    station = box(password=SECRET, tls=authority.server())
    url = f"wss://localhost:{station.csms.port}/ocpp"
    right = tmp_path / "root.pem"
    right.write_text(authority.pem)
    with webdriver.Browser(390, 844) as page:
        page.open(station.url)
        page.until("h1", "Chargelet-ABCDEF")
        fill(page, network="garage", key="correct horse", url=url, identity="CP7", secret=SECRET)
        page.run("document.getElementById('profile').value = '2'")
        go(page)
        page.until("#notice", "for wss:// (PEM): one certificate in PEM that is valid now")
        page.run("document.getElementById('ca').value = arguments[0]", other.pem)
        go(page)
        page.until("#notice", "is not signed by this root")
        assert not station.path.exists()
        page.type("#file", str(right))
        page.run("return new Promise((done) => setTimeout(done, 500))")
        assert page.run("return document.getElementById('ca').value") == authority.pem
        go(page)
        page.until("#doing", "It works, and is kept.")
        assert page.complaints() == []
        station.calls("BootNotification")
        assert json.loads(station.path.read_text())["csms"]["profile"] == 2


def test_in_german(box):
    station = box()
    with webdriver.Browser(1280, 900, "de-DE", dark=True) as page:
        page.open(station.url)
        page.until("#first", "Name des WLANs")
        fill(page, network="garage", key="kurz")
        go(page)
        page.until("#notice", "Das kann nicht sein: Passwort des WLANs (leer: ein offenes): 8 bis 63 Zeichen")
        assert page.run("return document.activeElement.id") == "key" and page.text("#found").endswith("Stärke: 2")
        fill(page, key="lang genug", page="kurz mal", url="http://zentrale", identity="x" * 48)
        go(page)
        page.until("#notice", "(leer: keine, sie lädt allein): sie beginnt mit ws:// oder wss://")
        fill(page, url="wss://zentrale", ca="nichts")
        go(page)
        page.until("#notice", "Zentrale, für wss:// (PEM): ein Zertifikat in PEM, das jetzt gilt (")
        assert page.complaints() == []
        page.picture(PICTURES / "set-up-laptop-de.png")
