"""Where RAM runs out for a moment, all go on: the link speaks, the station makes its steps, nobody dies for a log line,
and the page gives way."""

import asyncio
import gc

from test_link import live, until

from chargelet.base import heap, loading
from chargelet.base.log import ERROR, Log
from fakes.bench import Bench
from fakes.clock import FakeClock
from fakes.visitor import visitor


class Short:
    """A console that has no memory for a line."""

    def write(self, text):
        raise MemoryError


class Quick(FakeClock):
    """Nobody waits in real time."""

    async def sleep(self, ms):
        self.advance(ms)
        await asyncio.sleep(0)


def starve(link, times):
    """The next so many looks for something to say find no memory."""
    real = link.peer.next_frame

    def short():
        if times[0]:
            times[0] -= 1
            raise MemoryError
        return real()

    link.peer.next_frame = short


def test_what_cannot_be_made_just_now_is_said_later_over_the_same_connection():
    async def scenario(link):
        starve(link, [3])
        link.peer.frames += ["a", "b"]
        link.wake()
        await until(lambda: len(link.wires[0].sent) == 2)
        assert link.wires[0].sent == ["a", "b"] and len(link.wires) == 1 and not link.peer.lost

    live(scenario, Quick())


def test_nobody_stays_mute():
    """There is not even memory to say why: the connection is made again."""

    async def scenario(link):
        times = [50]

        def short(line):
            if times[0]:
                times[0] -= 1
                raise MemoryError

        link.log = short
        starve(link, times)
        link.peer.frames += ["a", "b"]
        link.wake()
        await until(lambda: sum([wire.sent for wire in link.wires], []) == ["a", "b"])
        assert len(link.wires) > 1 and link.peer.lost == len(link.wires) - 1

    live(scenario, Quick())


def test_a_line_without_memory_ends_nobody():
    Log(FakeClock(), Short())("nobody hears this", ERROR)


def steps(bench, short, turns):
    """Let the station's task make its steps, of which the first so many find no memory; how many it has made."""
    made = [0]
    real = bench.station.step

    def step():
        made[0] += 1
        if made[0] <= short:
            raise MemoryError
        return real()

    async def play():
        bench.station.step = step
        task = asyncio.create_task(bench.whole._keep("station", bench.whole._steps))
        for _ in range(turns):
            bench.whole._woken.set()
            await asyncio.sleep(0)
        task.cancel()

    asyncio.run(play())
    return made[0]


def test_no_session_ends_because_others_take_the_memory_just_now():
    bench = Bench().charging()
    offered = bench.evse.offered_ma
    assert steps(bench, 40, 200) > 40 and offered > 0
    assert bench.evse.offered_ma == offered and "died" not in str(bench.lines)


def test_but_it_does_not_go_on_so_for_ever():
    bench = Bench().charging()
    steps(bench, 1000, 200)
    assert bench.evse.offered_ma == 0 and "station died" in str(bench.lines)


def test_where_it_stays_short_it_is_tried_all_the_same_after_a_while():
    real, looks = heap._there, []

    def there(size):
        if size > 1000:
            looks.append(size)
        return False

    heap._there, less_than, heap.less_than = there, heap.less_than, lambda count: True
    try:
        for _ in range(2):
            del looks[:]
            while True:
                try:
                    heap.need()
                    break
                except MemoryError:
                    assert len(looks) < 100
            assert len(looks) == 40
        heap._there = real
        bench = Bench()
        bench.plug()
        heap._there = there
        for _ in range(40):
            try:
                bench.station.swipe("CARD")
                break
            except MemoryError:
                pass
        for _ in range(400):
            try:
                bench.run(50)
            except MemoryError:
                bench.clock.advance(50)
        assert bench.station.connectors[0].transaction, "it only takes longer"
        assert len(bench.central.all("StartTransaction")) == 1
    finally:
        heap._there, heap.less_than = real, less_than


def test_while_a_file_comes_there_is_no_page_on_a_board_without_the_memory_for_both():
    page, real = visitor(), heap.less_than
    maintenance, page.page._scarce = page.bench.station.maintenance(), True
    asked = []

    def less_than(count):
        asked.append(count)
        return True

    heap.less_than = less_than
    try:
        maintenance.carrying = True
        status, head, body = page.get("/cards")
        assert status == 503 and "Retry-After: 60" in head and body.startswith("memory is needed"), (status, body)
        maintenance.carrying = False
        before, begun = len(asked), page.bench.clock.uptime()
        assert page.get("/cards")[0] == 503, "it has waited in vain"
        assert len(asked) - before > 10 and page.bench.clock.uptime() - begun >= 20000
        heap.less_than = lambda count: len(asked) % 3 and less_than(count)
        asked[:] = [1]
        assert page.get("/cards")[0] == 200 and len(asked) == 3, "it has waited until there was memory"
        heap.less_than = lambda count: False
        maintenance.carrying = True
        assert page.get("/cards")[0] == 200, "a board with enough has both"
    finally:
        heap.less_than = real


def test_a_module_that_there_was_no_memory_for_is_loaded_once_there_is_some():
    if not hasattr(gc, "mem_free"):
        return  # CPython has no heap that could be full
    failed = 0
    for left in range(60):
        loading.settle()
        others, spare = None, bytearray(2048)
        for size in (1024, 64, 0):
            if not size:
                spare = None  # noqa: F841 - for pieces of 16 bytes
            try:
                while True:
                    others = (others, bytearray(size)) if size else (others,)
            except MemoryError:
                pass
        for _ in range(left):
            others = others[0]  # 16 bytes
        try:
            from chargelet.station import reservations
        except MemoryError:
            failed += 1
        others = None
        loading.settle()
        from chargelet.station import reservations

        assert reservations.Reservations
    assert 3 < failed < 60, failed
