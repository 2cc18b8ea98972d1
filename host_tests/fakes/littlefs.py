"""A littlefs on a flash chip in memory. MicroPython only: on CPython VfsLfs2 is None."""

import gc

from chargelet.base.storage import Storage

try:
    from vfs import VfsLfs2, mount, umount
except ImportError:
    VfsLfs2 = umount = None

BLOCKS = 48


def mounted(flash):
    """The journal's storage on a chip that has a file system."""
    try:
        umount("/flash")
    except OSError:
        pass
    mount(VfsLfs2(flash, progsize=32, readsize=32, lookahead=32), "/flash")
    return Storage("/flash/journal")


def formatted(flash):
    """The chip with an empty file system."""
    VfsLfs2.mkfs(flash, progsize=32, readsize=32, lookahead=32)
    return flash


def new_flash():
    """A new chip with an empty file system, mounted."""
    from fakes.flash import Flash

    gc.collect()
    flash = formatted(Flash(BLOCKS))
    mounted(flash)
    return flash


def quiet(text, level=0):
    """A log that nobody reads."""
