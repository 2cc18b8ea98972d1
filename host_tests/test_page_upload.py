"""Firmware that a browser brings to the page: the checks of UpdateFirmware, bounds, and what becomes of it."""

import asyncio
import json

from chargelet.base import loading
from chargelet.transport import files
from chargelet.update.terms import Terms
from fakes.bench import Bench
from fakes.clock import Enough, run
from fakes.packages import MODULUS, make
from fakes.storage import FakeStorage
from fakes.visitor import Visitor
from installer import Installer

IMAGE = b"image" * 2000  # three blocks


class Scene(Visitor):
    """A browser, logged in, at a station whose installer takes packages of fakes/packages.py."""

    def __init__(self, bench=None, packages=None, **options):
        super().__init__(bench or Bench(**options))
        self.packages = packages or FakeStorage()
        terms = Terms(MODULUS, "b", "c", "2")
        self.bench.whole.installer = lambda: Installer(self.packages, terms, self.bench.clock)
        assert self.log_in() == 200

    def block(self, at, data, **how):
        return self.post("/firmware?at=%s" % at, data, **dict({"kind": "application/octet-stream"}, **how))

    def bring(self, package):
        """All of it, as the page does; (status, what was said) of the first that is refused, or of the last."""
        for at in range(0, len(package), 4096):
            status, _head, said = self.block(at, package[at : at + 4096])
            if status != 200:
                return status, said
        status, _head, said = self.post("/install", {})
        return status, said

    def state(self):
        return json.loads(self.get("/firmware")[2])

    def carry(self):
        """What compose.py does twice a second."""
        station = self.bench.station
        if station.maintained and station.maintenance().update_due():
            run(self.bench.clock, files.work(station, None, self.bench.whole.installer))
            loading.sweep()
        self.bench.run(500)


def test_it_is_installed_and_the_station_starts_anew():
    scene = Scene()
    assert scene.state()["state"] == "ready"
    status, said = scene.bring(make(IMAGE))
    assert status == 200 and json.loads(said)["state"] == "waiting"
    assert scene.packages.values["package"] == make(IMAGE)
    scene.carry()
    assert scene.bench.resets == 1 and scene.packages.values["next"] == make(IMAGE)
    told = [payload["status"] for payload in scene.bench.central.all("FirmwareStatusNotification")]
    assert told == ["Downloaded", "Installing"]
    after = Scene(scene.bench.cut(), scene.packages)
    assert after.bench.whole.installer().outcome() == "Installed"
    after.bench.station.maintenance().started("Installed")
    assert after.state()["state"] == "trial"
    assert after.bring(make(IMAGE)) == (409, "trial")


def test_it_waits_for_whoever_charges_and_outlives_a_power_cut():
    scene = Scene()
    scene.bench.charging()
    assert scene.bring(make(IMAGE))[0] == 200
    for _ in range(5):
        scene.carry()
    assert scene.state()["state"] == "waiting" and scene.bench.resets == 0 and scene.bench.evse.contactor_closed
    assert scene.bring(make(IMAGE)) == (409, "busy")
    after = Scene(scene.bench.cut(), scene.packages)
    after.bench.connect()
    after.bench.run(2000)
    assert after.bench.station.maintenance().update["fetched"]
    after.bench.evse.connected = False
    after.bench.run(20000, 500)
    after.carry()
    after.carry()
    assert after.bench.resets == 1 and "next" in scene.packages.values


def test_what_is_not_right_is_refused_with_the_reason_and_leaves_nothing():
    for package, reason in (
        (make(IMAGE, version="1"), "older"),
        (make(IMAGE, chip="x"), "it is for chip x"),
        (make(IMAGE, board="x"), "it is for board x"),
        (make(IMAGE).replace(b'"version": "2"', b'"version": "3"'), "the signature is not right"),
        (b"GIF89a" + b"x" * 5000, "does not begin with a manifest"),
        (make(IMAGE) + b"more", "more of it"),
        (make(IMAGE)[:-1], "1 bytes are missing"),
        (make(IMAGE)[:5000], "bytes are missing"),
    ):
        scene = Scene()
        status, said = scene.bring(package)
        assert status == 409 and reason in said, (reason, status, said)
        assert scene.packages.values == {} and scene.page.upload is None, reason
        assert scene.state()["state"] == "ready" and not scene.bench.station.maintained
        assert scene.bring(make(IMAGE))[0] == 200  # the next one may be right
    scene = Scene()
    scene.packages.free = lambda: 131072 + 9000
    status, said = scene.bring(make(IMAGE))
    assert status == 409 and "no room" in said and scene.packages.values == {}, "the journal keeps its reserve"
    del scene.packages.free
    scene.packages.full = True
    assert scene.bring(make(IMAGE))[0] == 507 and scene.page.upload is None


def test_an_image_that_is_damaged_is_found_before_it_is_started():
    scene = Scene()
    package = make(IMAGE)
    assert scene.bring(package[:-1] + b"!")[0] == 200
    scene.carry()
    assert scene.bench.resets == 0 and scene.packages.values == {}
    assert scene.state()["state"] == "failed" and not scene.bench.station.connectors[0].blocked
    assert scene.bring(package)[0] == 200


def test_blocks_come_in_order_and_have_bounds():
    scene = Scene()
    package = make(IMAGE)
    assert scene.block(4096, package[:100])[0] == 409 and scene.post("/install", {})[0] == 409
    for at in ("", "x", "-1", "1" * 9, "0&at=0"):
        assert scene.block(at, b"x")[0] == 400, at
    for data in (b"", b"x" * 4097, b"x" * 9000):
        assert scene.block(0, data)[0] == 413, len(data)
    assert scene.page.upload is None and scene.packages.values == {}
    assert json.loads(scene.block(0, package[:1000])[2]) == {"at": 1000}
    for at in (0, 999, 1001, 4096):
        if at:
            status, _head, said = scene.block(at, package[1000:1100])
            assert (status, said) == (409, "at: 1000 is next"), at
    assert scene.state()["at"] == 1000
    assert json.loads(scene.block(0, package[:500])[2]) == {"at": 500}  # begun anew
    # A block that is cut off is there as far as it came, and it goes on from there.
    cut = scene.request("POST", "/firmware?at=500", package[500:2500], kind="application/octet-stream")
    assert scene.raw(cut[:-900])[0] == 400 and scene.state()["at"] == 1600
    for at in (1600, 5696, 9792):
        assert scene.block(at, package[at : at + 4096])[0] == 200
    assert scene.post("/install", {})[0] == 200 and scene.packages.values["package"] == package


def test_it_is_not_begun_again_and_again():
    scene = Scene()
    answers = [scene.block(0, b"{")[0] for _ in range(32)]
    assert answers == [200] * 30 + [429] * 2  # flash bears a limited number of writes


def test_only_whoever_is_logged_in_and_comes_from_the_page_may_bring_firmware():
    scene = Scene()
    assert scene.block(0, b"x", origin="http://evil.example")[0] == 403
    assert scene.block(0, b"x", kind="application/json")[0] == 415
    assert scene.post("/install", {}, origin=None)[0] == 403
    scene.cookie = None
    for path in ("/firmware?at=0", "/install"):
        kind = "application/octet-stream" if "?" in path else "application/json"
        assert scene.post(path, b"{}", kind=kind)[0] == 401, path
    assert scene.get("/firmware")[0] == 401 and scene.page.upload is None


def test_a_board_or_a_profile_may_take_none():
    scene = Scene()
    scene.bench.whole.installer = None
    assert scene.state()["state"] == "none" and scene.bring(make(IMAGE)) == (409, "none")
    scene = Scene()
    scene.bench.station.config["SecurityProfile"] = 1
    assert scene.state()["state"] == "profile" and scene.bring(make(IMAGE)) == (409, "profile")


def test_the_central_systems_firmware_comes_first():
    scene = Scene()
    package = make(IMAGE)
    assert scene.block(0, package[:4096])[0] == 200
    request = {"location": "http://x/y", "retrieveDate": "2026-11-20T12:00:00Z"}
    assert scene.bench.ask("UpdateFirmware", request) == {}
    assert scene.state()["state"] == "busy"
    status, _head, said = scene.block(4096, package[4096:8192])
    assert (status, said) == (409, "busy") and scene.page.upload is None
    assert len(scene.packages.values["package"]) == 4096, "its files are the other update's by now"


def test_whoever_goes_away_in_the_middle_leaves_nothing():
    scene = Scene()
    assert scene.block(0, make(IMAGE)[:4096])[0] == 200
    scene.bench.clock.advance(59000)
    assert not scene.page.upload.gone()
    scene.bench.clock.advance(2000)
    assert scene.page.upload.gone() and scene.packages.values == {}


def test_a_part_of_a_download_is_not_taken_for_what_is_brought():
    scene = Scene()
    scene.packages.write("package", make(b"other" * 2000)[:3000])
    scene.bench.storage.write("fetching", b'["http://x/y", "1"]')
    assert scene.bring(make(IMAGE))[0] == 200
    assert scene.packages.values["package"] == make(IMAGE) and scene.bench.storage.read("fetching") is None


def test_a_central_system_cannot_ask_for_what_was_brought():
    scene = Scene()
    request = {"location": "", "retrieveDate": "2026-11-20T12:00:00Z"}
    assert scene.bench.ask("UpdateFirmware", request) != {} and not scene.bench.station.maintained


def test_the_safety_task_has_its_turn_after_each_piece():
    scene = Scene()
    before = scene.bench.clock.uptime()
    turns = []
    sleep = scene.bench.clock.sleep

    async def counted(ms):
        turns.append(ms)
        await sleep(ms)

    scene.bench.clock.sleep = counted
    assert scene.block(0, make(IMAGE)[:4096])[0] == 200
    assert len(turns) >= 8 and scene.bench.clock.uptime() > before


def test_firmware_of_a_station_without_a_central_system_is_kept_too():
    bench = Bench(online=False)
    bench.whole.link = None
    bench.whole.stand_alone()
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
