"""Firmware that a browser brings to the page: what is refused, its bounds, and who may bring any."""

import json

from fakes.packages import make
from fakes.uploader import IMAGE, Uploader


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
        scene = Uploader()
        status, said = scene.bring(package)
        assert status == 409 and reason in said, (reason, status, said)
        assert scene.packages.values == {} and scene.page.upload is None, reason
        assert scene.state()["state"] == "ready" and not scene.bench.station.maintained
        assert scene.bring(make(IMAGE))[0] == 200  # the next one may be right
    scene = Uploader()
    scene.packages.free = lambda: 131072 + 9000
    status, said = scene.bring(make(IMAGE))
    assert status == 409 and "no room" in said and scene.packages.values == {}, "the journal keeps its reserve"
    del scene.packages.free
    scene.packages.full = True
    assert scene.bring(make(IMAGE))[0] == 507 and scene.page.upload is None


def test_blocks_come_in_order_and_have_bounds():
    scene = Uploader()
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
    scene = Uploader()
    answers = [scene.block(0, b"{")[0] for _ in range(32)]
    assert answers == [200] * 30 + [429] * 2  # flash bears a limited number of writes


def test_only_whoever_is_logged_in_and_comes_from_the_page_may_bring_firmware():
    scene = Uploader()
    assert scene.block(0, b"x", origin="http://evil.example")[0] == 403
    assert scene.block(0, b"x", kind="application/json")[0] == 415
    assert scene.post("/install", {}, origin=None)[0] == 403
    scene.cookie = None
    for path in ("/firmware?at=0", "/install"):
        kind = "application/octet-stream" if "?" in path else "application/json"
        assert scene.post(path, b"{}", kind=kind)[0] == 401, path
    assert scene.get("/firmware")[0] == 401 and scene.page.upload is None


def test_a_board_or_a_profile_may_take_none():
    scene = Uploader()
    scene.bench.whole.installer = None
    assert scene.state()["state"] == "none" and scene.bring(make(IMAGE)) == (409, "none")
    scene = Uploader()
    scene.bench.station.config["SecurityProfile"] = 1
    assert scene.state()["state"] == "profile" and scene.bring(make(IMAGE)) == (409, "profile")


def test_whoever_goes_away_in_the_middle_leaves_nothing():
    scene = Uploader()
    assert scene.block(0, make(IMAGE)[:4096])[0] == 200
    scene.bench.clock.advance(59000)
    assert not scene.page.upload.gone()
    scene.bench.clock.advance(2000)
    assert scene.page.upload.gone() and scene.packages.values == {}


def test_the_safety_task_has_its_turn_after_each_piece():
    scene = Uploader()
    before = scene.bench.clock.uptime()
    turns = []
    sleep = scene.bench.clock.sleep

    async def counted(ms):
        turns.append(ms)
        await sleep(ms)

    scene.bench.clock.sleep = counted
    assert scene.block(0, make(IMAGE)[:4096])[0] == 200
    assert len(turns) >= 8 and scene.bench.clock.uptime() > before
