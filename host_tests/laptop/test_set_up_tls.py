"""A board is set up for wss:// from a phone: its root, what is wrong with a certificate, what counts at the start."""

import asyncio
import json

import pytest
from certificate_authority import CertificateAuthority
from test_set_up import played

from chargelet import given_root, trial
from chargelet.base import loading
from chargelet.base.clock import Clock
from chargelet.transport import tls_failures
from control_port import free_port
from csms import CentralSystem

SECRET = "hush hush hush hush"


def fields(csms, authority, **more):
    url = f"wss://localhost:{csms.port}/ocpp"
    given = {"network": "garage", "key": "correct horse", "url": url, "identity": "CP7", "secret": SECRET}
    return {**given, "profile": 2, "ca": authority.pem, **more}


def test_it_is_kept_with_its_root_and_both_count_at_the_next_start(tmp_path, monkeypatch):
    authority = CertificateAuthority()

    async def story(phone, radio, csms, path):
        assert await phone.tried(**fields(csms, authority)) == ["works"]
        kept = json.loads(path.read_text())["csms"]
        assert kept["profile"] == 2 and kept["url"].startswith("wss://") and len(kept["ca"]) == 64
        assert not (tmp_path / "authority.der").exists()
        given_root.claim(str(tmp_path), kept["ca"])
        assert (tmp_path / "authority.der").exists() and not (tmp_path / "authority.new").exists()

    played(tmp_path, monkeypatch, story, password=SECRET, tls=authority.server())


def test_profile_2_with_an_address_of_ws_is_tried_with_tls(tmp_path, monkeypatch):
    authority = CertificateAuthority()

    async def story(phone, radio, csms, path):
        assert await phone.tried(**fields(csms, authority, url=f"ws://localhost:{csms.port}/ocpp")) == ["works"]

    played(tmp_path, monkeypatch, story, password=SECRET, tls=authority.server())


def test_a_profile_that_has_been_raised_is_what_is_tried(tmp_path, monkeypatch):
    """Else it would be found to work here, and not when the station starts."""
    state = tmp_path / "state"
    state.mkdir()
    (state / "security-profile").write_text('{"now": 2, "given": 0, "mark": 1}')
    authority = CertificateAuthority()

    async def story(phone, radio, csms, path):
        given = fields(csms, authority, url=f"ws://localhost:{csms.port}/ocpp")
        del given["profile"]
        assert (await phone.tried(**given))[:2] == ["failed", "tls_none"]
        assert not path.exists()
        assert await phone.tried(**given, profile=0) == ["works"]
        assert json.loads(path.read_text())["csms"]["profile"] == 0

    played(tmp_path, monkeypatch, story, password=SECRET)


def test_what_is_wrong_is_said_exactly(tmp_path, monkeypatch):
    authority, other = CertificateAuthority(), CertificateAuthority("Another root")

    async def story(phone, radio, csms, path):
        async def said(**changed):
            doing = await phone.tried(**fields(csms, authority, **changed))
            assert not path.exists() and radio.joined is None, doing
            return doing[:2]

        assert await said(ca=other.pem) == ["failed", "tls_root"]
        async with CentralSystem(tls=authority.server("elsewhere.example")) as elsewhere:
            assert await said(url=f"wss://localhost:{elsewhere.port}/ocpp") == ["failed", "tls_name"]
        assert await said(secret=SECRET + "x") == ["failed", "csms_password"]
        assert await said(url=f"wss://localhost:{free_port()}/ocpp") == ["failed", "csms_nobody"]
        async with CentralSystem(tls=authority.server(days=-1)) as late:
            assert await said(url=f"wss://localhost:{late.port}/ocpp") == ["failed", "tls_dates"]
        async with CentralSystem() as plain:
            assert await said(url=f"wss://localhost:{plain.port}/ocpp") == ["failed", "tls_none"]
        csms.refuse = 404
        assert await said() == ["failed", "csms_identity"]

    played(tmp_path, monkeypatch, story, password=SECRET, tls=authority.server())


def test_what_is_missing_is_said_by_name(tmp_path, monkeypatch):
    authority = CertificateAuthority()

    async def story(phone, radio, csms, path):
        for changed, words in (
            ({"ca": ""}, "csms.ca: nothing; allowed: for wss:// and profile 2: a certificate in PEM"),
            ({"ca": "", "profile": 0}, "csms.ca: nothing"),
            ({"ca": "", "url": "ws://x"}, "csms.ca: nothing"),
            ({"ca": "x"}, "ca: PEM: no -----BEGIN CERTIFICATE-----"),
            ({"ca": authority.pem * 2}, "ca: PEM: more than one block"),
            ({"ca": authority.pem[:300]}, "ca: "),
            ({"secret": ""}, "csms.password: none or a short one"),
            ({"profile": 3}, "profile: 0, 1 or 2 is allowed"),
        ):
            status, text = await phone.ask("/try", fields(csms, authority, **changed))
            assert status == 400 and words in text, (changed, status, text)
        assert not path.exists() and radio.joined is None

    played(tmp_path, monkeypatch, story, password=SECRET, tls=authority.server())


def test_a_chip_that_does_not_know_the_time_asks_for_it_first(tmp_path, monkeypatch):
    authority = CertificateAuthority()
    answers = [OSError("silence"), 850000000]

    async def now(host):
        assert host == "pool.ntp.org"
        answer = answers.pop(0)
        if isinstance(answer, OSError):
            raise answer
        return answer

    monkeypatch.setattr(loading, "sweep", lambda: None)
    from chargelet.transport import ntp  # as it is loaded now, and stays

    monkeypatch.setattr(ntp, "now", now)
    monkeypatch.setattr(Clock, "chip", lambda self: 0)

    async def story(phone, radio, csms, path):
        assert await phone.tried(**fields(csms, authority)) == ["failed", "time", "pool.ntp.org"]
        assert await phone.tried(**fields(csms, authority)) == ["works"] and radio.told == 850000000

    played(tmp_path, monkeypatch, story, password=SECRET, tls=authority.server())


@pytest.mark.parametrize(
    "error,word",
    [
        (ValueError("The certificate validity has expired"), "dates"),
        (ValueError("The certificate validity starts in the future"), "dates"),
        (ValueError("The certificate Common Name (CN) does not match with the expected CN"), "name"),
        (ValueError("The certificate is not correctly signed by the trusted CA"), "root"),
        (OSError(-0x7200, "MBEDTLS_ERR_SSL_INVALID_RECORD"), "none"),
        (OSError(-0x7780, "MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE"), "other"),
        (OSError(104, "ECONNRESET"), None),
    ],
)
def test_what_mbedtls_says(error, word):
    assert tls_failures.word(error) == word


def test_what_was_trusted_before_is_trusted_again(monkeypatch):
    from uwebsockets import sockets

    async def reached(*given):
        sockets.trust("other")
        return ["tls_root", "x"]

    class Radio:
        wifi = True

        async def join(self, name, key):
            return None

        def name_server(self):
            return "127.0.0.1"

        def leave(self):
            self.left = True

    monkeypatch.setattr(trial, "_reached", reached)
    before = list(sockets.servers)
    sockets.trust("one")
    try:
        radio = Radio()
        table = {"wifi": {"name": "x"}, "csms": {"url": "wss://x"}}
        wrong = asyncio.run(trial.tried(radio, table, "01", lambda *words: None, Clock(), None, ""))
        assert wrong == ["tls_root", "x"] and sockets.trusted == ["one"] and radio.left
    finally:
        sockets.trust()
        sockets.servers[:] = before
