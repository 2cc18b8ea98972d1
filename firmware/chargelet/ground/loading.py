"""Loads code for as long as it is needed.

Code comes from flash quickly, and RAM is what is scarce.
"""

import gc
import sys


def load(name: str):
    """The module of this dotted name."""
    if name not in sys.modules and hasattr(gc, "mem_free"):
        gc.collect()  # on a board, what now stays must not settle behind what is about to go
    return __import__(name, None, None, ("*",))


def borrow(name: str):
    """The module, of which nothing stays but what is still used of it."""
    # Nothing is collected first, as load() does: that would take as long as what most of them are borrowed for.
    module = __import__(name, None, None, ("*",))
    forget(name)
    return module


def forget(name: str):
    """Give back the RAM of a module, once nothing of it is used any more."""
    if sys.modules.pop(name, None):
        package, dot, own = name.rpartition(".")
        if dot:
            delattr(sys.modules[package], own)
