"""The security profile: what one needs, how it is tried, and the way back. What TLS says of it is in
e2e/test_security.py.
"""

from chargelet.base.pieces import finish
from chargelet.certificates import arrivals, kept
from chargelet.station import security_profile
from chargelet.transport import securing, tls_failures
from fakes import authority
from fakes.secured import KEY, World, events, pem_of
from fakes.storage import PowerCut
from uwebsockets.errors import HandshakeError


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
    finish(arrivals.install(world.bench.storage, kept.CENTRAL_SYSTEM, pem_of(1), authority.NOON, 9, False))
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
    finish(arrivals.install(world.bench.storage, kept.CENTRAL_SYSTEM, authority.pem(expired), authority.NOON, 9, False))
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


def test_profile_0_and_1_without_tls_warn_on_the_console():
    for profile, secure, warned in ((0, False, True), (0, True, True), (1, False, True), (1, True, False)):
        world = World(profile, roots=(1,))
        world.bench.lines.clear()
        security_profile.provision(world.station, profile, secure)
        found = [line for line in world.bench.lines if "WARNING: security profile %d" % profile in line]
        assert len(found) == warned and ("without TLS" in "".join(found)) == (not secure), found
    world = World(0)
    world.tls = False
    world.bench.lines.clear()
    assert world.set("SecurityProfile", 1) == "Accepted" and world.connect()
    assert [line for line in world.bench.lines if "WARNING: security profile 1 without TLS" in line]
    world = World(1, roots=(1,))
    world.bench.lines.clear()
    assert world.set("SecurityProfile", 2) == "Accepted" and world.connect() and world.profile == 2
    assert [line for line in world.bench.lines if "WARNING" in line] == []


def test_an_installer_may_lower_it_and_the_same_installation_does_not():
    world = World(1, roots=(1,))
    world.set("SecurityProfile", 2)
    world.arrive()
    security_profile.provision(world.station, 1, False)
    assert world.profile == 2
    security_profile.provision(world.station, 0, False)
    assert "SecurityProfile 0, before 2" in events(world.bench)
    assert world.profile == 0 and [line for line in world.bench.lines if "WARNING: security profile 0" in line]
    world.cut()
    assert world.profile == 0


def test_an_installation_for_another_place_counts_anew_with_the_same_profile_too():
    world = World(1, roots=(1,))
    storage = world.bench.storage
    here, there = "ws://here/ocpp", "ws://there/ocpp"
    security_profile.provision(world.station, 0, False, here)
    assert world.profile == 0
    world.set("SecurityProfile", 2)
    world.arrive()
    for given, url, profile in ((0, here, 2), (None, here, 2), (None, there, 2), (0, there, 0), (1, here, 1)):
        assert security_profile.after(storage, given, url) == profile, (given, url)
        before = dict(storage.values)
        if profile == 2:
            security_profile.provision(world.station, given, False, url)
            assert world.profile == 2 and storage.values == before, "a start writes nothing"
    world.cut()
    security_profile.provision(world.station, 0, False, there)
    assert world.profile == 0 and world.station.security.before is None


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


def test_why_there_is_no_connection_is_an_event():
    for error, kind, said in (
        (HandshakeError(401, "no"), "FailedToAuthenticationAtCentralSystem", "no"),
        (HandshakeError(403, "no"), "FailedToAuthenticationAtCentralSystem", "no"),
        (OSError(-0x6E80, "MBEDTLS_ERR_SSL_BAD_PROTOCOL_VERSION"), "InvalidTLSVersion", "version of TLS is not"),
        (OSError(-0x6E00, "MBEDTLS_ERR_SSL_HANDSHAKE_FAILURE"), "InvalidTLSCipherSuite", "no cipher suite in common"),
        (OSError(-0x7780, "MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE"), "InvalidTLSCipherSuite", "the server has refused"),
    ):
        world = World(1)
        securing.failed(world.station.security, error)
        assert kind in events(world.bench) and said in events(world.bench), kind
    world = World(1)
    before = events(world.bench)
    assert before.count("\n") == 1 and "SecurityProfile 1, before 0" in before
    securing.failed(world.station.security, OSError(111))
    assert events(world.bench) == before
    assert tls_failures.sentence(OSError(-0x7280)) == "the server has closed the connection in the handshake"
    assert tls_failures.sentence(ValueError("the certificate has expired")) == "the certificate has expired"
