"""A station that has not found its Wi-Fi for long opens its access point beside the search, and goes on charging."""

import asyncio
import json

from chargelet.page import password
from fakes.house import ALONE, MINUTE, House, told
from fakes.storage import FakeStorage
from fakes.visitor import SECRET


def test_it_opens_beside_the_search_and_closes_when_the_wifi_is_found():
    house = House()

    async def story(house):
        await house.until(lambda: house.link.connected)
        await house.pass_ms(3 * MINUTE)
        assert house.opened == [], "there is a Wi-Fi"
        del house.air.networks["garage"]
        await house.until(lambda: not house.link.connected)
        gone = house.bench.clock.uptime()
        await house.pass_ms(MINUTE - 5000)
        assert house.opened == [] and house.air.own is None and not house.nic.reconnects == 0
        await house.until(lambda: house.opened)
        assert MINUTE - 2000 <= house.opened[0] - gone <= MINUTE + 2000
        name, key = house.air.own
        assert name == "Chargelet-ABCDEF" and len(key) == 10 and house.nic.reconnects == 0
        tries = len(house.nic.tries)
        await house.pass_ms(90000)
        assert len(house.nic.tries) - tries in (1, 2), "one search a minute: whoever has joined is on its channel"
        assert house.nic.on and house.air.scans == 0, "a scan takes seconds in one piece"
        house.air.networks["garage"] = "correct horse"
        await house.until(lambda: house.link.connected)
        await house.pass_ms(3000)
        assert house.air.own is None and house.nic.reconnects == -1 and house.told == [True, False, True]

    told(house, story)
    assert "the Wi-Fi is found" in " ".join(house.bench.lines) and house.bench.resets == 0


def test_never_is_never():
    house = House(lost_ms=0)
    del house.air.networks["garage"]

    async def story(house):
        await house.pass_ms(10 * MINUTE)
        assert house.opened == [] and house.air.own is None

    told(house, story)


def test_nobody_comes_and_each_pause_is_twice_as_long():
    house = House()
    house.air.networks.clear()

    async def story(house):
        await house.until(lambda: len(house.opened) == 3, 20 * MINUTE)
        first, second, third = house.opened
        # Two minutes open, then two and four minutes of searching.
        assert abs(second - first - 4 * MINUTE) < 6000 and abs(third - second - 6 * MINUTE) < 6000, house.opened

    told(house, story)
    assert house.bench.resets == 0


def test_a_session_goes_on_and_the_start_waits_until_it_is_over():
    house = House(ALONE)
    seen = []

    async def story(house):
        await house.until(lambda: house.link.connected)
        house.bench.charging("CARD")
        house.bench.endpoint.closed()
        del house.air.networks["garage"]
        await house.until(lambda: seen)
        assert house.bench.evse.contactor_closed and house.station.connectors[0].transaction
        phone = seen[0]
        about = json.loads((await house.ask(phone, "GET", "/doing"))[1])
        assert about["old"] is True and about["owner"] is False and about["doing"] == ["waiting"]
        assert json.loads((await house.ask(phone, "GET", "/networks"))[1]) == [] and house.air.scans == 0
        fields = {"network": "garden", "key": "wrong horse", "stay": True}
        assert (await house.ask(phone, "POST", "/try", fields))[0] == 200
        assert await house.became(phone) == ["failed", "wifi_password", "garden"] and house.installation() == ALONE
        await house.pass_ms(2000)
        assert house.nic.tries[-1] == ("garage", "correct horse"), "the search goes on at once"
        assert (await house.ask(phone, "POST", "/try", dict(fields, url="ws://x")))[0] == 400
        assert (await house.ask(phone, "POST", "/try", dict(fields, key="another horse")))[0] == 200
        await house.until(lambda: house.link.connected)
        assert house.installation() == dict(ALONE, wifi={"name": "garden", "password": "another horse"})
        await house.pass_ms(MINUTE)
        assert house.air.own is None and house.bench.evse.contactor_closed and house.bench.resets == 0
        house.bench.swipe("CARD")
        house.bench.unplug()
        await house.until(lambda: house.bench.resets)

    told(house, story, seen)
    assert len(house.station.outbox), "what is billed waits for the central system"


def test_whoever_asks_must_know_the_pages_password():
    page = asyncio.run(password.made(SECRET, 2))
    house = House(page=page)
    house.air.networks.clear()

    async def story(house):
        live = house.bench.whole.page
        live.given["port"] = 0
        await house.until(lambda: live.instead)
        phone = live._client
        assert json.loads((await house.ask(phone, "GET", "/doing"))[1])["owner"] is True
        fields = {"network": "garden", "stay": True}
        for wrong in (None, "", "wrong", 7, ["x"]):
            status, said = await house.ask(phone, "POST", "/try", dict(fields, owner=wrong))
            assert status == 403 and "owner" in said
            assert live.instead.trying is False and house.nic.tries[-1][0] == "garage"
        assert (await house.ask(phone, "POST", "/try", dict(fields, owner=SECRET)))[0] == 429
        await house.until(lambda: live.instead is None)
        assert house.air.own is None
        await house.until(lambda: live.instead)
        assert (await house.ask(phone, "POST", "/try", dict(fields, owner=SECRET)))[0] == 200
        assert await house.became(phone) == ["failed", "wifi_not_found", "garden"]

    told(house, story)
    assert not [line for line in house.bench.lines if SECRET in line]


def test_a_board_without_the_radio_or_the_memory_goes_on():
    house = House()
    house.air.networks.clear()

    def none(on):
        raise OSError("Wifi Out of Memory")

    house.own.active = none

    async def story(house):
        house.bench.charging("CARD")
        await house.until(lambda: len(house.opened) == 2, 10 * MINUTE)
        assert house.bench.evse.contactor_closed and house.link._tries > 3

    told(house, story)
    assert "Out of Memory" in " ".join(house.bench.lines)


def test_a_password_that_flash_has_spoilt_is_drawn_anew():
    from chargelet import set_up

    storage = FakeStorage()
    first = set_up.own_password(storage)
    (name,) = storage.values
    assert set_up.own_password(storage) == first and len(first) == 10
    whole = storage.values[name]
    spoilt = [b"", b"\xff" * 10, b"\x00" * 10, whole * 1000]
    for at in range(10):
        spoilt += [whole[:at], whole[:at] + bytes([whole[at] | 0x80]) + whole[at + 1 :]]
    for content in spoilt:
        storage.values[name] = content
        drawn = set_up.own_password(storage)
        assert len(drawn) == 10 and drawn.encode() == storage.values[name] != content, content
        assert set_up.own_password(storage) == drawn
