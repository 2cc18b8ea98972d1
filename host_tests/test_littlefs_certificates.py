"""Keys and certificates on a real littlefs, with the power cut at every operation of the flash. MicroPython only."""

import os

from chargelet.certificates import store
from fakes import stored
from fakes.littlefs import VfsLfs2, copied, mounted, new_flash
from fakes.storage import PowerCut


def own(flash):
    return mounted(flash, "/flash/own")


def test_a_power_cut_at_any_operation_of_the_flash_leaves_the_store_whole():
    if VfsLfs2 is None:
        return
    flash = new_flash(32)
    cuts = most = 0
    for step in stored.STEPS:
        drawn = len(stored.DRAWN)
        before = stored.look(own(flash))
        done = copied(flash)
        step(own(done))
        most = max(most, done.programmed)
        allowed = [before, stored.look(own(done))]
        left = 0
        while True:
            del stored.DRAWN[drawn:]  # the same key again: what comes after can be compared
            chip = copied(flash)
            storage = own(chip)
            chip.cut(left)
            try:
                step(storage)
                break
            except (PowerCut, OSError):  # closing the file that was cut off fails as well
                assert chip.dead
            after = own(chip.reborn())
            store.tidy(after, True)
            stored.check(stored.look(after), allowed, step is stored.request)
            assert stored.strays(after) == []
            cuts += 1
            left += 1
        flash = done
    own(flash)
    # Nothing is left of all that but the state and the roots: flash does not fill.
    there = sorted([name[:2] for name in os.listdir("/flash/own/certificates")])
    assert there == ["b.", "b.", "c-", "k-", "st"], there
    print("%d power cuts; a step programs %d bytes at most" % (cuts, most))
