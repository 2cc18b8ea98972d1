"""A board is set up from a phone: what does not work is said exactly and nothing is kept; what works is kept whole."""

import asyncio
import contextlib
import json
import socket
import urllib.error
import urllib.request

from chargelet import set_up
from chargelet.base.clock import Clock
from chargelet.base.log import ASIDE
from chargelet.base.storage import Storage
from chargelet.page import password
from control_port import free_port
from csms import CentralSystem
from fakes.lines import Lines

CHIP = b"\x01\xab\xcd\xef"


class Radio:
    """An AccessPoint without a radio: which networks there are, and their passwords."""

    known = {"garage": "correct horse", "open": None}
    wifi = True

    def __init__(self):
        self.own = None
        self.joined = None

    def open(self, name, key):
        self.own = name, key
        return "127.0.0.1"

    def networks(self):
        return [["garage", -40, True], ["open", -70, False]]

    async def join(self, name, key):
        if name not in self.known:
            return "not_found"
        if self.known[name] != key:
            return "password"
        self.joined = name
        return None

    def name_server(self):
        return "127.0.0.1"

    def set_clock(self, seconds):
        self.told = seconds

    def leave(self):
        self.joined = None


class Phone:
    """A browser that has joined the board's Wi-Fi."""

    def __init__(self, port):
        self.root = f"http://127.0.0.1:{port}"

    async def ask(self, path, body=None, headers=None):
        return await asyncio.to_thread(self._ask, path, body, headers or {})

    def _ask(self, path, body, headers):
        data = None if body is None else json.dumps(body).encode()
        given = {"Origin": self.root, "Content-Type": "application/json", **headers} if data else headers
        request = urllib.request.Request(self.root + path, data, given)
        try:
            with urllib.request.urlopen(request, timeout=300) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    async def tried(self, **fields):
        """What the board says became of a try."""
        status, text = await self.ask("/try", fields)
        assert status == 200, text
        while True:
            doing = json.loads((await self.ask("/doing"))[1])["doing"]
            if doing[0] in ("failed", "works"):
                return doing
            await asyncio.sleep(0.02)


def played(tmp_path, monkeypatch, story, minutes=None, kind=Radio, **central):
    """Run story(phone, radio, csms, path) against a board that is being set up; returns what it said. With `minutes` it
    has an installation already."""
    monkeypatch.setattr(set_up, "READ_MS", 60000)  # the phone asks what became of it
    said = Lines()

    async def play():
        port, names = free_port(), free_port()
        radio, path = kind(), tmp_path / "installation.json"
        storage = Storage(str(tmp_path / "state"))
        given = radio, CHIP, Clock(), said, storage, str(path), port, names, minutes
        board = asyncio.create_task(set_up.run(*given))
        async with CentralSystem(**central) as csms:
            await asyncio.sleep(0.05)
            try:
                await asyncio.wait_for(story(Phone(port), radio, csms, path), 60)
            finally:
                if not board.done():
                    board.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await board

    asyncio.run(play())
    return said


def test_what_works_is_kept_and_the_board_starts(tmp_path, monkeypatch):
    async def story(phone, radio, csms, path):
        status, html = await phone.ask("/networks")
        assert status == 200 and json.loads(html)[0][0] == "garage"
        fields = {
            "network": "garage",
            "key": "correct horse",
            "url": csms.url,
            "identity": "CP7",
            "secret": "hush hush",
        }
        assert await phone.tried(**fields, page="my own page", free=True) == ["works"]
        kept = json.loads(path.read_text())
        page = kept.pop("page")
        assert kept == {
            "wifi": {"name": "garage", "password": "correct horse"},
            "csms": {"url": csms.url, "identity": "CP7", "password": "hush hush"},
            "config": {"FreeVend": "true"},
        }
        assert await password.right("my own page", page) and "my own" not in path.read_text()
        assert not path.with_name(path.name + "~").exists()

    said = played(tmp_path, monkeypatch, story, password="hush hush")
    name, key = "Chargelet-ABCDEF", (tmp_path / "state" / "access-point").read_text()
    assert f"join the Wi-Fi {name}," in said[0] and f"its password is {key}" in said[1] and len(key) == 10
    assert [level == ASIDE for level in said.levels] == [key in line for line in said], "what diagnostics show too"
    assert "correct horse" not in str(said) and "hush" not in str(said) and "the board starts anew" in said[-1]


def test_each_failure_is_said_exactly_and_nothing_is_kept(tmp_path, monkeypatch):
    async def story(phone, radio, csms, path):
        path.write_text('{"old": true}')
        good = {"network": "garage", "key": "correct horse", "url": csms.url, "identity": "CP7", "secret": "hush hush"}
        nobody = f"ws://127.0.0.1:{free_port()}/ocpp"
        mute = socket.create_server(("127.0.0.1", 0))  # takes connections and says nothing
        silent = f"ws://127.0.0.1:{mute.getsockname()[1]}/ocpp"
        for changed, wanted in (
            ({"network": "garden"}, ["failed", "wifi_not_found", "garden"]),
            ({"key": "wrong horse"}, ["failed", "wifi_password", "garage"]),
            ({"secret": "wrong"}, ["failed", "csms_password", "CP7"]),
            ({"url": nobody}, ["failed", "csms_nobody", nobody]),
            ({"url": "ws://there-is-none.invalid/ocpp"}, ["failed", "csms_name"]),
            ({"url": silent}, ["failed", "csms_unreachable", "no answer within 10000 ms"]),
        ):
            doing = await phone.tried(**{**good, **changed})
            assert doing[: len(wanted)] == wanted, doing
            assert path.read_text() == '{"old": true}' and radio.joined is None
        csms.refuse = 404
        assert await phone.tried(**good) == ["failed", "csms_identity", "CP7"]
        csms.refuse = 503
        assert (await phone.tried(**good))[:2] == ["failed", "csms_refused"]
        csms.refuse = None
        csms.subprotocols = None
        assert await phone.tried(**good) == ["works"]

    played(tmp_path, monkeypatch, story, password="hush hush")


def test_a_station_without_a_central_system(tmp_path, monkeypatch):
    async def story(phone, radio, csms, path):
        assert await phone.tried(network="open", free=True) == ["works"]
        assert json.loads(path.read_text()) == {
            "wifi": {"name": "open"}, "stand_alone": True, "config": {"FreeVend": "true"},
        }  # fmt: skip

    played(tmp_path, monkeypatch, story)


def test_what_cannot_be_is_refused_before_it_is_tried(tmp_path, monkeypatch):
    async def story(phone, radio, csms, path):
        for fields, word in (
            ({}, "wifi.name"),
            ({"network": "x" * 33}, "wifi.name"),
            ({"network": "garage", "key": "short"}, "wifi.password"),
            ({"network": "garage", "url": "http://x"}, "csms.url"),
            ({"network": "garage", "url": "ws://x", "identity": "x" * 49}, "csms.identity"),
            ({"network": "garage", "url": "ws://x", "secret": "x" * 41}, "csms.password"),
            ({"network": "garage", "page": "short"}, "page: 8 to 64"),
            ({"network": "garage", "page": "x" * 65}, "page: 8 to 64"),
            ({"network": 3}, "network: a text"),
            ({"network": "garage", "free": "yes"}, "free: true or false"),
            ({"network": "garage", "else": "x"}, "else: not one of the fields"),
            ([], "a JSON object"),
        ):
            status, text = await phone.ask("/try", fields)
            assert status == 400 and word in text, (fields, status, text)
        assert (await phone.ask("/try", {"network": "x" * 7100}))[0] == 413
        assert (await phone.ask("/try", {"network": "garage"}, {"Origin": "http://evil.example"}))[0] == 403
        assert (await phone.ask("/try", {"network": "garage"}, {"Content-Type": "text/plain"}))[0] == 415
        assert (await phone.ask("/other", {"network": "garage"}))[0] == 404
        assert (await phone.ask("/secrets"))[0] == 404 and not path.exists() and radio.joined is None

    played(tmp_path, monkeypatch, story)


def test_whatever_a_phone_asks_for_leads_to_the_page(tmp_path, monkeypatch):
    async def story(phone, radio, csms, path):
        class Stay(urllib.request.HTTPRedirectHandler):
            def redirect_request(self, *given):
                return None

        def asked():
            request = urllib.request.Request(phone.root + "/generate_204", headers={"Host": "connectivity.example"})
            with contextlib.suppress(urllib.error.HTTPError):
                return urllib.request.build_opener(Stay).open(request, timeout=300).status, ""
            try:
                urllib.request.build_opener(Stay).open(request, timeout=300)
            except urllib.error.HTTPError as error:
                return error.code, error.headers["Location"]

        assert await asyncio.to_thread(asked) == (302, "http://127.0.0.1/")

    played(tmp_path, monkeypatch, story)
