"""A station in the frozen form loses its Wi-Fi while it charges: its set-up page in a browser, and what goes on."""

import json

import pytest
from out_of_the_box import OutOfTheBox

import page_password
import webdriver

OWN, SECRET = "my own page", "hush hush hush hush"
AIR = {"garden": "another horse"}


@pytest.fixture
def station(tmp_path):
    made = OutOfTheBox(tmp_path / "state", "--connectors", "2", "--minute-ms", "100", password=SECRET)
    table = {
        "wifi": {"name": "garage", "password": "correct horse"},
        "csms": {"url": made.csms.url, "identity": "CP7", "password": SECRET},
        "page": page_password.made(OWN), "config": {"FreeVend": "true"},
    }  # fmt: skip
    made.path.parent.mkdir(parents=True)
    made.path.write_text(json.dumps(table))
    made.start()
    yield made
    made.close()


def test_another_wifi_while_both_connectors_charge(station):
    station.calls("BootNotification")
    for connector in (1, 2):
        station.do("plug_in", connector=connector)
    station.calls("StartTransaction", 2)
    assert json.loads(station.path.read_text())["wifi"]["name"] == "garage"
    station.do("air", networks=AIR)
    with webdriver.Browser(390, 844) as page:
        page.open(station.until(station.asks))
        page.until("#hello", "It stays until what you say here has been tried out")
        assert page.run("return document.getElementById('look').hidden"), "a scan takes seconds in one piece"
        assert page.run("return document.getElementById('rest').hidden") and page.complaints() == []
        page.type("#network", "garden")
        page.type("#key", "another horse")
        page.type("#owner", "not my page")
        page.click("#first > button:last-child")
        page.until("#notice", "Password of the station's own page: this is not it")
        page.run("document.getElementById('owner').value = ''")
        page.type("#owner", OWN)
        page.click("#first > button:last-child")
        page.until("#doing", "It works, and is kept.")
    kept = json.loads(station.path.read_text())
    assert kept["wifi"] == {"name": "garden", "password": "another horse"} and kept["csms"]["identity"] == "CP7"
    # Nobody's session was cut, and the board waits for the end of both before it starts anew.
    state = station.do("state")
    assert state["connectors"]["1"]["contactor"] and state["connectors"]["2"]["contactor"], state
    assert station.csms.calls("StopTransaction") == [] and len(station.csms.calls("BootNotification")) == 1
    station.do("plug_out", connector=1)
    station.calls("StopTransaction", 1)
    assert station.do("state")["connectors"]["2"]["contactor"]
    station.do("plug_out", connector=2)
    station.calls("StopTransaction", 2)
    station.calls("BootNotification", 2)
    assert "MemoryError" not in station.log.read_text() and "died" not in station.log.read_text()


def test_the_wifi_comes_back(station):
    station.calls("BootNotification")
    station.do("air", networks={})
    url = station.until(station.asks)
    station.do("air", networks={"garage": "correct horse"})
    station.until(lambda: not station.asks())
    with webdriver.Browser(390, 844) as page:
        page.open(url)
        page.until("#login", "Password")
    assert "the Wi-Fi is found" in station.log.read_text()
