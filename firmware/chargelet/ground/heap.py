"""Knows how often the interpreter collects what nobody needs any more."""

import gc

# Bytes allocated between two collections. Often: what stays must not settle all over the heap, or no large block is
# left. Seldom: a collection takes 5 to 10 ms on an ESP32.
_THRESHOLD = 4096


def collect_often():
    """Before anything else is imported."""
    if hasattr(gc, "threshold"):
        gc.threshold(_THRESHOLD)
