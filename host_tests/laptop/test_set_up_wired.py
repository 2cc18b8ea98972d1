"""A board with Ethernet is set up from a phone: it asks for no Wi-Fi, and says what its cable lacks."""

import json

from test_set_up import Radio, played


class Wired(Radio):
    """A WiredAccessPoint without a radio; `missing` is what the cable lacks."""

    wifi = False
    networks = None
    missing = None

    async def join(self):
        return self.missing


def test_a_board_on_a_cable_asks_for_no_wifi(tmp_path, monkeypatch):
    async def story(phone, radio, csms, path):
        said = json.loads((await phone.ask("/doing"))[1])
        assert said["wifi"] is False and said["networks"] is False
        assert (await phone.ask("/networks")) == (200, "[]")
        good = {"url": csms.url, "identity": "CP7", "secret": "hush hush"}
        for name, value in (("network", "garage"), ("key", "correct horse"), ("stay", True)):
            wanted = name + ": a station that is on a cable takes none"
            assert await phone.ask("/try", {**good, name: value}) == (400, wanted)
        for radio.missing in ("plug", "address"):
            assert await phone.tried(**good) == ["failed", "cable_" + radio.missing] and not path.exists()
        radio.missing = None
        assert await phone.tried(**{**good, "secret": "wrong"}) == ["failed", "csms_password", "CP7"]
        assert await phone.tried(**good, network="") == ["works"]
        assert json.loads(path.read_text()) == {
            "csms": {"url": csms.url, "identity": "CP7", "password": "hush hush"},
        }  # fmt: skip

    played(tmp_path, monkeypatch, story, kind=Wired, password="hush hush")


def test_a_board_on_a_cable_without_a_central_system(tmp_path, monkeypatch):
    async def story(phone, radio, csms, path):
        radio.missing = "plug"  # nobody is to be reached: still said, for then nobody tells the time either
        assert await phone.tried(free=True) == ["failed", "cable_plug"]
        radio.missing = None
        assert await phone.tried(free=True) == ["works"]
        assert json.loads(path.read_text()) == {"stand_alone": True, "config": {"FreeVend": "true"}}

    played(tmp_path, monkeypatch, story, kind=Wired)
