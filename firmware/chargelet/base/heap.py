"""How often the interpreter collects garbage, and how much RAM is free."""

import gc

# Bytes allocated between two collections. Often: what stays must not settle all over the heap, or no large block is
# left. Seldom: a collection takes 5 to 10 ms on an ESP32. With two connectors charging it makes 5.3 of them a second,
# and 14.9 kB are free in one piece; 8192 would make 2.9 and leave 7.9 kB, 16384 1.6 and 5.2 kB.
_THRESHOLD = 4096


# What a start, an end, a card or an answer takes from beginning to end, and no more than this in one piece.
_WHOLE = 2048
_PIECE = 512
# So many refusals in a row are enough: where RAM stays short, doing without it is better than doing nothing.
_PATIENCE = 40
_refused = 0


def collect_often():
    """Before anything else is imported."""
    if hasattr(gc, "threshold"):
        gc.threshold(_THRESHOLD)


def need():
    """Raises MemoryError now, unless there is memory for all of what comes: nobody else runs in between, and what has
    begun comes to its end. Whoever calls this has changed nothing yet, and is called again."""
    global _refused
    # The first question is the quick one: to count what is free takes a board with megabytes some 10 ms.
    if not _there(_WHOLE) and (less_than(_WHOLE) or not _there(_PIECE)):
        _refused += 1
        if _refused < _PATIENCE:
            raise MemoryError
    _refused = 0


def _there(size) -> bool:
    try:
        bytearray(size)
        return True
    except MemoryError:
        return False


def less_than(count: int) -> bool:
    """Whether fewer bytes are free, garbage apart. CPython has no heap to speak of."""
    if not hasattr(gc, "mem_free") or gc.mem_free() >= count:
        return False
    gc.collect()
    return gc.mem_free() < count
