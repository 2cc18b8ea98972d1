"""A board that has an installation is set up anew: nobody comes, or only the Wi-Fi is another one."""

import asyncio
import json

import pytest
from test_set_up import CHIP, Radio, played

from chargelet import set_up
from chargelet.base.clock import Clock
from chargelet.base.storage import Storage
from control_port import free_port


@pytest.mark.parametrize("visits", [0, 3])
def test_a_board_that_nobody_sets_up_anew_starts_with_what_it_has(tmp_path, visits):
    path = tmp_path / "installation.json"
    path.write_text('{"old": true}')
    said, slept, port = [], [], free_port()

    class Quick(Clock):
        async def sleep(self, ms):
            slept.append(ms)
            await asyncio.sleep(0)

    async def play():
        storage = Storage(str(tmp_path / "state"))
        given = Radio(), CHIP, Quick(), lambda line, level=1: said.append(line), storage, str(path), port, free_port()
        board = asyncio.create_task(set_up.run(*given, minutes=2))
        for visit in range(visits):
            while slept.count(1000) < 100 * (visit + 1):
                await asyncio.sleep(0)
            _reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            while slept.count(1000) < 100 * (visit + 1) + 10:
                await asyncio.sleep(0)
        await asyncio.wait_for(board, 30)

    asyncio.run(play())
    assert "nobody came" in said[-1] and path.read_text() == '{"old": true}'
    minutes = slept.count(1000) // 60
    assert minutes == 2 if not visits else minutes > 2


def test_only_the_wifi_changes_and_all_else_stays(tmp_path, monkeypatch):
    async def story(phone, radio, csms, path):
        old = {
            "wifi": {"name": "garden", "password": "another horse"}, "time": {"server": "10.0.0.1"},
            "csms": {"url": csms.url, "identity": "CP7", "password": "hush hush"}, "config": {"HeartbeatInterval": 77},
        }  # fmt: skip
        path.write_text(json.dumps(old))
        about = json.loads((await phone.ask("/doing"))[1])
        assert about["old"] is True and about["owner"] is False, "a hand on the button has shown who it is"
        new = {"network": "garage", "key": "correct horse", "stay": True}
        assert await phone.tried(**{**new, "key": "wrong horse"}) == ["failed", "wifi_password", "garage"]
        status, text = await phone.ask("/try", {**new, "url": csms.url})
        assert status == 400 and "url: not together with stay" in text and json.loads(path.read_text()) == old
        csms.refuse = 503
        assert (await phone.tried(**new))[:2] == ["failed", "csms_refused"], "all of it is tried"
        csms.refuse = None
        assert await phone.tried(**new) == ["works"]
        assert json.loads(path.read_text()) == {**old, "wifi": {"name": "garage", "password": "correct horse"}}

    played(tmp_path, monkeypatch, story, minutes=10, password="hush hush")


def test_a_damaged_installation_cannot_stay(tmp_path, monkeypatch):
    async def story(phone, radio, csms, path):
        for damaged in ('{"wifi": ', "[]", ""):
            path.write_text(damaged)
            status, text = await phone.ask("/try", {"network": "open", "stay": True})
            assert status == 400 and "there is no installation that could stay" in text
        assert await phone.tried(network="open", free=True) == ["works"]

    played(tmp_path, monkeypatch, story, minutes=10)
