"""Tasks that die: said so, started again, and in the end the board is reset. Nothing that is to be billed is lost."""

import asyncio

from fakes.bench import Bench


class Enough(BaseException):
    """Ends the run from within."""


def test_a_task_that_dies_is_started_again_with_the_contactor_open():
    bench = Bench().charging()
    tries = []

    async def shaky():
        tries.append(bench.evse.offered_ma)
        if len(tries) < 3:
            raise ValueError("oops")
        raise Enough

    try:
        asyncio.run(bench.whole._keep("shaky", shaky))
    except Enough:
        pass
    assert tries == [32000, 0, 0] and bench.resets == 0
    assert "shaky died" in " ".join(bench.lines)


def test_one_that_keeps_dying_resets_the_board():
    bench = Bench()

    async def hopeless():
        if bench.resets:
            raise Enough
        raise MemoryError

    try:
        asyncio.run(bench.whole._keep("hopeless", hopeless))
    except Enough:
        pass
    assert bench.resets == 1


def test_one_that_dies_now_and_then_does_not():
    bench = Bench()
    tries = []

    async def old():
        tries.append(1)
        bench.clock.advance(20000)
        if len(tries) > 40:
            raise Enough
        raise OSError(5)

    try:
        asyncio.run(bench.whole._keep("old", old))
    except Enough:
        pass
    assert bench.resets == 0
