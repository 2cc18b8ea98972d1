"""SignedUpdateFirmware in the process: over real HTTP, with a central system that plays each way that it can end."""

import asyncio
import functools
from datetime import UTC, datetime, timedelta

import pytest
from certificate_authority import CertificateAuthority, sign_file
from conftest import REAL
from file_server import Files
from test_security import played, raised

import package
from sim_station import KEY

pytestmark = pytest.mark.skipif(not REAL, reason="new firmware is an image for MicroPython")
CALL = "SignedFirmwareStatusNotification"
VERSION = "9.9.9"
MAKER = CertificateAuthority("Test manufacturer", "Test manufacturer")


@functools.lru_cache
def firmware():
    """A package of what lies here, of another version."""
    return package.build("simulator", VERSION, package.load_key(KEY))


@functools.lru_cache
def signer(kind):
    return MAKER.pair("Firmware", "firmware", kind)


def at(seconds=0):
    return (datetime.now(UTC) + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


class Update:
    """What a central system and a web server do; `told` are the states so far, `events` the security events."""

    def __init__(self, scene, files):
        self.scene, self.csms, self.files = scene, scene.csms, files
        files.files["/f.pkg"] = firmware()

    async def install_root(self):
        root = {"certificateType": "ManufacturerRootCertificate", "certificate": MAKER.pem}
        assert await self.csms.call("InstallCertificate", root) == {"status": "Accepted"}

    async def ask(self, request=1, kind="rsa", certificate=None, signature=None, path="/f.pkg", retries=0, **more):
        own, key = signer(kind)
        content = self.files.files.get(path, b"")
        asked = {"location": self.files.url + path, "retrieveDateTime": at(), "signingCertificate": certificate or own}
        asked.update(more, signature=signature or sign_file(key, content))
        payload = {"requestId": request, "retries": retries, "retryInterval": 1, "firmware": asked}
        return (await self.csms.call("SignedUpdateFirmware", payload))["status"]

    @property
    def told(self):
        return [payload["status"] for payload in self.csms.calls(CALL)]

    @property
    def events(self):
        return [payload["type"] for payload in self.csms.calls("SecurityEventNotification")]

    async def until(self, *states, timeout=300):
        try:
            await self.csms.until(lambda: self.told == list(states), timeout)
        except TimeoutError:
            raise AssertionError(f"{self.told}, and not {states}") from None

    async def version(self):
        """What the station says that it is, when it is asked."""
        count = len(self.csms.calls("BootNotification"))
        await self.csms.call("TriggerMessage", {"requestedMessage": "BootNotification"})
        await self.csms.until(lambda: len(self.csms.calls("BootNotification")) > count)
        return self.csms.calls("BootNotification")[-1]["firmwareVersion"]


def updating(tmp_path, scenario, profile=1):
    firmware()

    async def whole(scene):
        async with Files() as files:
            update = Update(scene, files)
            if profile == 2:
                root = {"certificateType": "CentralSystemRootCertificate", "certificate": scene.csms.authority.pem}
                assert await scene.csms.call("InstallCertificate", root) == {"status": "Accepted"}
                await raised(scene, 2)
            await update.install_root()
            await scenario(update)

    played(tmp_path, whole, "--connectors", "2", profile=1)


@pytest.mark.parametrize(("kind", "profile"), [("rsa", 1), ("ec", 1), ("rsa", 2)])
def test_through_all_states_to_the_new_version(tmp_path, kind, profile):
    async def scenario(update):
        csms, scene = update.csms, update.scene
        await scene.charge()
        more = {"retrieveDateTime": at(3), "installDateTime": at(12)}
        assert await update.ask(7, kind, **more) == "Accepted"
        ready = "DownloadScheduled", "Downloading", "Downloaded", "SignatureVerified", "InstallScheduled"
        await update.until(*ready)
        await scene.status("Unavailable", 2)  # L01.FR.07: who charges goes on, and nobody else begins
        assert scene.csms.statuses(1)[-1] == "Charging"
        before = [one for one in csms.log if one["kind"] == "open"]
        await scene.station.do("swipe", tag="CARD", connector=1)
        await scene.station.do("plug_out", connector=1)
        await update.until(*ready, "Installing", "InstallRebooting", "Installed")
        assert len([one for one in csms.log if one["kind"] == "open"]) > len(before)
        assert {payload["requestId"] for payload in csms.calls(CALL)} == {7}
        assert csms.calls("BootNotification")[-1]["firmwareVersion"].endswith(VERSION)
        await csms.until(lambda: "FirmwareUpdated" in update.events)
        request = {"requestedMessage": "FirmwareStatusNotification"}
        assert await csms.call("ExtendedTriggerMessage", request) == {"status": "Accepted"}
        await csms.until(lambda: csms.calls(CALL)[-1] == {"status": "Idle"})
        # It is still the new one after a power cut: it has been confirmed.
        scene.station.cut()
        count = len(csms.calls("BootNotification"))
        scene.station.start()
        await csms.until(lambda: len(csms.calls("BootNotification")) > count)
        assert csms.calls("BootNotification")[-1]["firmwareVersion"].endswith(VERSION)
        assert not csms.calls("FirmwareStatusNotification")

    updating(tmp_path, scenario, profile)


def test_a_signature_that_is_not_the_files(tmp_path):
    async def scenario(update):
        before = await update.version()
        ends = "Downloading", "Downloaded", "InvalidSignature"
        for number, signature in enumerate((sign_file(signer("rsa")[1], b"another file"), "AAAA", "not base64!")):
            assert await update.ask(number, signature=signature) == "Accepted"
            await update.until(*ends * (number + 1))
        assert await update.ask(3, "ec", signature=sign_file(signer("rsa")[1], firmware())) == "Accepted"
        await update.until(*ends * 4)
        await update.csms.until(lambda: update.events.count("InvalidFirmwareSignature") == 1)  # once in ten minutes
        assert not update.scene.station.files("firmware/package") and await update.version() == before
        request = {"requestedMessage": "FirmwareStatusNotification"}
        await update.csms.call("ExtendedTriggerMessage", request)
        last = {"status": "InvalidSignature", "requestId": 3}  # L01.FR.29
        await update.csms.until(lambda: update.csms.calls(CALL)[-1] == last)

    updating(tmp_path, scenario)


def test_a_certificate_that_may_not_sign_firmware(tmp_path):
    async def scenario(update):
        own, _ = signer("rsa")
        stranger = CertificateAuthority("Test manufacturer", "Test manufacturer")
        below = CertificateAuthority("Below", "Test manufacturer", by=MAKER)
        wrong = {
            "of another authority of the same name": stranger.pair("Firmware", "firmware")[0],
            "of the central system's authority": update.csms.authority.pair("Firmware", "firmware")[0],
            "for clients": MAKER.pair("Firmware", "client")[0],
            "expired": MAKER.pair("Firmware", "firmware", days=-0.5)[0],
            "the root itself": MAKER.pem,
            "below an authority of the root": below.pair("Firmware", "firmware")[0] + below.pem,
            "two": own + own,
            "cut off": own[:300],
            "nothing": "x",
        }
        for what, certificate in wrong.items():
            assert await update.ask(certificate=certificate) == "InvalidCertificate", what
        await update.csms.until(lambda: update.events.count("InvalidFirmwareSigningCertificate") == 1)
        assert update.told == [] and update.files.requests == []
        # The same file with the right one is taken.
        assert await update.ask() == "Accepted"
        states = "Downloading", "Downloaded", "SignatureVerified", "Installing", "InstallRebooting", "Installed"
        await update.until(*states)

    updating(tmp_path, scenario)


def test_what_else_may_end_it(tmp_path):
    async def scenario(update):
        assert await update.ask(1, path="/nothing") == "Accepted"
        await update.until("Downloading", "DownloadFailed")
        # The manufacturer's signature is right, and the package's own is not: the inner lock.
        whole = firmware()
        update.files.files["/damaged.pkg"] = whole[:-1] + bytes((whole[-1] ^ 1,))
        assert await update.ask(2, path="/damaged.pkg") == "Accepted"
        told = ["Downloading", "DownloadFailed", "Downloading", "Downloaded", "SignatureVerified", "Installing"]
        await update.until(*told, "InstallVerificationFailed")
        # A newer request takes the place of one that waits for its time (L01.FR.26).
        assert await update.ask(3, retrieveDateTime=at(3600)) == "Accepted"
        await update.until(*told, "InstallVerificationFailed", "DownloadScheduled")
        assert await update.ask(4, path="/nothing") == "AcceptedCanceled"
        await update.until(*told, "InstallVerificationFailed", "DownloadScheduled", "Downloading", "DownloadFailed")
        assert [payload["requestId"] for payload in update.csms.calls(CALL)] == [1, 1, 2, 2, 2, 2, 2, 3, 4, 4]
        request = {"location": update.files.url + "/f.pkg", "retrieveDate": at()}
        with pytest.raises(Exception, match="NotSupported"):
            await update.csms.call("UpdateFirmware", request)
        await update.scene.charge()

    updating(tmp_path, scenario)


def test_firmware_that_does_not_start_is_left_again(tmp_path):
    async def scenario(update):
        before = await update.version()
        image = b"no image of anything" * 100
        content = package.make(image, "simulator", "simulator", "9.9.8", package.load_key(KEY))
        update.files.files["/dead.pkg"] = content
        assert await update.ask(4, path="/dead.pkg") == "Accepted"
        states = "Downloading", "Downloaded", "SignatureVerified", "Installing", "InstallRebooting"
        await update.until(*states, "InstallationFailed")
        assert {payload["requestId"] for payload in update.csms.calls(CALL)} == {4}
        assert await update.version() == before and "FirmwareUpdated" not in update.events
        await update.csms.call("ExtendedTriggerMessage", {"requestedMessage": "FirmwareStatusNotification"})
        last = {"status": "InstallationFailed", "requestId": 4}  # L01.FR.29
        await update.csms.until(lambda: update.csms.calls(CALL)[-1] == last and len(update.told) == 7)
        # The right one is taken after it.
        count = len(update.told)
        assert await update.ask(5) == "Accepted"
        await update.csms.until(lambda: update.told[count:] == [*states, "Installed"])

    updating(tmp_path, scenario)


def test_a_power_cut_while_it_is_fetched(tmp_path):
    async def scenario(update):
        csms, station = update.csms, update.scene.station
        loop = asyncio.get_running_loop()
        cut = asyncio.Event()
        update.files.tags["/f.pkg"] = '"1"'
        update.files.cut_after = len(firmware()) // 2
        update.files.when_cut = lambda: loop.call_soon(cut.set)
        assert await update.ask(1, retries=5) == "Accepted"
        await asyncio.wait_for(cut.wait(), 120)
        await asyncio.sleep(0.5)
        station.cut()
        station.start()
        await csms.until(lambda: update.told[-1:] == ["Installed"])
        assert csms.calls("BootNotification")[-1]["firmwareVersion"].endswith(VERSION)
        assert update.told[-4:] == ["SignatureVerified", "Installing", "InstallRebooting", "Installed"], update.told

    updating(tmp_path, scenario)
