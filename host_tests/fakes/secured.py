"""A station whose connection is secured, and its central system: what that listens to, which root has signed its
certificate, whose certificates it takes.
"""

from chargelet.base.pieces import finish
from chargelet.certificates import arrivals, der, kept
from chargelet.station import renewal, security_profile
from chargelet.transport import securing
from uwebsockets.errors import HandshakeError

from . import authority
from .bench import Bench
from .clock import run

URL = "ws://host:9000/ocpp/CP1"
KEY = "a-password-of-16-characters"


class World:
    """A station, and a central system: `plain` and `tls` say what it listens to, `root` which root is its, `refused` is
    a set of chains that it does not take, `error` what each attempt ends with."""

    def __init__(self, profile=0, key=KEY, roots=(), **options):
        self.plain = self.tls = True
        self.root = 1
        self.refused = set()
        self.error = None  # what each attempt ends with, whatever else is right
        self.asked = []
        self.bench = bench = Bench(**options)
        for number in roots:
            finish(arrivals.install(bench.storage, kept.CENTRAL_SYSTEM, pem_of(number), authority.NOON, 9, False))
        self._ready(bench, profile, key)

    def _ready(self, bench, profile=None, key=KEY):
        self.bench = bench
        bench.central.clock = bench.clock
        station = bench.station
        station.security.serial = "SIM-0001"
        if key:
            station.credentials.give(key)
        if profile is not None:
            security_profile.provision(station, profile, False)

    @property
    def station(self):
        return self.bench.station

    def cut(self):
        self.bench.storage.cut(10**9)
        self._ready(self.bench.cut())

    def set(self, key, value):
        return self.bench.ask("ChangeConfiguration", {"key": key, "value": str(value)})["status"]

    @property
    def profile(self):
        return int(self.bench.ask("GetConfiguration", {"key": ["securityprofile"]})["configurationKey"][0]["value"])

    def connect(self) -> bool:
        """One attempt of the link; whether it works."""
        security = self.station.security
        shown = {"trust": (), "present": ()}  # to TLS
        securing.trust = lambda *paths: shown.update({"trust": paths})
        securing.present = lambda *paths: shown.update({"present": paths})
        url, password = securing.prepare(security, URL, self.station.credentials.password())
        tls = (shown["trust"], shown["present"]) if url[:4] == "wss:" else None
        self.asked.append((url.split(":")[0], password, tls))
        error = self._judge(url, password, tls)
        if error is None:
            securing.reached(security)
        else:
            securing.failed(security, error)
        return error is None

    def content(self, path):
        """What lies in a file that TLS is shown."""
        return self.bench.storage.values[path]

    def _judge(self, url, password, tls):
        if self.error:
            return self.error
        if url[:4] == "wss:":
            if not self.tls:
                return OSError(111)
            if [self.content(path) for path in tls[0]] != [authority.root(self.root)]:
                return OSError(-0x2700, "MBEDTLS_ERR_X509_CERT_VERIFY_FAILED")
            if tls[1] and self.content(tls[1][0]) in self.refused:
                return OSError(-0x7780, "MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE")
            if not tls[1] and not password:
                return HandshakeError(401, "refused")
            return None
        return None if self.plain else OSError(111)

    def arrive(self, attempts=6) -> int:
        """Connect, in so many attempts at most; how many it took."""
        for count in range(attempts):
            if self.connect():
                return count + 1
        raise AssertionError("it never reaches its central system: %s" % self.asked)

    def certificate(self, number=1, serial="SIM-0001", **given):
        """Ask for a certificate, and hand one over that the authority of root `number` has made."""
        station = self.station
        station.security.wanted = True
        run(self.bench.clock, renewal.work(station))
        (asked,) = [one for one in der.blocks(station.security.csr, "CERTIFICATE REQUEST") if one]
        station.security.csr = None
        at = asked.find(b"\x03\x42\x00\x04") + 3  # the public key, of 65 bytes
        leaf = authority.make(serial, asked[at : at + 65], "Root %d" % number, authority.key(number)[0], **given)
        return authority.pem(leaf)

    def signed(self, text):
        return self.bench.ask("CertificateSigned", {"certificateChain": text})["status"]


def pem_of(number):
    return authority.pem(authority.root(number))


def events(bench):
    found = b""
    for name in ("security-log-old", "security-log"):
        found += bench.storage.values.get(name, b"")
    return found.decode()
