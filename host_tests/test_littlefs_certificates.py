"""Keys and certificates on a real littlefs, with the power cut at every operation of the flash. MicroPython only."""

import gc
import os

from chargelet.base.storage import Storage
from chargelet.certificates import store
from fakes import stored
from fakes.storage import PowerCut

try:
    from vfs import VfsLfs2, mount, umount
except ImportError:  # CPython: the same sweep runs over a fake storage in test_certificate_flash.py
    VfsLfs2 = None

BLOCKS = 32


def mounted(flash):
    try:
        umount("/flash")
    except OSError:
        pass
    mount(VfsLfs2(flash, progsize=32, readsize=32, lookahead=32), "/flash")
    return Storage("/flash/own")


def new_flash():
    from fakes.flash import Flash

    flash = Flash(BLOCKS)
    VfsLfs2.mkfs(flash, progsize=32, readsize=32, lookahead=32)
    return flash


def copied(flash):
    from fakes.flash import Flash

    gc.collect()
    return Flash(BLOCKS, bytearray(flash._data))


def test_a_power_cut_at_any_operation_of_the_flash_leaves_the_store_whole():
    if VfsLfs2 is None:
        return
    flash = new_flash()
    cuts = most = 0
    for step in stored.STEPS:
        drawn = len(stored.DRAWN)
        before = stored.look(mounted(flash))
        done = copied(flash)
        step(mounted(done))
        most = max(most, done.programmed)
        allowed = [before, stored.look(mounted(done))]
        left = 0
        while True:
            del stored.DRAWN[drawn:]  # the same key again: what comes after can be compared
            chip = copied(flash)
            storage = mounted(chip)
            chip.cut(left)
            try:
                step(storage)
                break
            except (PowerCut, OSError):  # closing the file that was cut off fails as well
                assert chip.dead
            after = mounted(chip.reborn())
            store.tidy(after)
            stored.check(stored.look(after), allowed, step is stored.request)
            assert stored.strays(after) == []
            cuts += 1
            left += 1
        flash = done
    mounted(flash)
    # Nothing is left of all that but the state and the roots: flash does not fill.
    there = sorted([name[:2] for name in os.listdir("/flash/own/certificates")])
    assert there == ["b.", "b.", "c-", "k-", "st"], there
    print("%d power cuts; a step programs %d bytes at most" % (cuts, most))
