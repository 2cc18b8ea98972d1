"""Diagnostics and firmware over HTTP, against a server that misbehaves."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest
from conftest import REAL
from cryptography.hazmat.primitives.asymmetric import rsa

import interpreter
import package
import rom
import size


class Files:
    """An HTTP server of one connection a request: `files` it gives, `received` it took."""

    def __init__(self):
        self.files = {}
        self.received = {}
        self.requests = []
        self.refuse = {}  # method → status
        self.tags = {}  # path → ETag
        self.moved = {}  # path → Location
        self.cut_after = None  # bytes of a body, once
        self.when_cut = None  # called then

    async def __aenter__(self):
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *exception):
        self._server.close()

    async def _serve(self, reader, writer):
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        method, path, _ = head[0].split(" ")
        headers = {line.split(":")[0].lower(): line.split(":", 1)[1].strip() for line in head[1:] if ":" in line}
        self.requests.append((method, path, headers))
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        if method in self.refuse:
            writer.write(f"HTTP/1.1 {self.refuse[method]} no\r\ncontent-length: 0\r\n\r\n".encode())
        elif path in self.moved:
            writer.write(f"HTTP/1.1 302 Found\r\nLocation: {self.moved[path]}\r\n\r\n".encode())
        elif method == "GET" and path in self.files:
            content = self.files[path]
            tag = self.tags.get(path, "")
            going_on = headers.get("if-range", tag) == tag
            start = int(headers["range"][6:-1]) if "range" in headers and going_on else 0
            status = "206 Partial" if start else "200 OK"
            content = content[start:]
            said = f"\r\nETag: {tag}" if tag else ""
            writer.write(f"HTTP/1.1 {status}\r\nContent-Length: {len(content)}{said}\r\n\r\n".encode())
            cut, self.cut_after = self.cut_after, None
            writer.write(content[:cut])
            if cut is not None and self.when_cut:
                self.when_cut()
        elif method in ("PUT", "POST"):
            self.received[path] = body
            writer.write(b"HTTP/1.1 201 Created\r\ncontent-length: 0\r\n\r\n")
        else:
            writer.write(b"HTTP/1.1 404 Not here\r\ncontent-length: 0\r\n\r\n")
        await writer.drain()
        writer.close()


FAILED = ["Uploading", "UploadFailed"]


def told(csms, action):
    return [payload["status"] for payload in csms.calls(f"{action}StatusNotification")]


def soon(seconds=0):
    return (datetime.now(UTC) + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_diagnostics_arrive(play):
    async def scenario(scene):
        csms = scene.csms
        async with Files() as files:
            await csms.call("ChangeConfiguration", {"key": "AuthorizationKey", "value": "a-secret-of-sixteen"})
            await csms.until(lambda: len(csms.handshakes) > 1)
            await csms.until(lambda: csms.connection is not None)
            level = {"key": "LogLevel", "value": "3"}
            assert await csms.call("ChangeConfiguration", level) == {"status": "Rejected"}
            level["value"] = "2"
            assert await csms.call("ChangeConfiguration", level) == {"status": "Accepted"}
            await scene.charge()
            answer = await csms.call("GetDiagnostics", {"location": f"{files.url}/up/"})
            await csms.until(lambda: told(csms, "Diagnostics") == ["Uploading", "Uploaded"])
            text = files.received[f"/up/{answer['fileName']}"].decode()
            assert "MeterValueSampleInterval = 60" in text and "connector 1: ('Charging'" in text
            assert '"capacity": 1000' in text and "registration Accepted" in text and "a-secret" not in text
            assert "rpc: GetDiagnostics comes in as" in text and "rpc: StartTransaction is answered" in text
            files.refuse["PUT"] = 405
            await csms.call("GetDiagnostics", {"location": f"{files.url}/one"})
            await csms.until(lambda: told(csms, "Diagnostics")[2:] == ["Uploading", "Uploaded"])
            assert [method for method, _, _ in files.requests] == ["PUT", "PUT", "POST"] and "/one" in files.received

    play(scenario)


def test_diagnostics_that_cannot_be_sent(play):
    async def scenario(scene):
        csms = scene.csms
        async with Files() as files:
            files.refuse["PUT"] = 500
            for location in (f"{files.url}/up/", "http://127.0.0.1:1/", "gopher://x/", "http://"):
                request = {"location": location, "retries": 1, "retryInterval": 1}
                since = len(told(csms, "Diagnostics"))
                await csms.call("GetDiagnostics", request)
                await csms.until(lambda since=since: told(csms, "Diagnostics")[since:] == FAILED)
            assert len(files.requests) == 2
            answer = await csms.call("TriggerMessage", {"requestedMessage": "DiagnosticsStatusNotification"})
            assert answer == {"status": "Accepted"}
            await csms.until(lambda: told(csms, "Diagnostics")[-1] == "Idle")
            await scene.charge()

    play(scenario)


def test_firmware_that_cannot_be_fetched(play):
    async def scenario(scene):
        csms = scene.csms
        request = {"location": "http://127.0.0.1:1/fw", "retrieveDate": soon(2), "retries": 1, "retryInterval": 1}
        assert await csms.call("UpdateFirmware", request) == {}
        await asyncio.sleep(1)
        assert told(csms, "Firmware") == []
        await csms.until(lambda: told(csms, "Firmware") == ["Downloading", "DownloadFailed"])
        await scene.charge()

    play(scenario)


def test_an_update_that_waits_outlives_a_power_cut(play):
    async def scenario(scene):
        csms = scene.csms
        request = {"location": "http://127.0.0.1:1/fw", "retrieveDate": soon(4), "retries": 0}
        await csms.call("UpdateFirmware", request)
        scene.station.cut()
        scene.station.start()
        await csms.until(lambda: told(csms, "Firmware") == ["Downloading", "DownloadFailed"])
        await csms.call("TriggerMessage", {"requestedMessage": "FirmwareStatusNotification"})
        await csms.until(lambda: told(csms, "Firmware")[-1] == "Idle")

    play(scenario)


def test_the_profile_can_be_asked_for(play):
    async def scenario(scene):
        asked = await scene.csms.call("GetConfiguration", {"key": ["SupportedFeatureProfiles"]})
        profiles = asked["configurationKey"][0]["value"].split(",")
        assert sorted(profiles) == [
            "Core", "FirmwareManagement", "LocalAuthListManagement", "RemoteTrigger", "Reservation", "SmartCharging",
        ]  # fmt: skip
        assert json.dumps(asked)

    play(scenario)


KEY = rom.ROOT / "boards" / "simulator" / "signing-key.pem"


@pytest.fixture(scope="module")
def new_firmware():
    return package.build("simulator", "9.9.9", package.load_key(KEY))


def versions(csms):
    return [payload["firmwareVersion"] for payload in csms.calls("BootNotification")]


INSTALLED = ["Downloading", "Downloaded", "Installing", "Installed"]
REAL_ONLY = pytest.mark.skipif(not REAL, reason="images are for MicroPython: tools/setup --retry looks for one")


@REAL_ONLY
def test_new_firmware_is_installed_after_the_session(play, new_firmware):
    async def scenario(scene):
        csms = scene.csms
        async with Files() as files:
            files.files["/fw"] = new_firmware
            files.cut_after = 30000
            await scene.charge()
            request = {"location": f"{files.url}/fw", "retrieveDate": soon(), "retries": 3, "retryInterval": 1}
            await csms.call("UpdateFirmware", request)
            await csms.until(lambda: told(csms, "Firmware") == ["Downloading", "Downloaded"])
            assert [headers.get("range") for _, _, headers in files.requests] == [None, "bytes=30000-"]
            await asyncio.sleep(1.5)
            assert (await scene.station.state(1))["contactor"] and told(csms, "Firmware")[-1] == "Downloaded"
            await scene.station.do("swipe", tag="CARD")
            await csms.until(lambda: told(csms, "Firmware") == INSTALLED)
            assert versions(csms)[-1] == "9.9.9" and len(csms.calls("StopTransaction")) == 1
            scene.station.cut()
            scene.station.start()
            await csms.until(lambda: len(versions(csms)) == 3)
            assert versions(csms)[-1] == "9.9.9" and told(csms, "Firmware") == INSTALLED

    play(scenario)


@REAL_ONLY
def test_a_station_that_has_used_everything_has_the_ram_for_an_update(play, new_firmware):
    async def scenario(scene):
        csms = scene.csms
        async with Files() as files:
            files.files["/fw"] = new_firmware
            for connector in (1, 2):
                await scene.charge(f"CARD{connector}", connector)
            await size.all_profiles(csms)
            since = len(told(csms, "Firmware"))
            await csms.call("UpdateFirmware", {"location": f"{files.url}/fw", "retrieveDate": soon(), "retries": 0})
            await csms.until(lambda: told(csms, "Firmware")[since:] == ["Downloading", "Downloaded"])
            for connector in (1, 2):
                await scene.station.do("swipe", tag=f"CARD{connector}", connector=connector)
            await csms.until(lambda: told(csms, "Firmware")[since:] == INSTALLED)
            assert versions(csms)[-1] == "9.9.9" and len(csms.calls("StopTransaction")) == 2

    play(scenario, "--connectors", "2")


@REAL_ONLY
def test_a_file_that_changes_while_it_is_fetched_is_fetched_anew(play, new_firmware):
    async def scenario(scene):
        csms = scene.csms
        async with Files() as files:
            files.files["/fw"] = package.make(b"x" * 50000, "simulator", "simulator", "9.9.8", package.load_key(KEY))
            files.tags["/fw"] = '"one"'
            files.moved = {"/latest": "/newest", "/newest": f"{files.url}/fw"}
            files.cut_after = 30000

            def changed():
                files.files["/fw"] = new_firmware
                files.tags["/fw"] = '"two"'

            # In the moment of the cut, so that no request can come in between.
            files.when_cut = changed
            request = {"location": f"{files.url}/latest", "retrieveDate": soon(), "retries": 3, "retryInterval": 1}
            await csms.call("UpdateFirmware", request)
            await csms.until(lambda: told(csms, "Firmware")[-1:] == ["Installed"])
            assert told(csms, "Firmware") == INSTALLED and versions(csms)[-1] == "9.9.9"
            assert [headers.get("if-range") for _, _, headers in files.requests][-1] == '"one"'
            assert files.requests[-1][2]["range"].startswith("bytes=") and len(files.requests) == 6

    play(scenario)


@REAL_ONLY
def test_a_package_that_is_not_right_is_not_installed(play, new_firmware):
    async def scenario(scene):
        csms = scene.csms
        key = package.load_key(KEY)
        wrong = {
            "/noise": b"rubbish" * 100,
            "/empty": b"",
            "/stranger": package.make(b"image", "simulator", "simulator", "1", rsa.generate_private_key(65537, 2048)),
            "/board": package.make(b"image", "other", "simulator", "1", key),
            "/chip": package.make(b"image", "simulator", "esp32", "1", key),
            "/older": package.make(b"image", "simulator", "simulator", "0.0.1", key),
            "/cut": new_firmware[:-5],
            "/longer": new_firmware + b"!",
            "/bit": new_firmware[:-5] + b"!" + new_firmware[-4:],
        }
        async with Files() as files:
            files.files.update(wrong)
            for path in wrong:
                since = len(told(csms, "Firmware"))
                await csms.call("UpdateFirmware", {"location": files.url + path, "retrieveDate": soon(), "retries": 0})
                # Only the hash of all of it tells the last from a good one.
                wanted = ["Downloading", "DownloadFailed"]
                if path == "/bit":
                    wanted = ["Downloading", "Downloaded", "Installing", "InstallationFailed"]
                end = wanted[-1:]
                await csms.until(lambda since=since, end=end: told(csms, "Firmware")[since:][-1:] == end)
                assert told(csms, "Firmware")[since:] == wanted, path
                assert scene.station.files("firmware") == [], path
            assert len(versions(csms)) == 1
            await scene.charge()

    play(scenario)


def resets_at_once():
    main = {"main.py": b"raise SystemExit(3)\n"}
    return interpreter.build(main).read_bytes()


def fails_at_once():
    main = {"main.py": b"nothing_of_that_name\n"}
    return interpreter.build(main).read_bytes()


@REAL_ONLY
@pytest.mark.parametrize("broken", [resets_at_once, fails_at_once, lambda: b"no image of anything" * 100])
def test_firmware_that_does_not_start_is_left_again(play, broken):
    async def scenario(scene):
        csms = scene.csms
        async with Files() as files:
            files.files["/fw"] = package.make(broken(), "simulator", "simulator", "6.6.6", package.load_key(KEY))
            await csms.call("UpdateFirmware", {"location": f"{files.url}/fw", "retrieveDate": soon()})
            wanted = ["Downloading", "Downloaded", "Installing", "InstallationFailed"]
            await csms.until(lambda: told(csms, "Firmware") == wanted)
            assert len(versions(csms)) == 2 and versions(csms)[0] == versions(csms)[1]
            await scene.charge()

    play(scenario)
