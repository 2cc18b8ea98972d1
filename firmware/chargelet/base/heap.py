"""How often the interpreter collects garbage, and how much RAM is free."""

import gc

# Bytes allocated between two collections. Often: what stays must not settle all over the heap, or no large block is
# left. Seldom: a collection takes 5 to 10 ms on an ESP32. With two connectors charging it makes 5.3 of them a second,
# and 14.9 kB are free in one piece; 8192 would make 2.9 and leave 7.9 kB, 16384 1.6 and 5.2 kB.
_THRESHOLD = 4096


# What a start, an end, a card or an answer takes from beginning to end, in one piece for as many as may be.
_WHOLE = 2048


def collect_often():
    """Before anything else is imported."""
    if hasattr(gc, "threshold"):
        gc.threshold(_THRESHOLD)


def need(count: int = _WHOLE):
    """Raises MemoryError now, unless there is memory for all of what comes: nobody else runs in between, and what has
    begun comes to its end. Whoever calls this has changed nothing yet, and is called again."""
    bytearray(count)


def less_than(count: int) -> bool:
    """Whether fewer bytes are free, garbage apart. CPython has no heap to speak of."""
    if not hasattr(gc, "mem_free") or gc.mem_free() >= count:
        return False
    gc.collect()
    return gc.mem_free() < count
