"""Whatever RAM others have taken at the moment of a step, a message or a card: each session is billed once, and right.

In MicroPython: of all that a station does in a session, each is done once while no more than some bytes are free, in
one piece, from none at all to what it is content with. CPython has no heap to speak of, and plays the sessions only.
STEP=16 tries each such size.
"""

import gc

from fakes.bench import Bench
from fakes.clock import run
from fakes.thinned import each

_PIECE = each(192)
_MOST = 8192
_BOARD = hasattr(gc, "mem_free")


class Others:
    """They take all of the heap but a piece of `left` bytes at one moment, and give it back when time passes."""

    def __init__(self, at, left):
        self._at, self._left = at, left
        self.moments = 0
        self.short = None  # what has found no memory
        self._held = [None] * 800

    def beside(self, what, work):
        """What `work` returns, done as one of the moments."""
        self.moments += 1
        if self.moments != self._at:
            return work()
        try:
            self._take()
            return work()
        except MemoryError:
            self.short = what
            raise
        finally:
            self.go()

    def _take(self):
        gc.collect()
        room = bytearray(self._left)
        at, size = 0, 1 << 16
        while size >= 16:
            try:
                while True:
                    self._held[at] = bytearray(size)
                    at += 1
            except MemoryError:
                size >>= 1
        del room
        gc.collect()

    def go(self):
        """They give it back."""
        for at in range(len(self._held)):
            self._held[at] = None
        gc.collect()


class Shared(Bench):
    """A bench beside others. What finds no memory is done again as compose.py and csms.py do it."""

    others = None

    def begin(self, others):
        """From here on there are others."""
        self.others = others
        sleep = self.clock.sleep

        async def slept(ms):
            if ms:
                others.go()
            await sleep(ms)

        self.clock.sleep = slept

    def turn(self):
        if self.others is None:
            return Bench.turn(self)
        for _ in range(20):
            for evse in self.evses:
                evse.step()
            frame = None
            try:
                self.others.beside("step", self.station.step)
                frame = self.others.beside("next_frame", self.endpoint.next_frame)
            except MemoryError:
                return
            if frame is not None:
                self._carry(frame)
            elif not self._arrived():
                return
            else:
                self._take_in()

    def _arrived(self):
        return [reply for reply in self._replies if reply[0] <= self.clock.uptime()]

    def _take_in(self):
        for reply in self._arrived():
            self._replies.remove(reply)
            if self.hear(reply[1]) is MemoryError:
                return

    def hear(self, text):
        """Give the station a message; what it answers."""
        try:
            return self.others.beside("take", lambda: run(self.clock, self.endpoint.take(text)))
        except MemoryError:
            self.drop()
            self.connect()
            return MemoryError

    def card(self):
        for _ in range(20):  # as reader.py tells of a card
            try:
                return self.others.beside("card", lambda: self.station.swipe("CARD"))
            except MemoryError:
                self.others.go()

    def remote(self, action, payload):
        self._asked += 1
        self.hear('[2, "ask-%d", "%s", %s]' % (self._asked, action, payload))


# What starts a session, and what ends it.


def _plug(bench):
    bench.evse.connected = True


def _unplug(bench):
    bench.evse.connected = False


def _start(bench):
    bench.remote("RemoteStartTransaction", '{"idTag": "CARD", "connectorId": 1}')


def _stop(bench):
    bench.remote("RemoteStopTransaction", '{"transactionId": %d}' % bench.central.transactions)


SAMPLED = {"StopTxnSampledData": "Energy.Active.Import.Register", "MeterValueSampleInterval": "1"}


def session(how, config, at, left):
    """A session; how many moments it has, and what was short of memory."""
    bench = Shared(config=config)
    others = Others(at, left)
    bench.begin(others)
    connector, (starts, ends) = bench.station.connectors[0], how
    _plug(bench)
    bench.run(1000, 500)
    # Who has said that there is no memory, and whose connection has gone in the middle, is asked again.
    for _try in range(3):
        if not connector.transaction:
            starts(bench)
            bench.run(4000, 500)
    assert connector.transaction, "none has started: %s" % bench.lines
    bench.evse.meter.wh += 1000
    bench.run(2000, 500)
    for _try in range(3):
        if connector.transaction:
            ends(bench)
            bench.run(20000, 1000)
    assert not connector.transaction, "it has not ended: %s" % bench.lines
    bench.evse.connected = False
    bench.run(200000, 10000)
    billed(bench, others.short)
    return others.moments, others.short


def billed(bench, short):
    """What the central system has to know."""
    starts, stops = bench.central.all("StartTransaction"), bench.central.all("StopTransaction")
    if short == "take":  # not even to hear that there is an answer: as after a lost connection it is asked for again
        starts, stops = starts[-1:], stops[-1:]
    assert [(one["meterStart"], one["connectorId"]) for one in starts] == [(1, 1)], starts
    assert [(one["meterStop"], one["transactionId"]) for one in stops] == [(1001, bench.central.transactions)], stops
    for one in stops:
        assert len(one.get("transactionData", "--")) >= 2, stops
    outbox = bench.station.outbox
    assert len(outbox) == 0 and not outbox.sidecar.aside and bench.status() == "Available", bench.lines


def down(at, left):
    """A reset ends two sessions; how many moments that has, and what was short of memory."""
    bench = Shared(2, config={"ResetRetries": "0", "StopTxnSampledData": "Energy.Active.Import.Register"})
    for number in (1, 2):
        bench.plug(number)
        bench.swipe("CARD%d" % number, number)
        bench.evses[number - 1].meter.wh += 1000 * number
    bench.run(500)
    others = Others(at, left)
    bench.begin(others)
    for _try in range(3):
        if not bench.station.resetting and not bench.resets:
            bench.remote("Reset", '{"type": "Soft"}')
        bench.run(4000, 500)
    bench.run(32000, 1000)
    assert bench.resets and not bench.evses[0].contactor_closed and not bench.evses[1].contactor_closed, bench.lines
    stops = [(one["transactionId"], one["meterStop"], one["reason"]) for one in bench.central.all("StopTransaction")]
    if others.short == "take":
        stops = set(stops)
    assert sorted(stops) == [(1, 1001, "SoftReset"), (2, 2001, "SoftReset")], stops
    assert len(bench.station.outbox) == 0 and not bench.station.outbox.sidecar.aside, bench.lines
    return others.moments, others.short


def sweep(play, least=50):
    cases, (moments, _short) = 0, play(0, 0)
    for at in range(1, moments + 1) if _BOARD else ():
        for left in range(0, _MOST, _PIECE):
            cases += 1
            try:
                _moments, short = play(at, left)
            except Exception:
                print("at moment %d of %d, with %d bytes" % (at, moments, left))
                raise
            if short is None:
                break
    if _BOARD:
        assert cases > moments > least
        print("%d cases" % cases)


def test_a_session_by_card():
    sweep(lambda at, left: session((Shared.card, Shared.card), {}, at, left))


def test_a_session_by_the_central_system_with_samples():
    sweep(lambda at, left: session((_start, _stop), SAMPLED, at, left))


def test_a_free_session():
    sweep(lambda at, left: session((_plug, _unplug), {"FreeVend": "true"}, at, left))


def test_a_reset_ends_two_sessions():
    sweep(down, 20)
