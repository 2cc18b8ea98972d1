"""What a board has besides electricity: lights, a reader's health, a network that comes and goes, a watchdog."""

import asyncio

import machine
from chargelet.compose import Chargelet
from chargelet.hardware.build import build, read
from chargelet.hardware.equipment import Equipment
from chargelet.hardware.network_link import NetworkLink
from fakes.bench import BOARD, Bench
from fakes.clock import FakeClock, run
from fakes.evse import FakeEvse
from fakes.site import board
from fakes.storage import FakeStorage
from world import World


def test_a_broken_reader_is_told_on_connector_0():
    bench = Bench()

    class Broken:
        failed = True

    bench.station.reader = Broken()
    bench.run(500)
    told = bench.central.all("StatusNotification")[-1]
    assert (told["connectorId"], told["status"], told["errorCode"]) == (0, "Available", "ReaderFailure")
    Broken.failed = False
    bench.run(500)
    assert bench.central.all("StatusNotification")[-1]["errorCode"] == "NoError"


class Nic:
    """A network interface: `air` says how many looks after connect() it is connected, None never."""

    def __init__(self, air=3):
        self.air = air
        self.calls = []
        self.looks = None
        self.broken = 0

    def active(self, on):
        self.calls.append(on)

    def disconnect(self):
        self.calls.append(None)

    def connect(self, name, password=None):
        self.calls.append((name, password))
        if self.broken:
            self.broken -= 1
            raise OSError("Wifi Internal Error")
        self.looks = 0

    def isconnected(self):
        if self.looks is not None:
            self.looks += 1
        return self.air is not None and self.looks is not None and self.looks > self.air

    def ifconfig(self):
        return ("192.0.2.7", "", "", "")


def link(nic, wifi, ms):
    clock, lines, told = FakeClock(), [], []
    run(clock, NetworkLink(nic, wifi, clock, lines.append, told.append).run(), ms)
    return lines, told


def test_wifi_is_connected_and_connected_again():
    nic = Nic()
    lines, told = link(nic, ("garage", "secret"), 10000)
    assert nic.calls == [True, ("garage", "secret")] and told == [True], "it is on already, and stays on"
    assert lines == ["network: connected, address 192.0.2.7"] and "secret" not in str(lines)
    nic = Nic(air=None)
    lines, told = link(nic, ("garage", None), 65000)
    given = ("garage", None)
    assert nic.calls == [True, given, None, True, given, None, True, given, False, True, given], "an attempt each 20 s"
    assert told == []
    nic = Nic()
    nic.broken = 1
    lines, told = link(nic, ("garage", None), 40000)
    assert "Internal Error" in lines[0] and told == [True]


def test_a_network_that_is_lost_is_told():
    nic = Nic()
    looks = [0]
    connected = nic.isconnected

    def flaky():
        looks[0] += 1
        return connected() and not 20 <= looks[0] < 25

    nic.isconnected = flaky
    lines, told = link(nic, ("garage", None), 60000)
    assert told == [True, False, True] and lines[1] == "network: lost"


def test_contactors_are_off_before_anything_else_of_a_reset():
    order, evse = [], FakeEvse()
    evse.open_contactor = lambda: order.append("off")

    class Kept:
        most = None

        def __call__(self, line, level=None):
            pass

        def save(self):
            order.append("saved")

    storages = FakeStorage(), FakeStorage(), FakeStorage()
    restart = lambda: order.append("reset")  # noqa: E731
    whole = Chargelet(BOARD, Equipment([evse]), FakeClock(), *storages, Kept(), restart)
    whole.station.restart()
    assert order == ["off", "saved", "reset"]


def test_a_housing_that_is_opened_is_seen_by_its_contact():
    for level in (1, 0):
        clock = FakeClock()
        table = dict(board(), tamper={"pin": 9, "level": level})
        world = World(table, clock)
        machine.connect(world)
        world.lamp.opened = not level  # the pin reads 1 while it is open, or with the other level while it is closed
        contact = build(read(table), clock, print).tamper
        assert not contact.opened() and not contact.opened()
        world.lamp.opened = bool(level)
        assert contact.opened() and not contact.opened(), "once, however long it is open"
        world.lamp.opened = not level
        assert not contact.opened()
        world.lamp.opened = bool(level)
        assert contact.opened(), "each time"
        assert build(read(table), clock, print).tamper.opened(), "also when that happened without power"
    assert build(read(board()), FakeClock(), print).tamper is None


class Dog:
    """machine.WDT: `made` remembers each one, `fed` counts."""

    made = []
    fed = 0

    def __init__(self, timeout):
        self.made.append(timeout)

    def feed(self):
        Dog.fed += 1


def test_the_watchdog_is_fed_while_both_safety_and_station_move():
    clock, dog, evse = FakeClock(), Dog, FakeEvse()
    machine.WDT = Dog
    equipment = Equipment([evse], watchdog_s=8)
    storages = FakeStorage(), FakeStorage(), FakeStorage()
    whole = Chargelet(BOARD, equipment, clock, *storages, print, print)

    class Stop(Exception):
        pass

    async def turns(count, station):
        tasks = [whole._safety()] + ([whole._steps()] if station else [])
        waits = [0]

        async def sleep(ms):
            waits[0] += 1
            if waits[0] > count:
                raise Stop
            clock.advance(ms)
            await asyncio.sleep(0)

        clock.sleep = sleep
        try:
            await asyncio.gather(*tasks)
        except Stop:
            pass

    assert Dog.made == [], "booting takes as long as it takes"
    asyncio.run(turns(400, True))
    assert Dog.made == [8000]
    fed = dog.fed
    assert fed > 5
    whole._moved = False
    whole._woken = asyncio.Event()  # nobody hears it
    asyncio.run(turns(400, False))
    assert dog.fed == fed, "the station stands still"
    del machine.WDT
    machine_free = Equipment([evse])
    machine_free.feed()
