"""Firmware that a browser brings to the page: what becomes of it."""

import asyncio
import json

from fakes.bench import Bench
from fakes.clock import Enough
from fakes.packages import make
from fakes.uploader import IMAGE, Uploader


def test_it_is_installed_and_the_station_starts_anew():
    scene = Uploader()
    assert scene.state()["state"] == "ready"
    status, said = scene.bring(make(IMAGE))
    assert status == 200 and json.loads(said)["state"] == "waiting"
    assert scene.packages.values["package"] == make(IMAGE)
    scene.carry()
    assert scene.bench.resets == 1 and scene.packages.values["next"] == make(IMAGE)
    told = [payload["status"] for payload in scene.bench.central.all("FirmwareStatusNotification")]
    assert told == ["Downloaded", "Installing"]
    after = Uploader(scene.bench.cut(), scene.packages)
    assert after.bench.whole.installer().outcome() == "Installed"
    after.bench.station.maintenance().started("Installed")
    assert after.state()["state"] == "trial"
    assert after.bring(make(IMAGE)) == (409, "trial")


def test_it_waits_for_whoever_charges_and_outlives_a_power_cut():
    scene = Uploader()
    scene.bench.charging()
    assert scene.bring(make(IMAGE))[0] == 200
    for _ in range(5):
        scene.carry()
    assert scene.state()["state"] == "waiting" and scene.bench.resets == 0 and scene.bench.evse.contactor_closed
    assert scene.bring(make(IMAGE)) == (409, "busy")
    after = Uploader(scene.bench.cut(), scene.packages)
    after.bench.connect()
    after.bench.run(2000)
    assert after.bench.station.maintenance().update["fetched"]
    after.bench.evse.connected = False
    after.bench.run(20000, 500)
    after.carry()
    after.carry()
    assert after.bench.resets == 1 and "next" in scene.packages.values


def test_an_image_that_is_damaged_is_found_before_it_is_started():
    scene = Uploader()
    package = make(IMAGE)
    assert scene.bring(package[:-1] + b"!")[0] == 200
    scene.carry()
    assert scene.bench.resets == 0 and scene.packages.values == {}
    assert scene.state()["state"] == "failed" and not scene.bench.station.connectors[0].blocked
    assert scene.bring(package)[0] == 200


def test_the_central_systems_firmware_comes_first():
    scene = Uploader()
    package = make(IMAGE)
    assert scene.block(0, package[:4096])[0] == 200
    request = {"location": "http://x/y", "retrieveDate": "2026-11-20T12:00:00Z"}
    assert scene.bench.ask("UpdateFirmware", request) == {}
    assert scene.state()["state"] == "busy"
    status, _head, said = scene.block(4096, package[4096:8192])
    assert (status, said) == (409, "busy") and scene.page.upload is None
    assert len(scene.packages.values["package"]) == 4096, "its files are the other update's by now"


def test_a_part_of_a_download_is_not_taken_for_what_is_brought():
    scene = Uploader()
    scene.packages.write("package", make(b"other" * 2000)[:3000])
    scene.bench.storage.write("fetching", b'["http://x/y", "1"]')
    assert scene.bring(make(IMAGE))[0] == 200
    assert scene.packages.values["package"] == make(IMAGE) and scene.bench.storage.read("fetching") is None


def test_a_central_system_cannot_ask_for_what_was_brought():
    scene = Uploader()
    request = {"location": "", "retrieveDate": "2026-11-20T12:00:00Z"}
    assert scene.bench.ask("UpdateFirmware", request) != {} and not scene.bench.station.maintained


def test_firmware_of_a_station_without_a_central_system_is_kept_too():
    bench = Bench(online=False)
    bench.whole.link = None
    bench.station.authorization.stand_alone = True
    told = []

    class Kept:
        def outcome(self):
            return "Installed"

        def forget(self):
            pass

        def confirm(self):
            told.append(bench.clock.uptime())

    bench.whole.installer = Kept
    sleep = bench.clock.sleep

    async def counted(ms):
        if bench.clock.uptime() > 130000:
            raise Enough
        await sleep(ms)

    bench.clock.sleep = counted
    try:
        asyncio.run(bench.whole._files())
    except Enough:
        bench.clock.sleep = sleep
    assert len(told) == 1 and told[0] > 119000
    bench.run(1000)
    assert not bench.station.maintained  # nobody is to be told
