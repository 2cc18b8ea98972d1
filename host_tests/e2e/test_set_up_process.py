"""A plain ESP32 is set up with 6 kB of its heap to spare: in the frozen form, by several connections, for wss."""

import concurrent.futures
import json
import urllib.request

import pytest
from certificate_authority import CertificateAuthority
from out_of_the_box import OutOfTheBox

import interpreter
import page_password

# 80k are a plain ESP32's; no simulated world is there while no station runs.
HEAP = "74k"
SECRET = "hush hush hush hush"


def ask(url, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    headers = {"Origin": url.rstrip("/"), "Content-Type": "application/json"} if data else {}
    with urllib.request.urlopen(urllib.request.Request(url + path, data, headers), timeout=120) as answer:
        return answer.read()


pytestmark = pytest.mark.skipif(not interpreter.there(), reason="CPython has no heap to speak of")


def test_a_plain_esp32_is_set_up_with_6_kb_to_spare(tmp_path):
    authority = CertificateAuthority()
    station = OutOfTheBox(tmp_path / "state", "--heap", HEAP, password=SECRET, tls=authority.server())
    try:
        station.start()
        fields = {
            "network": "garage", "key": "correct horse", "url": f"wss://localhost:{station.csms.port}/ocpp",
            "identity": "CP7", "secret": SECRET, "profile": 2, "ca": authority.pem, "page": "my own page",
        }  # fmt: skip
        with concurrent.futures.ThreadPoolExecutor(4) as phones:
            looks = [phones.submit(ask, station.url, path) for path in ("", "networks", "doing", "")]
            assert all(len(look.result()) > 10 for look in looks)
            ask(station.url, "try", fields)
            looks = [phones.submit(ask, station.url, path) for path in ("", "doing", "")]
            assert all(len(look.result()) > 10 for look in looks)
        station.until(station.path.exists)
        assert "MemoryError" not in station.log.read_text()
    finally:
        station.close()


def test_beside_two_sessions_and_a_page_6_kb_stay_free_and_the_wifi_can_be_changed(tmp_path):
    station = OutOfTheBox(tmp_path / "state", "--connectors", "2", "--minute-ms", "100", password=SECRET)
    table = {
        "wifi": {"name": "garage", "password": "correct horse"}, "page": page_password.made("my own page"),
        "csms": {"url": station.csms.url, "identity": "CP7", "password": SECRET}, "config": {"FreeVend": "true"},
    }  # fmt: skip
    station.path.parent.mkdir(parents=True)
    station.path.write_text(json.dumps(table))
    try:
        station.start()
        station.calls("BootNotification")
        for connector in (1, 2):
            station.do("plug_in", connector=connector)
        station.calls("StartTransaction", 2)
        station.do("air", networks={"garden": "another horse"})
        station.until(station.asks)
        station.until(lambda: station.do("state")["heap_free"] > 6000)  # once what has answered has left
        fields = {"network": "garden", "key": "another horse", "stay": True, "owner": "my own page"}
        ask(station.url, "try", fields)
        station.until(lambda: json.loads(station.path.read_text())["wifi"]["name"] == "garden")
        state = station.do("state")
        assert all(one["contactor"] for one in state["connectors"].values()), state
        for connector in (1, 2):
            station.do("plug_out", connector=connector)
        station.calls("StopTransaction", 2)
        station.calls("BootNotification", 2)
        assert "died" not in station.log.read_text()
    finally:
        station.close()
