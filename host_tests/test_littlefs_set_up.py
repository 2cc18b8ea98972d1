"""A new installation on a real littlefs, with the power cut at every operation of the flash. MicroPython only."""

import json

from chargelet import set_up
from fakes.littlefs import VfsLfs2, copied, mounted, new_flash
from fakes.storage import PowerCut

PATH = "/flash/installation.json"
OLD = {"wifi": {"name": "old", "password": "old password"}, "stand_alone": True}
NEW = {
    "wifi": {"name": "garage", "password": "correct horse"},
    "csms": {"url": "ws://192.168.1.10:9000/" + "x" * 400, "identity": "CP1", "password": "hush hush"},
    "page": {"salt": "0" * 32, "hash": "1" * 64, "rounds": 500},
}


def there():
    try:
        with open(PATH) as file:
            return json.load(file)
    except OSError:
        return None


def cuts_of(before):
    """Cut the power at each operation while NEW is kept over what was there; how many cuts there were."""
    flash = new_flash(32)
    mounted(flash)
    if before:
        set_up.keep(before, PATH)
    cuts = 0
    while True:
        chip = copied(flash)
        mounted(chip)
        chip.cut(cuts)
        try:
            set_up.keep(NEW, PATH)
            assert there() == NEW
            return cuts
        except (PowerCut, OSError):  # closing the file that was cut off fails as well
            assert chip.dead
        mounted(chip.reborn())
        assert there() in (before, NEW), cuts
        set_up.keep(NEW, PATH)  # and what is left of the try is in nobody's way
        assert there() == NEW
        cuts += 1


def test_a_power_cut_leaves_the_old_installation_or_the_new_one():
    if VfsLfs2 is None:
        return
    first, again = cuts_of(None), cuts_of(OLD)
    assert first > 3 and again > 3
    print("%d power cuts while an installation is kept, %d while it takes the place of another" % (first, again))
