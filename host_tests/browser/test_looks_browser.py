"""The page in a real browser: by keyboard and by axe-core, on a phone and a laptop, and the pictures of it."""

from pathlib import Path

import pytest
from charging import TAG, charge

from sim_station import PASSWORD

PICTURES = Path(__file__).resolve().parent.parent.parent / ".build" / "pictures"


def test_with_the_keyboard_alone(world, look):
    page = look(world, log_in=False)
    page.until("#login", "Password")
    page.keys(PASSWORD + "\ue007")  # the field has the focus; Enter
    page.until("#connector1 .why", "Free")
    world.do("plug_in", connector=1)
    page.run("document.getElementById('card1').focus()")
    seen = set()
    for _ in range(40):
        page.keys("\ue004")  # Tab
        seen.add(page.run("return document.activeElement.id || document.activeElement.innerText"))
        outline = page.run("return getComputedStyle(document.activeElement).outlineStyle")
        on_page = page.run("return document.activeElement !== document.body")
        assert not on_page or outline != "none", page.run("return document.activeElement.outerHTML")
    assert {"Start", "by-month", "Configuration keys", "Change password", "language", "out"} <= seen, seen


@pytest.mark.parametrize("width,height", [(390, 844), (1280, 900)])
@pytest.mark.parametrize("language", ["en-GB", "de-DE"])
@pytest.mark.parametrize("dark", [False, True])
def test_it_looks_right(world, look, width, height, language, dark):
    page = look(world, width=width, height=height, language=language, dark=dark)
    charge(world)
    world.do("plug_in", connector=2)
    page.until("#connector1 .status", "Charging" if language == "en-GB" else "Lädt")
    assert page.run("return document.documentElement.lang") == language[:2]
    wide = page.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, "it scrolls sideways"
    small = page.run(
        "return [...document.querySelectorAll('main button, main select, main input')].filter((e) => e.offsetParent)"
        ".filter((e) => e.getBoundingClientRect().height < 24).map((e) => e.outerHTML)"
    )
    assert small == [] and page.complaints() == []
    name = f"page-{'phone' if width < 600 else 'laptop'}-{language[:2]}-{'dark' if dark else 'light'}.png"
    page.picture(PICTURES / name)
    assert (PICTURES / name).stat().st_size > 10000


@pytest.mark.parametrize("language", ["en-GB", "de-DE"])
def test_what_is_folded_fits_a_phone_too(world, look, language):
    page = look(world, width=390, height=844, language=language, dark=language == "de-DE")
    for name in ("open-config", "open-firmware", "open-board"):
        page.run("document.getElementById(arguments[0]).open = true", name)
    page.until("#board", "connector[0]")
    page.until("#version", "Version")
    page.until("#config", "Charging profiles" if language == "en-GB" else "Ladeprofile")
    page.run("document.querySelectorAll('#config details').forEach((one) => { one.open = true; })")
    page.until("#config", "HeartbeatInterval")
    wide = page.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0 and page.complaints() == []


def test_pictures_for_the_readme(world, look):
    page = look(world, width=1100)
    for tag, seconds in ((TAG, 6), ("04A2B3C4D5E681", 4), (TAG, 3)):
        world.do("plug_in", connector=2)
        world.do("swipe", tag=tag, connector=2)
        page.until("#connector2 .status", "Charging")
        page.run(f"return new Promise((done) => setTimeout(done, {seconds * 1000}))")
        world.do("swipe", tag=tag, connector=2)
        page.until("#connector2 .status", "Finished")
        world.do("plug_out", connector=2)
        page.until("#connector2 .status", "Free")
    first = page.run("return fetch('/sessions').then((a) => a.json())")["rows"][0]
    page.run("return act('/name', {session: arguments[0], connector: 2, name: 'Anna'}).then(() => enter())", first[9])
    world.do("plug_in", connector=2)
    charge(world)
    page.until("#connector1 dl", "0.04")
    page.run("return act('/limit', {connector: 1, amps: 10})")
    page.until("#connector1 .why", "Limited to 10 A on this page.")
    page.until("#connector1 dl", "0.06")
    page.until("#log", "Anna")
    page.picture(PICTURES / "readme-laptop.png")
    page.run("document.getElementById('language').value = 'de'; document.getElementById('language').onchange()")
    page.until("#log", "Karte oder Seite")
