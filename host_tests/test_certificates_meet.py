"""What happens to certificates while others are being judged, or while a key is being made: each at every piece of work
beside which flash was looked at. Nothing that was accepted is lost, and the station reaches its central system.
"""

import asyncio
import sys

from chargelet.base import loading, pieces
from chargelet.base.pieces import finish
from chargelet.certificates import store
from chargelet.station import judged, renewal
from fakes import authority
from fakes.clock import run
from fakes.meeting import ROOTS, Meeting
from fakes.secured import events, pem_of
from fakes.thinned import each

# Each so many-th moment is tried, each event at others: EVERY=1 for all. MicroPython is slow at this.
EVERY = each(3, "EVERY") if sys.implementation.name == "cpython" else 24
TYPE = "CentralSystemRootCertificate"


# What may happen meanwhile.


def nothing(meeting):
    pass


def another_chain(meeting):
    meeting.call("CertificateSigned", {"certificateChain": "x"}, "x")


def another_root(meeting):
    alone = not meeting.world.station.security.came
    unique = meeting.call("InstallCertificate", {"certificateType": TYPE, "certificate": ROOTS[1]}, ROOTS[1])
    if alone:
        meeting.must.append(unique)


def a_root_is_deleted(meeting):
    storage = meeting.bench.storage
    (name,) = [one for one in store.names(storage) if authority.pem(storage.read(one)) == pem_of(2)]
    hashes = finish(store._hashes(storage, name, 256))
    wanted = dict(zip(("issuerNameHash", "issuerKeyHash", "serialNumber"), hashes), hashAlgorithm="SHA256")
    meeting.call("DeleteCertificate", {"certificateHashData": wanted})


def a_key_is_wanted(meeting):
    meeting.call("ExtendedTriggerMessage", {"requestedMessage": "SignChargePointCertificate"})


def a_new_connection(meeting):
    meeting.lost = True
    meeting.bench.drop()
    meeting.world.connect()
    meeting.bench.connect()


def a_connection_in_vain(meeting):
    meeting.world.error = OSError(111)
    a_new_connection(meeting)
    meeting.world.error = None


def a_reset(meeting):
    meeting.call("Reset", {"type": "Soft"})


def the_power_fails(meeting):
    meeting.lost = True
    meeting.world.cut()
    storage = meeting.bench.storage
    store.tidy(storage, True)  # as each start does


EVENTS = (
    nothing, another_chain, another_root, a_root_is_deleted, a_key_is_wanted, a_new_connection, a_connection_in_vain,
    a_reset, the_power_fails,
)  # fmt: skip


def moments(prepare, work):
    """Each moment at which something may meet this work."""
    meeting = Meeting()
    prepare(meeting)
    found = meeting.play(work, -1, nothing)
    several = set(range(0, found[-1], 20))
    for at in found:
        several.update((at - 1, at, at + 1))
    last = found[-1]
    return [at for at in sorted(several) if at < last]


def meet(prepare, work):
    tried = 0
    several = moments(prepare, work)
    for first, event in enumerate(EVENTS):
        for at in several[first % EVERY :: EVERY]:
            meeting = Meeting()
            prepare(meeting)
            meeting.play(work, at, event)
            meeting.check((event.__name__, at))
            tried += 1
    print("%d meetings" % tried)
    assert tried >= 40 // EVERY, tried
    return tried


def a_chain_comes(meeting):
    text = meeting.key()
    meeting.call("CertificateSigned", {"certificateChain": text}, text)


def a_root_comes(meeting):
    meeting.call("InstallCertificate", {"certificateType": TYPE, "certificate": ROOTS[0]}, ROOTS[0])


def a_wish(meeting):
    meeting.world.station.security.wanted = True


def a_wish_with_another_pair_to_be_tried(meeting):
    text = meeting.key()
    meeting.call("CertificateSigned", {"certificateChain": text}, "")
    run(meeting.bench.clock, judged.work(meeting.world.station))
    meeting.bench.run(300)
    meeting.hear()
    a_wish(meeting)


def test_while_a_chain_is_judged():
    meet(a_chain_comes, judged.work)


def test_while_a_root_is_judged():
    meet(a_root_comes, judged.work)


def test_while_a_key_is_made():
    meet(a_wish, renewal.work)


def test_while_a_key_is_made_beside_a_pair_that_is_to_be_tried():
    meet(a_wish_with_another_pair_to_be_tried, renewal.work)


def test_a_key_is_not_made_while_certificates_are_judged_nor_judged_while_it_is_made():
    """What compose.py sees to: each waits for the other, however they begin."""
    meeting = Meeting()
    whole, clock, station = meeting.bench.whole, meeting.bench.clock, meeting.world.station
    in_turn, at_work, done = pieces.in_turn, [], []

    async def watched(work, clock):
        at_work.append(work)
        assert len(at_work) == 1, "two at the certificates at once"
        try:
            return await in_turn(work, clock)
        finally:
            at_work.remove(work)
            done.append(work)

    async def sleep(ms):
        clock.advance(min(ms, 20))
        await asyncio.sleep(0)

    async def turns(until):
        for _ in range(40000):
            if until():
                return
            whole._woken.set()
            await asyncio.sleep(0)
            if not at_work:
                meeting.bench.turn()  # what is to be said is said
        raise AssertionError("it never comes to its end")

    async def work():
        tasks = [asyncio.create_task(whole._steps()), asyncio.create_task(whole._files())]
        central = meeting.bench.central
        central.answers["SignCertificate"] = {"status": "Accepted"}
        for wait in (0, 1, 30, 200):
            for first, second in ((a_key_is_wanted, another_root), (another_root, a_key_is_wanted)):
                asked = len(central.all("SignCertificate")) + 1
                first(meeting)
                await turns(lambda: at_work)
                for _ in range(wait):
                    await asyncio.sleep(0)
                second(meeting)
                sent = lambda asked=asked: len(central.all("SignCertificate")) >= asked  # noqa: E731
                await turns(lambda sent=sent: sent() and not station.security.came)
                meeting.hear()
        for task in tasks:
            task.cancel()

    clock.sleep, pieces.in_turn = sleep, watched
    loading.sweep()  # whoever has it already
    try:
        asyncio.run(work())
    finally:
        pieces.in_turn = in_turn
        del clock.sleep
    loading.sweep()
    assert len(done) >= 16, len(done)
    meeting.check("compose")


def test_a_key_for_which_there_is_no_memory_is_tried_again_and_then_said():
    for times in (1, 6):
        meeting = Meeting()
        station, left = meeting.world.station, [times]
        mkdir = meeting.bench.storage.mkdir

        def short(folder, left=left, mkdir=mkdir):
            if left[0]:
                left[0] -= 1
                raise MemoryError
            return mkdir(folder)

        meeting.bench.storage.mkdir = short
        station.security.wanted = True
        run(meeting.bench.clock, renewal.work(station))
        assert not left[0] and (station.security.csr is not None) == (times < 6)
        assert ("MemoryExhaustion" in events(meeting.bench)) == (times == 6)
        meeting.bench.storage.mkdir = mkdir
        meeting.check(times)
