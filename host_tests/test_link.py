"""The link to the central system with a wire of its own: who is woken when, and how it says goodbye."""

import asyncio

from chargelet.base.clock import Clock
from chargelet.transport.csms import CsmsLink
from uwebsockets.errors import ConnectionClosed


class Wire:
    """A connection: `sent` is what was sent; end() ends it. `starved`: so many sends find no memory."""

    def __init__(self):
        self.sent = []
        self.closed = False
        self.ping_interval_ms = 0
        self.starved = 0
        self.answers_close = True
        self._code = None

    async def recv(self):
        while self._code is None:
            await asyncio.sleep(0.002)
        self.closed = True
        raise ConnectionClosed(self._code)

    async def send(self, text):
        if self.starved:
            self.starved -= 1
            raise MemoryError
        self.sent.append(text)

    async def send_close(self, code=1000):
        self.sent.append(code)
        if self.answers_close:
            self.end(code)

    async def abort(self):
        self.closed = True
        if self._code is None:
            self.end(1006)

    def end(self, code):
        self._code = code


class Peer:
    """What is said: `frames`, one by one."""

    busy = False
    due = 3600000

    def __init__(self):
        self.frames = []
        self.asked = self.lost = 0

    def opened(self):
        pass

    def closed(self):
        self.lost += 1

    def next_due(self):
        return self.due

    def prepare(self):
        return False

    def next_frame(self):
        self.asked += 1
        return self.frames.pop(0) if self.frames else None


class Credentials:
    def password(self):
        return None

    def changed(self):
        return False

    def accepted(self):
        pass


class Link(CsmsLink):
    """One whose connections are Wires; `pauses` are those between them, and last while it `rests`."""

    def __init__(self, clock):
        self.wires = []
        self.pauses = []
        self.rests = False
        self.lines = []
        ping = lambda: 54000  # noqa: E731
        handed = Credentials(), Peer(), clock, self.lines.append, lambda n: n // 2, ping
        super().__init__("ws://127.0.0.1:1/x", "CP", *handed)
        self.peer = self._peer

    async def _opened(self):
        self.wires.append(Wire())
        return self.wires[-1]

    async def _pause(self, ms):
        self.pauses.append(ms)
        await asyncio.sleep(0)
        await until(lambda: not self.rests)


def live(scenario, clock=None):
    """Run an async function of a link that is connected."""

    async def run():
        link = Link(clock or Clock())
        task = asyncio.create_task(link.run())
        try:
            await until(lambda: link.peer.asked)
            await asyncio.wait_for(scenario(link), 120)
        finally:
            task.cancel()

    asyncio.run(run())


async def until(condition):
    """Give way until it is so; wait_for() around the whole bounds it."""
    while not condition():
        await asyncio.sleep(0.001)


def test_what_is_there_leaves_at_once_and_in_order():
    async def scenario(link):
        link.peer.frames += ["a", "b", "c"]
        asked = link.peer.asked
        link.wake()
        await until(lambda: len(link.wires[0].sent) == 3)
        assert link.wires[0].sent == ["a", "b", "c"]
        # It was not looked for: woken once, it looks until there is nothing more.
        assert link.peer.asked == asked + 4

    live(scenario)


def test_when_nothing_happens_nobody_looks():
    async def scenario(link):
        asked, before = link.peer.asked, link._clock.uptime()
        await asyncio.sleep(0.4)
        link.peer.frames.append("late")
        await until(lambda: link.wires[0].sent)
        # Somebody looks once a second all the same.
        assert link.peer.asked - asked <= (link._clock.uptime() - before) // 1000 + 2

    live(scenario)


def test_what_is_due_by_time_alone_is_not_missed():
    async def scenario(link):
        link.peer.due = 100
        link.wake()
        asked, before = link.peer.asked, link._clock.uptime()
        await until(lambda: link.peer.asked >= asked + 4)
        assert 250 <= link._clock.uptime() - before < 3000, "each 100 ms, not each second"

    live(scenario)


def test_a_want_of_memory_drops_no_connection():
    async def scenario(link):
        link.wires[0].starved = 3
        link.peer.frames += ["a", "b"]
        link.wake()
        await until(lambda: len(link.wires[0].sent) == 2)
        assert link.wires[0].sent == ["a", "b"] and len(link.wires) == 1 and not link.peer.lost

    live(scenario)


def test_before_a_reset_it_says_goodbye():
    async def scenario(link):
        link.rests = True
        assert not link.parted()
        await until(link.parted)
        assert link.wires[0].sent == [1001] and link.peer.lost == 1
        link.rests = False
        await until(lambda: len(link.wires) == 2)
        assert link.pauses == [10000], "a board that does not reset is back after a while"
        assert not link.parted()

    live(scenario)


def test_a_goodbye_that_nobody_answers_is_no_obstacle():
    async def scenario(link):
        link.wires[0].answers_close = False
        link.rests = True
        before = link._clock.uptime()
        assert not link.parted()
        await until(link.parted)
        assert link._clock.uptime() - before >= 1000 and link.wires[0].sent == [1001]

    live(scenario)


def test_without_a_connection_there_is_nobody_to_say_it_to():
    assert Link(Clock()).parted()


def test_an_orderly_end_costs_little():
    async def scenario(link):
        for number in range(8):
            await until(lambda number=number: len(link.wires) == number + 1 and link._open)
            link.wires[number].end(1000)
        await until(lambda: len(link.pauses) == 8)
        assert link.pauses[0] < 2000 and link.pauses[-1] < 4000
        for number in range(8, 14):
            await until(lambda number=number: len(link.wires) == number + 1 and link._open)
            link.wires[number].end(1006)
        await until(lambda: len(link.pauses) == 14)
        assert link.pauses[-1] > 30000

    live(scenario)


def test_whoever_counts_as_there_already_is_back_soon_after():
    """evcc takes the connection from before a power cut for open, for 90 s, and ends each new one (1008) until then;
    Home Assistant ends each (1000) until somebody has said yes, which may take an hour."""
    for code, after_ms in ((1008, 90000), (1000, 3600000)):

        async def scenario(link, code=code, after_ms=after_ms):
            number = 0
            while sum(link.pauses) < after_ms:
                await until(lambda number=number: len(link.wires) == number + 1 and link._open)
                link.wires[number].end(code)
                number += 1
                await until(lambda number=number: len(link.pauses) == number)
            assert max(link.pauses) <= 60000 and sum(link.pauses) <= after_ms + 60000

        live(scenario)
