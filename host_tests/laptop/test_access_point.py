"""The chip's Wi-Fi while a board is set up: who may join, what is heard, and why a network was not joined."""

import asyncio
import sys
import types

import pytest

import check_board
from chargelet.hardware.access_point import AccessPoint
from fakes.clock import FakeClock
from fakes.parts import Modules


class Wlan:
    """One of MicroPython's interfaces."""

    made = {}

    def __new__(cls, kind):
        if kind not in cls.made:
            cls.made[kind] = super().__new__(cls)
            cls.made[kind].done, cls.made[kind].state = [], 1001
        return cls.made[kind]

    def active(self, on):
        self.done.append(on)

    def config(self, **given):
        self.done.append(given)

    def ifconfig(self):
        return "192.168.4.1", "255.255.255.0", "192.168.4.1", "192.168.1.1"

    def scan(self):
        return [
            (b"far", b"", 1, -80, 3, False), (b"near", b"", 1, -30, 3, False), (b"far", b"", 6, -60, 0, False),
            (b"\xff\xfe", b"", 1, -10, 3, False), (b"", b"", 1, -10, 3, True),
        ]  # fmt: skip

    def connect(self, name, key):
        self.done.append((name, key))

    def disconnect(self):
        raise OSError("not started")

    def isconnected(self):
        return self.state == 1010

    def status(self):
        return self.state


class Jumping(FakeClock):
    async def sleep(self, ms):
        self.advance(ms)


class Lan:
    """MicroPython's interface to a cable; `state` is what its status() says."""

    state = 4

    def __init__(self, **given):
        self.given = given
        self.done = []

    def active(self, on):
        self.done.append(on)

    def ifconfig(self):
        return "192.168.1.7", "255.255.255.0", "192.168.1.1", "192.168.1.1"

    def isconnected(self):
        return self.state == 5

    def status(self):
        return self.state


@pytest.fixture
def network(monkeypatch):
    Wlan.made = {}
    made = types.SimpleNamespace(WLAN=Wlan, AP_IF=1, STA_IF=0, PHY_LAN8720=1, ETH_CONNECTED=3, LAN=Lan)
    monkeypatch.setitem(sys.modules, "network", made)
    return made


@pytest.fixture
def point(network):
    return AccessPoint(Jumping(0))


def test_the_access_point_is_closed_to_others_and_lists_what_it_hears(point):
    assert point.open("Chargelet-X", "abcdefghjk") == "192.168.4.1"
    assert {"ssid": "Chargelet-X", "key": "abcdefghjk", "security": 3} in Wlan.made[1].done
    assert point.networks() == [["near", -30, True], ["far", -60, False]]


@pytest.mark.parametrize(
    "state,why", [(1010, None), (202, "password"), (201, "not_found"), (1001, "no_answer"), (203, "refused")]
)
def test_why_a_network_was_not_joined(point, state, why):
    point.open("x", "abcdefghjk")
    Wlan.made[0].state = state
    assert asyncio.run(point.join("garage", "secret word")) == why
    assert Wlan.made[0].done[-1] == ("garage", "secret word") and point.name_server() == "192.168.1.1"


def test_it_is_open_to_nobody_for_a_moment_and_leaves_the_search_as_it_was(point):
    given = {"ssid": "x", "key": "abcdefghjk", "security": 3}
    point.open("x", "abcdefghjk", True)
    own, other = Wlan.made[1].done, Wlan.made[0].done
    assert own == [given, True, given] and other == [{"reconnects": 0}], "the search is somebody else's"
    point.close()
    assert own[-1] is False and other[-1] == {"reconnects": -1}
    # An image that takes no settings before the interface is there.
    once = Wlan.config

    def late(self, **settings):
        if "ssid" in settings and True not in self.done:
            raise OSError("Wifi Not Started")
        once(self, **settings)

    del own[:]
    Wlan.config = late
    try:
        point.open("x", "abcdefghjk", True)
    finally:
        Wlan.config = once
    assert own == [True, given]


@pytest.mark.parametrize("state,why", [(5, None), (4, "plug"), (1, "plug"), (3, "address")])
def test_what_is_missing_at_the_cable(network, monkeypatch, state, why):
    table = check_board.read("olimex-esp32-poe")["network"]
    monkeypatch.setattr(Lan, "state", state)
    with Modules():
        monkeypatch.setitem(sys.modules, "network", network)  # in place of the blank one
        from chargelet.hardware.wired_access_point import WiredAccessPoint

        wired = WiredAccessPoint(Jumping(0), table)
        assert Wlan.made[0].done == [True], "there is noise before the password is drawn"
        assert wired.open("x", "abcdefghjk") == "192.168.4.1", "the phone's way in is the radio"
        assert asyncio.run(wired.join()) == why
        assert wired.networks is None and wired.name_server() == "192.168.1.1"
        wired.leave()
        assert wired._other.given["phy_addr"] == 0 and wired._other.done == [True, True] and wired.join
