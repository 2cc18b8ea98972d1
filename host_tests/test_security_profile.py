"""Security profiles, certificates of the station and roots: what is taken, what is tried, and the way back.

The central system here is a few rules: what it listens to, which root has signed its certificate, whose certificates it
takes. What TLS says of it, in both interpreters, is in e2e/test_security.py.
"""

from chargelet.base.pieces import finish
from chargelet.certificates import der, store
from chargelet.station import renewal, security_profile
from chargelet.transport import securing
from fakes import authority
from fakes.bench import Bench
from fakes.clock import run
from fakes.storage import PowerCut
from uwebsockets.errors import HandshakeError

URL = "ws://host:9000/ocpp/CP1"
KEY = "a-password-of-16-characters"
NO_TLS = object()


class World:
    """A station, and a central system: `plain` and `tls` say what it listens to, `root` which root is its, `refused` is
    a set of chains that it does not take."""

    def __init__(self, profile=0, key=KEY, roots=(), **options):
        self.plain = self.tls = True
        self.root = 1
        self.refused = set()
        self.asked = []
        self.bench = bench = Bench(**options)
        for number in roots:
            finish(store.install(bench.storage, store.CENTRAL_SYSTEM, pem_of(number), authority.NOON, 9, False))
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

    def _judge(self, url, password, tls):
        values = self.bench.storage.values
        if url[:4] == "wss:":
            if not self.tls:
                return OSError(111)
            if [values[name] for name in tls[0]] != [authority.root(self.root)]:
                return OSError(-0x2700, "MBEDTLS_ERR_X509_CERT_VERIFY_FAILED")
            if tls[1] and values[tls[1][0]] in self.refused:
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

    def certificate(self, number=1, serial="SIM-0001"):
        """Ask for a certificate, and hand one over that the authority of root `number` has made."""
        station = self.station
        station.security.wanted = True
        run(self.bench.clock, renewal.work(station))
        (asked,) = [one for one in der.blocks(station.security.csr, "CERTIFICATE REQUEST") if one]
        station.security.csr = None
        at = asked.find(b"\x03\x42\x00\x04") + 3  # the public key, of 65 bytes
        leaf = authority.make(serial, asked[at : at + 65], "Root %d" % number, authority.key(number)[0])
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


def test_what_a_profile_needs_is_looked_at_first():
    world = World(key=None)
    assert world.set("SecurityProfile", 1) == "Rejected", "no password"
    assert world.set("AuthorizationKey", KEY) == "Accepted"
    for value in ("0", "4", "-1", "x", "", "1.0", "9" * 40):
        assert world.set("SecurityProfile", value) == "Rejected", value
    for value in (2, 3):
        assert world.set("SecurityProfile", value) == "Rejected", "no root"
    assert world.set("SecurityProfile", 1) == "Accepted" and world.profile == 1
    assert world.connect() and world.station.security.before is None
    finish(store.install(world.bench.storage, store.CENTRAL_SYSTEM, pem_of(1), authority.NOON, 9, False))
    assert world.set("SecurityProfile", 3) == "Rejected", "no certificate of its own"
    assert world.set("securityPROFILE", 2) == "Accepted" and world.connect() and world.profile == 2
    assert world.set("SecurityProfile", 1) == "Rejected" and world.set("SecurityProfile", 2) == "Rejected"
    world.set("CpoName", "Operator")
    assert world.signed(world.certificate()) == "Accepted"
    assert world.set("SecurityProfile", 3) == "Accepted" and world.connect() and world.profile == 3
    assert KEY not in events(world.bench) and "AuthorizationKey" in events(world.bench)
    assert "SecurityProfile 3 is in use" in events(world.bench)


def test_what_has_expired_is_nothing():
    world = World()
    expired = authority.root(1, ends=authority.NOON + 60)
    finish(store.install(world.bench.storage, store.CENTRAL_SYSTEM, authority.pem(expired), authority.NOON, 9, False))
    world.bench.clock.advance(120000)
    assert world.set("SecurityProfile", 2) == "Rejected"


def test_the_answer_leaves_before_the_connection_is_made_again():
    world = World()
    assert not world.station.credentials.changed()
    assert world.set("SecurityProfile", 1) == "Accepted"
    assert world.station.credentials.changed() and not world.station.credentials.changed()


def test_a_profile_that_does_not_connect_is_left_again():
    world = World(1, roots=(1,))
    world.tls = False
    assert world.set("SecurityProfile", 2) == "Accepted"
    assert not world.connect() and world.profile == 1 and world.station.security.before is None
    assert world.connect() and world.asked[-1][0] == "ws"
    assert "SecurityProfile 2 did not reach the central system: back to 1" in events(world.bench)


def test_a_profile_is_tried_with_each_root():
    world = World(1, roots=(1, 2, 3))
    world.root = 3
    assert world.set("SecurityProfile", 2) == "Accepted"
    assert world.arrive(3) <= 3 and world.profile == 2 and world.station.security.before is None
    other = World(1, roots=(1, 2, 3))
    other.root = 4
    assert other.set("SecurityProfile", 2) == "Accepted"
    for _ in range(3):
        assert not other.connect() and other.asked[-1][0] == "wss"
    assert other.profile == 1 and other.connect() and other.asked[-1][0] == "ws"


def test_from_profile_2_on_nothing_goes_in_the_clear():
    world = World(1, roots=(1,))
    world.set("SecurityProfile", 2)
    world.arrive()
    world.tls = False
    for _ in range(20):
        assert not world.connect() and world.asked[-1][0] == "wss" and world.profile == 2
    world.cut()
    for _ in range(20):
        assert not world.connect() and world.asked[-1][0] == "wss" and world.profile == 2


def test_profile_3_sends_no_password():
    world = World(2, roots=(1,))
    world.set("CpoName", "Operator")
    assert world.signed(world.certificate()) == "Accepted" and world.set("SecurityProfile", 3) == "Accepted"
    assert world.connect() and world.asked[-1][1] is None and world.asked[-1][2][1]


def test_an_installer_may_lower_it_and_the_same_installation_does_not():
    world = World(1, roots=(1,))
    world.set("SecurityProfile", 2)
    world.arrive()
    security_profile.provision(world.station, 1, False)
    assert world.profile == 2
    security_profile.provision(world.station, 0, False)
    assert world.profile == 0 and [line for line in world.bench.lines if "WARNING: security profile 0" in line]
    world.cut()
    assert world.profile == 0


def test_power_cuts_while_the_profile_rises():
    cuts = 0
    for works in (True, False):
        for change in range(9):
            world = World(1, roots=(1,))
            world.tls = works
            world.bench.storage.cut(change)
            try:
                world.set("SecurityProfile", 2)
                world.connect()
            except PowerCut:
                cuts += 1
            world.cut()
            world.arrive(3)
            assert world.profile in (1, 2) and (works or world.profile == 1), (works, change)
            assert world.station.security.before is None
            world.cut()
            world.arrive(1)
    assert cuts >= 8, cuts


def test_a_new_certificate_counts_once_it_has_been_taken():
    world = World(2, roots=(1,))
    world.set("CpoName", "Operator")
    first = world.certificate()
    world.signed(first)
    world.set("SecurityProfile", 3)
    world.arrive(1)
    used = world.asked[-1][2][1]
    second = world.certificate()
    assert world.signed(second) == "Accepted" and world.station.credentials.changed()
    world.refused.add(second.encode())
    assert not world.connect() and world.asked[-1][2][1] != used
    assert world.connect() and world.asked[-1][2][1] == used, "the one before stays"
    assert store.client(world.bench.storage, "next") is None
    assert "InvalidChargePointCertificate" in events(world.bench)
    third = world.certificate()
    world.signed(third)
    assert world.connect() and store.client(world.bench.storage)[0] == world.asked[-1][2][1][0]
    assert world.bench.storage.values[world.asked[-1][2][1][0]] == third.encode()


def test_power_cuts_while_a_certificate_changes():
    cuts = 0
    for taken in (True, False):
        for change in range(12):
            world = World(2, roots=(1,))
            world.set("CpoName", "Operator")
            world.signed(world.certificate())
            world.set("SecurityProfile", 3)
            world.arrive(1)
            world.bench.storage.cut(change)
            try:
                text = world.certificate()
                if not taken:
                    world.refused.add(text.encode())
                world.signed(text)
                world.connect()
                world.connect()
            except PowerCut:
                cuts += 1
            world.cut()
            world.arrive(3)
            assert world.profile == 3, (taken, change)
    assert cuts >= 8, cuts


def test_certificates_that_are_not_right_are_told():
    world = World(1, roots=(1,))
    world.set("CpoName", "Operator")
    texts = [world.certificate(serial="ANOTHER"), world.certificate(2), "rubbish", "x" * 2301]
    for text in texts:
        assert world.signed(text) == "Rejected", text[:60]
        world.bench.clock.advance(700000)
    world.bench.run(2000)
    told = [payload["type"] for payload in world.bench.central.all("SecurityEventNotification")]
    assert told.count("InvalidChargePointCertificate") == len(texts), told


def test_the_root_that_is_in_use_stays():
    world = World(2, roots=(1, 2))
    world.arrive()
    kind = {"certificateType": "CentralSystemRootCertificate"}
    listed = world.bench.ask("GetInstalledCertificateIds", kind)["certificateHashData"]
    assert len(listed) == 2
    statuses = [world.bench.ask("DeleteCertificate", {"certificateHashData": one})["status"] for one in listed]
    assert sorted(statuses) == ["Accepted", "Failed"]
    left = world.bench.ask("GetInstalledCertificateIds", kind)["certificateHashData"]
    assert left == [one for one, status in zip(listed, statuses) if status == "Failed"]
    gone = [one for one in listed if one not in left][0]
    assert world.bench.ask("DeleteCertificate", {"certificateHashData": gone}) == {"status": "NotFound"}
    assert world.bench.ask("GetInstalledCertificateIds", {"certificateType": "ManufacturerRootCertificate"}) == {
        "status": "NotFound"
    }
    world.cut()
    world.arrive()


def test_roots_are_tried_one_after_the_other_and_an_alarm_is_given_when_none_fits():
    world = World(2, roots=(1, 2, 3))
    for number in (1, 2, 3, 1):
        world.root = number
        world.arrive(3)
    assert "InvalidCentralSystemCertificate" not in events(world.bench)
    world.root = 4
    for _ in range(3):
        assert not world.connect()
    assert "InvalidCentralSystemCertificate" in events(world.bench)


def test_roots_are_installed_and_no_more_than_there_is_room_for():
    world = World(1)

    def install(number, kind="CentralSystemRootCertificate", text=None):
        payload = {"certificateType": kind, "certificate": text or pem_of(number)}
        return world.bench.ask("InstallCertificate", payload)["status"]

    assert install(1) == "Accepted" and install(1) == "Accepted"
    assert install(0, text="rubbish") == "Rejected"
    assert install(0, text=authority.pem(authority.root(1, ends=authority.NOON - 1))) == "Rejected"
    assert install(2, "ManufacturerRootCertificate") == "Accepted"
    assert install(3) == "Accepted" and install(4) == "Accepted" and install(5) == "Rejected"
    world.bench.storage.full = True
    assert install(6) in ("Failed", "Rejected")


def test_with_the_additional_check_the_old_root_is_the_fallback_until_the_new_one_works():
    world = World(2, roots=(1,), config={"AdditionalRootCertificateCheck": True})
    kind = "CentralSystemRootCertificate"
    ask = world.bench.ask
    assert ask("InstallCertificate", {"certificateType": kind, "certificate": pem_of(2)}) == {"status": "Rejected"}
    text = authority.pem(authority.root(2, by=1))
    assert ask("InstallCertificate", {"certificateType": kind, "certificate": text}) == {"status": "Accepted"}
    for _ in range(3):  # the server has the old one still: M05.FR.13
        world.arrive(2)
    assert store.fallback(world.bench.storage)
    world.cut()
    world.arrive(2)
    world.root = 2
    found = authority.root
    authority.root = lambda number: found(2, by=1) if number == 2 else found(number)
    try:
        world.arrive(2)
    finally:
        authority.root = found
    assert store.fallback(world.bench.storage) is None
    assert len(store.names(world.bench.storage, store.CENTRAL_SYSTEM)) == 1


def test_a_certificate_is_asked_for_by_trigger_and_when_it_has_a_month_to_live():
    world = World(2, roots=(1,))
    request = {"requestedMessage": "SignChargePointCertificate"}
    assert world.bench.ask("ExtendedTriggerMessage", request) == {"status": "Rejected"}, "CpoName is not set"
    world.set("CpoName", "Operator")
    assert world.bench.ask("ExtendedTriggerMessage", request) == {"status": "Accepted"}
    assert renewal.due(world.station)
    run(world.bench.clock, renewal.work(world.station))
    world.bench.central.answers["SignCertificate"] = {"status": "Accepted"}
    world.bench.run(1000)
    (sent,) = world.bench.central.all("SignCertificate")
    assert sent["csr"].startswith("-----BEGIN CERTIFICATE REQUEST-----") and not renewal.due(world.station)
    assert world.station.security.csr is None
    world.signed(world.certificate())
    world.set("SecurityProfile", 3)
    world.arrive(1)
    assert renewal.due(world.station)
    run(world.bench.clock, renewal.work(world.station))
    assert world.station.security.csr is None and not renewal.due(world.station)
    world.bench.clock.advance(335 * 86400000)
    world.bench.central.answers["SignCertificate"] = {"status": "Rejected"}
    for expected in (2, 2, 3):
        assert renewal.due(world.station) is (len(world.bench.central.all("SignCertificate")) < expected)
        if renewal.due(world.station):
            run(world.bench.clock, renewal.work(world.station))
        world.bench.run(1000)
        assert len(world.bench.central.all("SignCertificate")) == expected
        world.bench.clock.advance(4 * 86400000)
    assert world.station.security.csr is None


def test_why_there_is_no_connection_is_an_event():
    for error, kind in (
        (HandshakeError(401, "no"), "FailedToAuthenticationAtCentralSystem"),
        (HandshakeError(403, "no"), "FailedToAuthenticationAtCentralSystem"),
        (OSError(-0x6E80, "MBEDTLS_ERR_SSL_BAD_PROTOCOL_VERSION"), "InvalidTLSVersion"),
        (OSError(-0x6E00, "MBEDTLS_ERR_SSL_HANDSHAKE_FAILURE"), "InvalidTLSCipherSuite"),
        (OSError(-0x7780, "MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE"), "InvalidTLSCipherSuite"),
    ):
        world = World(1)
        securing.failed(world.station.security, error)
        assert kind in events(world.bench), kind
    world = World(1)
    securing.failed(world.station.security, OSError(111))
    assert events(world.bench) == ""
