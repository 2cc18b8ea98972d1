"""Certificates that the central system sends are judged beside all else, one at a time; again where RAM was short."""

import json

from chargelet.certificates import arrivals, store
from chargelet.station import judged
from fakes import authority
from fakes.bench import Bench, text_of
from fakes.clock import run
from fakes.secured import events

TRIES = 6  # of judged.py
ROOT = {"certificateType": "CentralSystemRootCertificate", "certificate": authority.pem(authority.root(1))}


def sent(bench, action, payload, unique="1"):
    """A call that comes; its answer, where it has one at once."""
    text = bench.endpoint.receive(json.dumps([2, unique, action, payload]))
    return text and json.loads(text_of(text))[2]


def short_of_ram(bench, times):
    """So many reads of what has come end for want of memory."""
    stream, left = bench.storage.stream, [times]

    def failing(name):
        if name == arrivals.NEW and left[0]:
            left[0] -= 1
            raise MemoryError()
        return stream(name)

    bench.storage.stream = failing
    return left


def test_want_of_memory_is_tried_again_and_told_in_the_end():
    for times in (0, 1, TRIES - 1, TRIES):
        bench = Bench()
        left = short_of_ram(bench, times)
        enough = times < TRIES
        answer = bench.ask("InstallCertificate", ROOT)
        assert answer == {"status": "Accepted" if enough else "Failed"} and not left[0], times
        assert ("MemoryExhaustion" in events(bench)) != enough
        assert len(store.names(bench.storage)) == enough and not bench.storage.there(arrivals.NEW)
        assert bench.station.security.came is None


def test_one_at_a_time_and_each_has_its_word_for_no():
    signer = {"location": "http://x/f", "retrieveDateTime": "2026-11-20T12:00:00Z", "signature": "AAAA"}
    signer["signingCertificate"] = ROOT["certificate"]
    bench = Bench()
    assert sent(bench, "InstallCertificate", ROOT) is None, "it is known later"
    for action, payload, word in (
        ("InstallCertificate", ROOT, "Failed"),
        ("CertificateSigned", {"certificateChain": "x"}, "Rejected"),
        ("SignedUpdateFirmware", {"requestId": 1, "firmware": signer}, "Rejected"),
    ):
        assert sent(bench, action, payload) == {"status": word}
    run(bench.clock, judged.work(bench.station))
    bench.run(200)
    assert json.loads(text_of(bench.heard.pop()))[2] == {"status": "Accepted"}
    assert bench.ask("CertificateSigned", {"certificateChain": "x"}) == {"status": "Rejected"}


def test_whatever_goes_wrong_there_is_an_answer():
    for error, word in ((OSError(5), "Failed"), (RuntimeError("x"), "Failed"), (ValueError("x"), "Rejected")):
        bench = Bench()
        stream = bench.storage.stream

        def failing(name, error=error):
            raise error

        bench.storage.stream = failing
        assert bench.ask("InstallCertificate", ROOT) == {"status": word}, error
        bench.storage.stream = stream
        assert bench.ask("InstallCertificate", ROOT) == {"status": "Accepted"}, error


def test_people_are_told_meanwhile_and_all_else_waits():
    bench = Bench()
    bench.run(2000)
    bench.central.sent.clear()
    assert sent(bench, "InstallCertificate", ROOT) is None
    bench.evse.connected = True
    bench.station.security.note("FirmwareUpdated")
    bench.run(3000)
    assert [action for action, _ in bench.central.sent] == ["StatusNotification"]
    run(bench.clock, judged.work(bench.station))
    bench.run(3000)
    assert "FirmwareUpdated" in events(bench)


def test_a_connection_that_ends_meanwhile_costs_the_answer_only():
    bench = Bench()
    assert sent(bench, "InstallCertificate", ROOT) is None
    bench.endpoint.closed()
    run(bench.clock, judged.work(bench.station))
    bench.endpoint.opened()
    bench.run(1000)
    assert not bench.heard and len(store.names(bench.storage)) == 1
    assert bench.ask("InstallCertificate", ROOT) == {"status": "Accepted"}
