"""Certificates of authorities with RSA at a station that has the most to do: security profile 3, both connectors
charging with samples each second, under the heap of a board, with and without somebody who looks at the page; each
operation several times in a row."""

import asyncio
import contextlib
import http.client
import json
import ssl
import time
import urllib.request

import pytest
from certificate_authority import CertificateAuthority, private_pem
from conftest import REAL
from test_security import certified, opened, played
from test_signed_update import at

from control_port import free_port

pytestmark = pytest.mark.skipif(not REAL, reason="CPython has no heap to speak of")
SAMPLES = "--config", '{"MeterValueSampleInterval": 1}'
TIMES = 3
PASSWORD = "looked-at"
# With the page served RAM is too short for these: a refusal says so (firmware/SECURITY.md).
alone = pytest.mark.parametrize("looked_at", [False], ids=["no page"])


class Looker:
    """A browser that looks at the live values; `seen` counts the lines that it has been told."""

    def __init__(self, port):
        self.port = port
        self._root = f"http://127.0.0.1:{port}"
        self._cookie = None
        self.seen = 0
        self.ended = False

    def _ask(self, path, body=None):
        headers = {"Origin": self._root, "Content-Type": "application/json", "Cookie": self._cookie or ""}
        given = body and json.dumps(body).encode()
        return urllib.request.urlopen(urllib.request.Request(self._root + path, given, headers), timeout=60)

    def _look(self):
        """As the page does: whoever has lost the station comes back after two seconds. Ends with the station."""
        self._cookie = self._ask("/login", {"password": PASSWORD}).headers["Set-Cookie"].split(";")[0]
        while not self.ended:
            with contextlib.suppress(OSError, http.client.HTTPException):
                for _ in self._ask("/events"):
                    self.seen += 1
            time.sleep(2)

    def begin(self):
        self._looking = asyncio.create_task(asyncio.to_thread(self._look))

    async def more(self):
        seen = self.seen
        while self.seen < seen + 4:
            assert not self._looking.done(), self._looking.exception()
            await asyncio.sleep(0.1)


def busy(tmp_path, scenario, looked_at=False, patient=False):
    """Run `scenario(scene)` while both connectors charge; nothing may be refused for want of RAM, unless one is
    `patient`: then it may be tried again."""

    def files(root):
        chain, key = root.pair("SIM-0001")
        return {"ca.pem": root.pem, "own.pem": chain, "own.key": private_pem(key).decode()}

    looker = Looker(free_port())
    page = ("--page", str(looker.port)) if looked_at else ()

    async def whole(scene):
        csms = scene.csms
        assert csms.profiles == [3]
        csms.profile = 3
        for connector in (1, 2):
            await scene.charge(f"CARD{connector}", connector)
        await scene.calls("MeterValues", 6)
        if looked_at:
            looker.begin()
            await looker.more()
        try:
            await scenario(scene)
            if looked_at:
                await looker.more()
        finally:
            looker.ended = True
        for connector in (1, 2):
            assert (await scene.station.state(connector))["contactor"]
        assert patient or "MemoryExhaustion" not in told(csms), told(csms)

    given = "--ca", str(tmp_path / "ca.pem"), "--certificate", str(tmp_path / "own.pem")
    given += "--key", str(tmp_path / "own.key"), *SAMPLES, "--connectors", "2"
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("CHARGELET_PAGE_PASSWORD", PASSWORD)
        played(tmp_path, whole, *given, *page, profile=3, files=files)


def told(csms):
    return [one["type"] for one in csms.calls("SecurityEventNotification")]


async def install(csms, kind, root, wanted="Accepted"):
    asked = {"certificateType": kind + "RootCertificate", "certificate": root.pem}
    assert await csms.call("InstallCertificate", asked) == {"status": wanted}


def forged(root):
    """Another authority of the same name: only its signatures tell."""
    return CertificateAuthority("Maker with RSA", root.organization, kind="rsa")


class Below:
    """What signs the station's requests: an authority with RSA, whose own certificate goes along."""

    def __init__(self, root):
        self.root = root
        self.organization = root.organization
        self._middle = CertificateAuthority("Middle", by=root, kind="rsa")

    def sign(self, request):
        return self._middle.sign(request) + self._middle.pem


@alone
def test_roots(tmp_path, looked_at):
    async def scenario(scene):
        csms = scene.csms
        for number in range(TIMES):
            root = CertificateAuthority(f"Root {number} with RSA", kind="rsa")
            await install(csms, "CentralSystem", root)

    busy(tmp_path, scenario, looked_at)


@alone
def test_signing_certificates_of_firmware(tmp_path, looked_at):
    async def scenario(scene):
        csms = scene.csms
        maker = CertificateAuthority("Maker with RSA", kind="rsa")
        await install(csms, "Manufacturer", maker)
        own = maker.pair("Firmware", "firmware", "rsa")[0]
        wrong = forged(maker).pair("Firmware", "firmware", "rsa")[0]
        wanted = "Accepted"
        for number in range(TIMES):
            asked = {"location": "https://example.com/f.pkg", "retrieveDateTime": at(36000), "signature": "A" * 344}
            for certificate, status in ((wrong, "InvalidCertificate"), (own, wanted)):
                asked["signingCertificate"] = certificate
                answer = await csms.call("SignedUpdateFirmware", {"requestId": number, "firmware": asked})
                assert answer == {"status": status}, (number, answer)
            wanted = "AcceptedCanceled"

    busy(tmp_path, scenario, looked_at)


@alone
def test_chains(tmp_path, looked_at):
    async def scenario(scene):
        csms = scene.csms
        root = CertificateAuthority("Root with RSA", kind="rsa")
        await install(csms, "CentralSystem", root)
        csms.secure.load_verify_locations(cadata=root.pem)
        csms.secure.verify_flags &= ~ssl.VERIFY_CRL_CHECK_LEAF  # nobody has the lists of the other authority
        csms.authority = Below(root)
        for _ in range(TIMES):
            before = opened(csms)
            await certified(scene)
            # It is used at once: the connection is made again with it.
            await csms.until(lambda before=before: opened(csms) > before)
            assert csms.profiles[-1] == 3
        assert "InvalidChargePointCertificate" not in told(csms)

    busy(tmp_path, scenario, looked_at)
