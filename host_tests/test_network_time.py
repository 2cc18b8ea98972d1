"""The time from the network: asked for without standing still, believed within bounds, and never against the central
system."""

import asyncio
import socket

from chargelet.base.timestamp import from_text
from chargelet.hardware.network_time import NetworkTime
from chargelet.transport import ntp
from chargelet.version import BUILT
from fakes.clock import FakeClock, run

NUMBER = b"\x01\x02\x03\x04\x05\x06\x07\x08"
NOON = from_text("2026-11-21T12:00:00Z")


def packet(seconds=NOON, number=NUMBER, first=0x24, stratum=2):
    """A time server's answer."""
    stamp = (seconds + 3155673600) & 0xFFFFFFFF
    return bytes((first, stratum)) + bytes(22) + number + bytes(8) + stamp.to_bytes(4, "big") + bytes(4)


def test_what_a_time_server_may_say():
    assert ntp.told(packet(), NUMBER) == NOON
    assert ntp.told(packet() + b"a signature", NUMBER) == NOON
    late = from_text("2044-01-01T00:00:00Z")
    assert ntp.told(packet(late), NUMBER) == late, "beyond the wrap of 2036"
    for wrong in (
        b"",
        packet()[:47],
        packet(number=b"12345678"),  # an answer to somebody else's question, or a forged one
        packet(first=0x23),  # a question
        packet(first=0xE4),  # it does not know the time itself
        packet(stratum=0),
        packet(stratum=16),
        packet(-3155673600),
        bytes(48),
    ):
        assert ntp.told(wrong, NUMBER) is None, wrong


def test_a_server_is_asked_over_the_wire():
    async def scenario():
        server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        port = 40000 + id(NUMBER) // 64 % 9000
        for _ in range(50):
            port += 1
            try:
                server.bind(socket.getaddrinfo("127.0.0.1", port)[0][-1])
                break
            except OSError:
                pass
        server.setblocking(False)

        async def serve():
            while True:
                await asyncio.sleep(0.005)
                try:
                    asked, where = server.recvfrom(100)
                except OSError:
                    continue
                server.sendto(packet(NOON + 1, bytes(8)), where)
                server.sendto(packet(NOON, asked[40:48]), where)

        task = asyncio.create_task(serve())
        try:
            assert await ntp.now("127.0.0.1", port) == NOON
        finally:
            task.cancel()
            server.close()
        try:
            await ntp.now("127.0.0.1", 1)
        except OSError:
            return
        raise AssertionError("nobody told the time")

    asyncio.run(scenario())


class Board:
    """A network and a chip; `says` is what the time server says: seconds, an error, or a function of the uptime."""

    def __init__(self, says, now=None):
        self.clock = FakeClock(now)
        self.says = says
        self.asked = []
        self.lines = []
        self.told, self.up = False, True
        self.chip = 0  # what its clock shows, without going on
        self.clock.chip = lambda: self.chip
        self.keeper = NetworkTime(
            self, self.ask, BUILT, self.clock, self.lines.append, lambda: self.told, self.set_chip
        )

    def isconnected(self):
        return self.up

    async def ask(self):
        self.asked.append(self.clock.uptime() // 1000)
        says = self.says(self.clock.uptime()) if callable(self.says) else self.says
        if isinstance(says, OSError):
            raise says
        return says

    def set_chip(self, seconds):
        self.chip = seconds

    def run(self, seconds):
        run(self.clock, self.keeper.run(), seconds * 1000)
        return self


def test_it_is_asked_until_it_is_known_and_again():
    board = Board(lambda uptime: OSError(110) if uptime < 30000 else NOON + uptime // 1000)
    board.up = False
    board.run(10)
    assert board.asked == [], "without a network nobody is asked"
    board.up = True
    board.run(60)
    assert board.asked == [10, 15, 25, 45, 345]
    assert board.lines[0].startswith("clock: the network does not tell the time")
    assert board.lines[1:] == ["clock: set from the network"], "a failure is said once"
    assert abs(board.clock.now() - (NOON + board.clock.uptime() // 1000)) <= 1 and abs(board.chip - NOON) < 400
    before = len(board.asked)
    board.run(3600)
    assert len(board.asked) - before in (11, 12, 13), "as long as the central system has not told it"
    assert len(board.lines) == 2, "an agreeing answer changes nothing"


def test_failures_are_spaced():
    board = Board(OSError(110)).run(86400)
    gaps = [later - earlier for earlier, later in zip(board.asked, board.asked[1:])]
    assert gaps == sorted(gaps) and gaps[0] == 5 and gaps[-1] == 80 and len(board.lines) == 1


def test_what_cannot_be_is_not_believed():
    for says in (0, BUILT - 1, BUILT + 21 * 365 * 86400, 0xFFFFFFFF):
        board = Board(says).run(300)
        assert board.clock.now() is None and board.chip == 0 and "is no time for this firmware" in board.lines[0]
    assert Board(BUILT).run(10).clock.now() is not None


def test_a_forged_time_is_mended_by_the_next_answer():
    forged = NOON + 15 * 365 * 86400
    board = Board(lambda uptime: (forged if uptime < 400000 else NOON) + uptime // 1000).run(30)
    assert board.chip >= forged
    board.run(400)
    assert abs(board.clock.now() - NOON) < 1500 and abs(board.chip - NOON) < 1500, "certificates are good again"


def test_the_central_systems_time_counts_more():
    board = Board(lambda uptime: NOON + uptime // 1000).run(20)
    board.told = True
    board.clock.set(NOON + 5000)
    before = len(board.asked)
    board.run(3600)
    assert len(board.asked) == before, "nobody else is asked any more"
    assert board.clock.now() >= NOON + 5000 and abs(board.chip - board.clock.now()) <= 61, "the chip's clock follows"


def test_what_is_told_while_a_server_is_asked_stays():
    board = Board(NOON)

    async def ask():
        board.told = True
        board.clock.set(NOON + 777)
        return NOON

    board.keeper._ask = ask
    board.run(10)
    assert board.clock.now() >= NOON + 777 and board.chip >= NOON + 777


def test_a_battery_keeps_the_time_until_the_central_system_tells_it():
    board = Board(NOON, now=NOON + 50)
    board.keeper._ask = None
    board.run(100)
    assert board.chip == 0 and board.lines == []
    board.told = True
    board.run(100)
    assert abs(board.chip - board.clock.now()) <= 61
