"""Long work in pieces: a generator that yields None after each piece, and returns the result.

The caller lets the safety task run between two pieces.
"""

from . import loading

# What there is no memory for is tried so often, so much later.
_TRIES = 6
_AGAIN_MS = 500


def finish(work):
    """What a generator returns, all of its work done in one go."""
    try:
        while True:
            next(work)
    except StopIteration as end:
        return end.value


async def in_turn(work, clock):
    """What a generator returns; other tasks have their turn after each piece of its work."""
    try:
        while True:
            try:
                next(work)
            except StopIteration as end:
                return end.value
            await clock.sleep(0)
    finally:
        work.close()  # cancelled half way, it leaves no file open


async def with_memory(work, clock):
    """What `await work()` returns. What there is no memory for is done again soon: what others take just now may have
    gone by then. Raises MemoryError of the last try."""
    for _ in range(_TRIES - 1):
        try:
            return await work()
        except MemoryError:
            pass
        loading.settle()  # out of the handler: what the try held has gone
        await clock.sleep(_AGAIN_MS)
    return await work()
