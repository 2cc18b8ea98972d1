"""The station's own certificate: asked for, taken when it is right, tried, and the one before it kept until then."""

from chargelet.certificates import der, store
from chargelet.station import renewal
from fakes import authority
from fakes.clock import run
from fakes.secured import World, events
from fakes.storage import PowerCut
from uwebsockets.errors import HandshakeError


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


def test_a_new_certificate_that_nobody_has_refused_stays_and_is_tried_again():
    nobody, nameless = OSError(111), OSError("host: no name server answers")
    for error in (nobody, nameless, OSError(-0x2700, "VERIFY"), HandshakeError(503, "busy")):
        world = World(2, roots=(1,))
        world.set("CpoName", "Operator")
        world.signed(world.certificate())
        world.set("SecurityProfile", 3)
        world.arrive(1)
        old = world.asked[-1][2][1]
        assert not renewal.due(world.station) or run(world.bench.clock, renewal.work(world.station)) is None
        assert world.signed(world.certificate()) == "Accepted"
        world.error = error
        assert not world.connect()
        world.error = None
        world.arrive(1)
        assert world.asked[-1][2][1] == old and store.client(world.bench.storage, "next"), error
        assert "InvalidChargePointCertificate" not in events(world.bench), error
        world.bench.clock.advance(86400000)
        assert renewal.due(world.station)
        run(world.bench.clock, renewal.work(world.station))
        assert world.station.credentials.changed(), "it is to be tried again"
        world.arrive(1)
        assert world.asked[-1][2][1] != old and store.client(world.bench.storage, "next") is None


def test_a_certificate_that_begins_later_is_used_from_then_on():
    """A02.FR.08; an authority's clock may also be some seconds ahead."""
    for cut in (False, True):
        world = World(2, roots=(1,))
        world.set("CpoName", "Operator")
        world.signed(world.certificate())
        world.set("SecurityProfile", 3)
        world.arrive(1)
        old = world.asked[-1][2][1]
        begins = world.bench.clock.now() + 3600
        text = world.certificate(begins=begins, ends=begins + 86400)
        assert world.signed(text) == "Accepted" and not world.station.credentials.changed()
        if cut:
            world.cut()
        refusal = OSError(-0x7780, "MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE")
        for error in (OSError(111), refusal, refusal):  # whatever comes between: it is neither shown nor forgotten
            world.error = error
            assert not world.connect()
            world.error = None
            world.arrive(1)
            assert world.asked[-1][2][1] == old
            if renewal.due(world.station):
                run(world.bench.clock, renewal.work(world.station))
        world.arrive(1)
        assert not renewal.due(world.station) and not world.station.credentials.changed()
        world.bench.clock.advance(3599000 - (world.bench.clock.now() - begins + 3600) * 1000)
        assert not renewal.due(world.station)
        world.bench.clock.advance(1000)
        assert renewal.due(world.station)
        run(world.bench.clock, renewal.work(world.station))
        assert world.station.credentials.changed(), "the connection is made again"
        world.arrive(1)
        assert world.asked[-1][2][1] != old and store.client(world.bench.storage, "next") is None
        assert world.bench.storage.values[world.asked[-1][2][1][0]] == text.encode()
        assert "InvalidChargePointCertificate" not in events(world.bench)
    world = World(2, roots=(1,))
    world.set("CpoName", "Operator")
    assert world.signed(world.certificate(begins=begins + 9000, ends=begins + 8000)) == "Rejected", "it is never valid"


def test_one_that_begins_after_the_end_of_the_one_in_use_keeps_nobody_from_asking():
    for days, asks in ((364, False), (366, True)):
        world = World(2, roots=(1,))
        world.set("CpoName", "Operator")
        world.signed(world.certificate())
        world.set("SecurityProfile", 3)
        world.arrive(1)
        begins = authority.NOON + days * 86400
        assert world.signed(world.certificate(begins=begins, ends=begins + 86400)) == "Accepted"
        world.bench.clock.advance(336 * 86400000)
        assert renewal.due(world.station)
        run(world.bench.clock, renewal.work(world.station))
        assert (world.station.security.csr is not None) == asks, days
        assert (store.client(world.bench.storage, "next") is None) == asks, days


def test_a_higher_profile_needs_a_certificate_that_has_begun():
    world = World(2, roots=(1,))
    world.set("CpoName", "Operator")
    begins = world.bench.clock.now() + 3600
    assert world.signed(world.certificate(begins=begins)) == "Accepted"
    assert world.set("SecurityProfile", 3) == "Rejected"
    world.bench.clock.advance(3601000)
    assert world.set("SecurityProfile", 3) == "Accepted"
    world.arrive(1)
    assert world.profile == 3 and world.asked[-1][2][1]


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


def test_a_certificate_is_asked_for_by_trigger_and_when_it_has_a_month_to_live():
    world = World(2, roots=(1,))
    request = {"requestedMessage": "SignChargePointCertificate"}
    assert world.bench.ask("ExtendedTriggerMessage", request) == {"status": "Rejected"}, "CpoName is not set"
    for name in ("x" * 65, "\u00e9" * 33, "a\nb"):
        assert world.set("CpoName", name) == "Rejected", "no request could be made for it"
    assert world.set("CpoName", "\u00e9" * 32) == "Accepted"
    world.set("CpoName", "Operator")
    assert world.bench.ask("ExtendedTriggerMessage", request) == {"status": "Accepted"}
    assert renewal.due(world.station)
    run(world.bench.clock, renewal.work(world.station))
    world.bench.central.answers["SignCertificate"] = {"status": "Accepted"}
    world.bench.run(1000)
    (sent,) = world.bench.central.all("SignCertificate")
    assert sent["csr"].startswith("-----BEGIN CERTIFICATE REQUEST-----") and not renewal.due(world.station)
    (asked,) = [one for one in der.blocks(sent["csr"], "CERTIFICATE REQUEST") if one]
    assert authority.name("SIM-0001", "Operator") in asked, "A02.FR.13"
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
