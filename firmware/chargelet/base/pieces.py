"""Long work in pieces: a generator that yields None after each piece, and returns the result.

The caller lets the safety task run between two pieces.
"""


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
