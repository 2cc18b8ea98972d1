"""A littlefs on a flash chip in memory. MicroPython only: on CPython VfsLfs2 is None."""

import gc

from chargelet.base.storage import Storage
from fakes.flash import Flash

try:
    from vfs import VfsLfs2, mount, umount
except ImportError:  # CPython: the same sweeps run over a fake storage
    VfsLfs2 = umount = None

BLOCKS = 48


def mounted(flash, folder="/flash/journal"):
    """The storage of a folder on a chip that has a file system, which is mounted at /flash."""
    try:
        umount("/flash")
    except OSError:
        pass
    mount(VfsLfs2(flash, progsize=32, readsize=32, lookahead=32), "/flash")
    return Storage(folder)


def formatted(flash):
    """The chip with an empty file system."""
    VfsLfs2.mkfs(flash, progsize=32, readsize=32, lookahead=32)
    return flash


def new_flash(blocks=BLOCKS):
    """A new chip with an empty file system, mounted."""
    gc.collect()
    flash = formatted(Flash(blocks))
    mounted(flash)
    return flash


def copied(flash):
    """Another chip with the same content."""
    gc.collect()
    return Flash(flash._blocks, bytearray(flash._data))


def quiet(text, level=0):
    """A log that nobody reads."""
