"""Both sides of mutual TLS: a server on OpenSSL, the station's side in MicroPython, and the authorities over them."""

import datetime
import socket
import ssl
import subprocess
import threading
import time

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

import interpreter
import rom

PEM, DER = serialization.Encoding.PEM, serialization.Encoding.DER

STATION = '''
"""The station's side: makes a request, takes the answer, connects."""

import asyncio
import os
import sys

from chargelet.certificates import arrivals, store
from chargelet.base.pieces import finish
from chargelet.base.storage import Storage
from uwebsockets import dial, sockets

what, folder = sys.argv[-2:]
storage = Storage(folder)


async def hello(port):
    sockets.trust(*[folder + "/" + name for name in store.names(storage, "c")])
    pair = store.client(storage, "next") or store.client(storage)
    sockets.present(*[folder + "/" + name for name in pair or ()])
    try:
        reader, writer = await dial.open_stream("localhost", port, dial.default_tls(True))
        try:
            await sockets.send_all(writer, b"hello", 5, 3000)
            print(await asyncio.wait_for(reader.read(100), 10))
        finally:
            await sockets.close_stream(writer)
    except (OSError, ValueError) as error:
        print("refused", repr(error))


now = int(storage.read("now"))
if what == "request":
    print(finish(store.request(storage, os.urandom, "CS-1", "Operator")))
elif what == "signed":
    finish(arrivals.received(storage, storage.read("chain").decode()))
    finish(arrivals.signed(storage, now, "CS-1", "Operator"))
elif what == "install":
    finish(arrivals.install(storage, "c", storage.read("root").decode(), now, 4, False))
else:
    asyncio.run(hello(int(what)))
'''


def name(text, organization=None):
    parts = [x509.NameAttribute(NameOID.COMMON_NAME, text)]
    if organization:
        parts.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization))
    return x509.Name(parts)


def certificate(subject, public, issuer, key, authority=False, **given):
    now = datetime.datetime.now(datetime.UTC)
    made = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(public)
    made = made.serial_number(x509.random_serial_number())
    made = made.not_valid_before(now - datetime.timedelta(1)).not_valid_after(now + datetime.timedelta(9))
    made = made.add_extension(x509.BasicConstraints(authority, None), critical=True)
    if not authority:
        made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        purposes = [ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH]
        made = made.add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
    return made.sign(key, hashes.SHA256(), **given)


class Server:
    """Takes one connection after the other, from clients whose certificate an authority has signed."""

    def __init__(self, folder, own, key, authority):
        private = key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        (folder / "server.pem").write_bytes(own.public_bytes(PEM) + private)
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(folder / "server.pem")
        self._context.verify_mode = ssl.CERT_REQUIRED
        self._context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        self._context.load_verify_locations(cadata=authority.public_bytes(DER))
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.seen = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                plain, _ = self._socket.accept()
            except OSError:
                return
            plain.settimeout(60)
            try:
                with self._context.wrap_socket(plain, server_side=True) as client:
                    subject = client.getpeercert()["subject"]
                    assert client.recv(100) == b"hello"
                    self.seen.append((dict(part[0] for part in subject)["commonName"], client.version()))
                    client.sendall(b"welcome")
            except (OSError, AssertionError) as error:
                self.seen.append(type(error).__name__)

    def last(self):
        """Who came last, or the error that ended it: the client may know before the server does."""
        until = time.monotonic() + 300
        while not self.seen and time.monotonic() < until:
            time.sleep(0.01)
        return self.seen[-1]

    def close(self):
        self._socket.close()


class Station:
    """A folder, and the interpreter that works in it."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir()
        epoch = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
        now = int((datetime.datetime.now(datetime.UTC) - epoch).total_seconds())
        self.put("now", str(now).encode())

    def put(self, name, value):
        (self.folder / name).write_bytes(value)

    def __call__(self, what):
        source = self.folder.parent / "tls_station.py"
        source.write_text(STATION)
        firmware = rom.station_files("simulator")
        command = interpreter.beside(firmware, {source.name: source}, "tls_station", str(what), str(self.folder))
        done = subprocess.run(command, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0 and not done.stderr, done.stdout + done.stderr
        return done.stdout

    def install(self, root):
        self.put("root", root.public_bytes(PEM))
        assert self("install") == ""

    def asks(self):
        request = x509.load_pem_x509_csr(self("request").encode())
        assert request.is_signature_valid
        return request

    def takes(self, *chain):
        self.put("chain", b"".join([one.public_bytes(PEM) for one in chain]))
        assert self("signed") == ""


def root_and_middle(kind):
    """(root, its key, an authority below it, its key)"""
    make = (
        (lambda: ec.generate_private_key(ec.SECP256R1()))
        if kind == "EC"
        else (lambda: rsa.generate_private_key(65537, 2048))
    )
    key, middle_key = make(), make()
    given = {"rsa_padding": padding.PSS(padding.MGF1(hashes.SHA256()), 32)} if kind == "PSS" else {}
    root = certificate(name("Root"), key.public_key(), name("Root"), key, True, **given)
    middle = certificate(name("Middle"), middle_key.public_key(), name("Root"), key, True, **given)
    return root, key, middle, middle_key
