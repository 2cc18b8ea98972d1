"""wss and https in the interpreter of a board, under its heap: verified against an authority, or not at all."""

import asyncio
import datetime
import http.server
import ssl
import threading

import pytest
from conftest import REAL, Scene, StationProcess, built
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

import package
import rom
import size
from csms import CentralSystem

KEY = rom.ROOT / "boards" / "simulator" / "signing-key.pem"


def name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def certificate(subject, key, issuer, issuer_key, authority=False):
    now = datetime.datetime.now(datetime.UTC)
    made = x509.CertificateBuilder().subject_name(name(subject)).issuer_name(name(issuer)).public_key(key.public_key())
    made = made.serial_number(x509.random_serial_number())
    made = made.not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=9))
    made = made.add_extension(x509.BasicConstraints(authority, None), critical=True)
    if not authority:
        made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    return made.sign(issuer_key, hashes.SHA256())


@pytest.fixture(scope="module")
def pki(tmp_path_factory):
    """(PEM file of the authority, PEM file of another, the server's context)."""
    folder = tmp_path_factory.mktemp("pki")
    pem = serialization.Encoding.PEM
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(3)]
    for at, other in enumerate(("authority", "stranger")):
        made = certificate(other, keys[at], other, keys[at], True)
        (folder / f"{other}.pem").write_bytes(made.public_bytes(pem))
    server = certificate("localhost", keys[2], "authority", keys[0])
    private = keys[2].private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "server.pem").write_bytes(server.public_bytes(pem) + private)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem")
    return folder / "authority.pem", folder / "stranger.pem", context


def in_vain(tmp_path, context, *options):
    """A station that must not connect."""


    async def scenario():
        async with CentralSystem(tls=context) as csms:
            station = StationProcess(csms.url, str(tmp_path), *options)
            station.start()
            try:
                await asyncio.sleep(4)
                assert station.alive and csms.calls("BootNotification") == []
                return station.log.read_text()
            finally:
                station.cut()

    return asyncio.run(scenario())


def test_suites_that_may_be_broken_are_not_spoken(tmp_path, pki):
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    old.set_ciphers("ECDHE-ECDSA-AES128-SHA:ECDHE-ECDSA-AES128-SHA256:AES128-SHA:AES256-SHA256:@SECLEVEL=0")
    old.load_cert_chain(pki[0].parent / "server.pem")
    assert "csms: " in in_vain(tmp_path, old, "--ca", str(pki[0]))


@pytest.mark.skipif(not REAL, reason="CPython has no heap to speak of")
def test_with_everything_in_use_enough_ram_is_left(tmp_path, pki):
    async def scenario():
        built("")
        async with CentralSystem(tls=pki[2]) as csms:
            station = StationProcess(csms.url, str(tmp_path), "--ca", str(pki[0]), "--connectors", "2")
            scene = Scene(csms, station)
            station.start()
            try:
                await scene.ready()
                for connector in (1, 2):
                    await scene.charge(f"CARD{connector}", connector)
                await size.all_profiles(csms)
                await station.left(size.FREE_TLS_MIN, size.LARGEST_TLS_MIN)
                assert csms.violations == []
            except BaseException:
                print(station.log.read_text()[-3000:])
                raise
            finally:
                station.cut()

    asyncio.run(asyncio.wait_for(scenario(), 600))


class Files(http.server.BaseHTTPRequestHandler):
    """Takes files by PUT, and gives firmware that has been damaged on its way."""

    def do_GET(self):
        made = package.make(b"image" * 600, "simulator", "simulator", "99", package.load_key(KEY))
        self.send_response(200)
        self.send_header("Content-Length", str(len(made)))
        self.end_headers()
        self.wfile.write(made[:-1] + b"!")

    def do_PUT(self):
        self.server.taken[self.path] = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(201)
        self.end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture
def files(pki):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Files)
    server.socket = pki[2].wrap_socket(server.socket, server_side=True)
    server.taken = {}
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()


def test_a_session_and_diagnostics_over_tls(tmp_path, pki, files):


    async def scenario():
        built("")
        async with CentralSystem(tls=pki[2]) as csms:
            station = StationProcess(csms.url, str(tmp_path), "--ca", str(pki[0]))
            scene = Scene(csms, station)
            station.start()
            try:
                await scene.ready()
                await scene.charge()
                location = f"https://localhost:{files.server_port}/in/"
                name = (await csms.call("GetDiagnostics", {"location": location}))["fileName"]
                await csms.until(lambda: len(csms.calls("DiagnosticsStatusNotification")) == 2)
                assert files.taken[f"/in/{name}"].startswith(b"# Chargelet")
                location = f"https://localhost:{files.server_port}/new.pkg"
                await csms.call("UpdateFirmware", {"location": location, "retrieveDate": "2026-01-01T00:00:00Z"})
                await station.do("swipe", tag="04A2B3C4D5E680")
                await station.do("plug_out", connector=1)
                await csms.until(lambda: len(csms.calls("FirmwareStatusNotification")) >= 4)
                told = [call["status"] for call in csms.calls("FirmwareStatusNotification")]
                assert told == ["Downloading", "Downloaded", "Installing", "InstallationFailed"], told
                assert csms.violations == []
            except BaseException:
                print(station.log.read_text()[-3000:])
                raise
            finally:
                station.cut()

    asyncio.run(asyncio.wait_for(scenario(), 600))


def test_a_server_that_nobody_vouches_for_is_not_spoken_to(tmp_path, pki):
    said = in_vain(tmp_path, pki[2])
    assert "next attempt in" in said and "connected" not in said


def test_a_server_of_another_authority_is_not_spoken_to(tmp_path, pki):
    said = in_vain(tmp_path, pki[2], "--ca", str(pki[1]))
    assert "next attempt in" in said and "connected" not in said
