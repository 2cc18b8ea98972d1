"""The panel of `make sim` in a real browser: each thing on it does something, and it shows what is so."""

import time

from charging import TAG

BOX = "#places fieldset:first-child [data-fault=%s]"
BUTTON = """
const b = [...document.querySelectorAll("#world button")].filter((one) => one.innerText === arguments[0])[0];
if (b.disabled) throw new Error(arguments[0] + " has no effect now");
b.click();
"""


def off(page):
    """The texts of the panel's buttons that nobody can press now."""
    return page.run("return [...document.querySelectorAll('#world button:disabled')].map((one) => one.innerText)")


def until_off(page, text):
    """Wait until this button cannot be pressed."""
    end = time.monotonic() + 120
    while text not in off(page):
        assert time.monotonic() < end, off(page)
        time.sleep(0.1)


def until(true):
    """Wait until it is true: what is pressed takes a moment to come to the station."""
    end = time.monotonic() + 120
    while not true():
        assert time.monotonic() < end
        time.sleep(0.1)


def test_each_thing_on_the_panel_acts(world, look):
    page = look(world, url=world.sim.page.url)
    connector = lambda: world.do("state")["connectors"]["1"]  # noqa: E731
    press = lambda text: page.run(BUTTON, text)  # noqa: E731
    page.until("#places", "Connector 2")
    until_off(page, "Power back")
    press("Plug in")
    page.until("#connector1 .why", "It waits for a card.")
    assert page.run("return document.getElementById('w-tag1').value") == TAG
    press("Show it")
    page.until("#connector1 .status", "Charging")
    page.until("#connector1 dl", "11.1 kW")
    change = "r.value = 8; r.oninput(); r.dispatchEvent(new Event('change'))"
    page.run("const r = document.getElementById('w-amps1'); " + change)
    page.until("#connector1 dl", "5.5 kW")
    page.until("#places", "The vehicle takes 8 A")
    press("The vehicle pauses")
    page.until("#connector1 .why", "The vehicle has paused, or is full.")
    press("It wants again")
    page.until("#connector1 .status", "Charging")
    page.run("document.querySelector('#places details').open = true")
    for fault, said in (
        ("short", "something about the vehicle's signal is not right"),
        ("ventilation", "The vehicle wants a ventilated place"),
    ):
        page.click(BOX % fault)
        page.until("#connector1 .why", said)
        page.click(BOX % fault)
        page.until("#connector1 .status", "Charging")
    for fault in ("no_diode", "asleep"):
        is_so = lambda name=fault: world.do("world")["connectors"][0][name]  # noqa: E731
        page.click(BOX % fault)
        until(is_so)
        page.click(BOX % fault)
        until(lambda: not is_so())  # noqa: B023
    page.click("#tamper")
    until(lambda: world.do("world")["tamper"])
    fetched = "return fetch('/diagnostics.txt').then((a) => a.text())"
    until(lambda: "TamperDetectionActivated" in page.run(fetched))
    press("Network away")
    page.until("#whole", "There is no connection to the central system.")
    press("Network back")
    page.until_not("#whole", page.text("#whole"))
    page.click(BOX % "lock_fail")
    press("Show it")
    page.until("#connector1 .why", "The lock did not open")
    page.click(BOX % "lock_fail")
    press("Show it")
    press("Unplug")
    page.until("#connector1 .why", "Free")
    until(lambda: not connector()["locked"])
    # What a person sees of a message before it is opened, and the whole of it behind that.
    page.until("#messages", "begins at connector 1")
    page.click("#hold")
    count = page.run("return document.querySelectorAll('#messages details').length")
    world.ask("GetConfiguration", key=["HeartbeatInterval"])
    page.click("#hold")
    world.ask("GetConfiguration", key=["AuthorizeRemoteTxRequests"])
    page.until("#messages", "GetConfiguration")
    text = page.run("return document.getElementById('messages').textContent")
    assert "HeartbeatInterval" not in text and "AuthorizeRemoteTxRequests" in text and count > 10
    assert page.complaints() == []


def test_the_panel_shows_what_is_so(world, look):
    page = look(world, url=world.sim.page.url)
    page.until("#places", "Connector 2")
    page.run("document.querySelector('#places details').open = true")
    world.do("weld", connector=1, on=True)  # as somebody does who types it
    world.do("draw", connector=2, amps=20)
    page.run(BUTTON, "Plug in")
    page.until("#places fieldset:nth-child(2)", "The vehicle takes 20 A")
    checked = "return document.querySelector(arguments[0]).checked"
    assert page.run(checked, BOX % "weld") and not page.run(checked, BOX % "short")
    page.run(BUTTON, "Cut the power")
    until_off(page, "Plug in")
    assert set(off(page)) >= {"Show it", "Network away", "Cut the power"} and "Power back" not in off(page)
    page.run(BUTTON, "Power back")
    page.until("#places fieldset:nth-child(2)", "The vehicle takes 16 A")
    until_off(page, "Power back")
    assert off(page) == ["Power back"] and not page.run(checked, BOX % "weld")
