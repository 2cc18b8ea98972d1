"""Code that is needed seldom, and leaves RAM when nobody runs it any more.

A module that is needed seldom says so in its first lines: `loading.seldom(__name__)`. Whoever uses it imports it inside
the function that does. sweep() forgets all of them; what still runs keeps itself alive. So such a module has no state,
what it raises for others to catch is defined elsewhere, and no function that never returns imports it.

What a message or a board file names is a file of that name: named() is the only import by text.
"""

import asyncio
import gc
import sys

from uwebsockets import seldom as _loaded

_BOARD = sys.implementation.name == "micropython"
# All that is in these is needed seldom: they go with it.
_PACKAGES = ("chargelet.certificates", "chargelet.station.vendor", "chargelet.update")
# One piece of RAM for good: a list that grew in mid-work would lie wherever there was room.
_loaded.extend([None] * 24)
del _loaded[:]
count = 0  # how many modules the last sweep has left


def seldom(name: str):
    """This module may go at the next sweep."""
    package = name.rpartition(".")[0]
    if package in _PACKAGES and package not in _loaded:
        _loaded.append(package)
    _loaded.append(name)


def sweep():
    """Forget what is needed seldom: after each piece of work that may have loaded some of it."""
    global count
    if not _loaded and len(sys.modules) == count:
        return
    for name in reversed(_loaded):
        if sys.modules.pop(name, None):
            package, _, own = name.rpartition(".")
            if package in sys.modules:
                delattr(sys.modules[package], own)
    del _loaded[:]
    # Loaded by asyncio itself, when a time-out is wanted.
    if _BOARD and sys.modules.pop("asyncio.funcs", None):
        for name in ("funcs", "wait_for"):
            if hasattr(asyncio, name):
                delattr(asyncio, name)
    # Where there was no memory for a module, MicroPython keeps its name all the same, and whoever wanted it again would
    # get nothing at all.
    for name in sys.modules if _BOARD and len(sys.modules) != count else ():
        if sys.modules.get(name) is None:
            sys.modules.pop(name, None)
            return  # and looks again next time
    count = len(sys.modules)


def settle():
    """Before something that stays: on a board, what now comes must not settle behind what is about to go."""
    sweep()
    if hasattr(gc, "mem_free"):
        gc.collect()


def room(package: str, names):
    """At boot: let a package's table have room for these modules too. A table that grows in mid-work settles there."""
    table = sys.modules[package]
    names = [name for name in names if not hasattr(table, name)]
    for name in names:
        setattr(table, name, None)
    for name in names:
        delattr(table, name)


def named(folder: str, name: str):
    """The file of this name in a folder (dotted), which goes at the next sweep. Raises ImportError."""
    if folder not in sys.modules:
        _loaded.append(folder)  # goes after what is in it
    module = __import__(folder + "." + name, None, None, ("*",))
    _loaded.append(folder + "." + name)
    return module
