"""An installation that is taken over, a profile and a certificate that are tried, on a real littlefs, with the power
cut at every operation of the flash: the station always reaches its central system again. MicroPython only.

The work is done once, and every operation of the flash is noted. For each of them the chip is brought to where a power
cut in the middle leaves it. What looks the same to whoever reads that file system is booted from once.
"""

import gc
import os
from hashlib import sha256

import test_provisioned as provisioned
from test_littlefs_station import storages

from chargelet.certificates import store
from fakes import secured, stored
from fakes.littlefs import VfsLfs2, formatted, mounted

BLOCKS = 32
BROUGHT = "/flash/brought"


class World(secured.World):
    def content(self, path):
        with open(path, "rb") as file:
            return file.read()


class Brought:
    """The installer's folder, where it belongs: what test_provisioned.py has a stand-in for."""

    def __enter__(self):
        provisioned.FOLDER = BROUGHT

    def __exit__(self, *error):
        provisioned.FOLDER = "brought"


def seen(flash):
    """What whoever reads the file system finds, as one number."""
    mounted(flash)
    found = sha256()
    folders = ["/flash"]
    for folder in folders:
        for name in sorted(os.listdir(folder)):
            path = folder + "/" + name
            if os.stat(path)[0] & 0x4000:
                folders.append(path)
                found.update(path.encode())
            else:
                with open(path, "rb") as file:
                    found.update(path.encode() + b"\0" + sha256(file.read()).digest())
    return found.digest()


def cuts_of(profile, roots, prepare, work, after):
    """(cuts, boots): all that a power cut during work(world) can leave, after prepare(world) has made a world of a new
    station; after(world, where) says what has to be so when it has booted again."""
    from fakes.flash import Flash, Recorder

    chip = Recorder(BLOCKS)
    formatted(chip)
    world = World(profile, roots=roots, **storages(chip))
    prepare(world)
    start = bytearray(chip.content)
    chip.record(lambda: True)
    work(world)
    chip.record(None)
    world = None
    gc.collect()
    known = {seen(Flash(BLOCKS, bytearray(start)))}
    boots = 0
    for cut in range(len(chip.operations)):
        torn = Flash(BLOCKS, chip.torn(start, cut))
        what = seen(torn)
        if what not in known:
            known.add(what)
            boots += 1
            after(World(None, online=False, **storages(torn)), cut)
            world = World(None, online=False, **storages(torn))
            after(world, cut)
            world = None
    return len(chip.operations), boots


def installed(world):
    """The central system has changed, and the installer's files are taken over."""
    world.root = 2
    provisioned.boot(world, Brought(), 3)
    world.arrive(3)


def take_over(at):
    _name, profile, roots, prepare = provisioned.STARTS[at]

    def with_files(world):
        prepare(world)
        os.mkdir(BROUGHT)
        for name, content in provisioned.FILES.items():
            with open(BROUGHT + "/" + name, "wb") as file:
                file.write(content)

    def after(world, where):
        installed(world)
        provisioned.check(world, 0, where)
        assert os.listdir(BROUGHT) == [], where

    return cuts_of(profile, roots, with_files, installed, after)


class Change:
    """A change of a world's security, and what may come of it: `profiles` are those that may be in use in the end.

    `start` (profile, what has happened) is before it. `tls`: whether the central system listens to it; `pairs`: how
    many of the station's certificates it takes, in the order in which they come.
    """

    def __init__(self, start, profiles, tls=True, pairs=9):
        self.start, self.profiles, self.tls, self.pairs = start, profiles, tls, pairs
        self.refused = set()
        self.come = 0

    def fit(self, world):
        world.tls, world.refused = self.tls, self.refused

    def certificate(self, world):
        text = world.certificate()
        self.come += 1
        if self.come > self.pairs:
            self.refused.add(text.encode())
        assert world.signed(text) == "Accepted"

    def before(self, world):
        world.set("CpoName", "Operator")
        profile, pairs = self.start
        for _ in range(pairs):
            self.certificate(world)
        world.arrive()
        if profile == 3:
            assert world.set("SecurityProfile", 3) == "Accepted"
            world.arrive()

    def after(self, world, where):
        self.fit(world)
        provisioned.boot(world, Brought(), None)
        world.arrive(3)
        assert world.profile in self.profiles and world.station.security.before is None, (where, world.profile)
        plain = [one for one in world.asked if one[0] != "wss"]
        assert plain == [] or min(self.profiles) < 2, where
        world.arrive(2)
        storage = world.bench.storage
        assert store.client(storage, "next") is None or world.profile < 3, where
        assert stored.strays(storage) == [], where
        for field in ("client", "next"):
            pair = store.client(storage, field)
            assert pair is None or stored.fits([storage.read(name) for name in pair]), where

    def raised(self, profile):
        def work(world):
            self.fit(world)
            assert world.set("SecurityProfile", profile) == "Accepted"
            world.arrive(3)

        return self.sweep(work)

    def renewed(self):
        def work(world):
            self.fit(world)
            self.certificate(world)
            world.arrive(3)

        return self.sweep(work)

    def sweep(self, work):
        return cuts_of(min(2, self.start[0]), (1,), self.before, work, self.after)


def tell(what, sums):
    print("littlefs, %s: %s" % (what, ", ".join(["%d cuts in %d forms" % one for one in sums])))


if VfsLfs2:

    def test_the_power_is_cut_while_what_was_brought_is_taken_over():
        sums = [take_over(at) for at in range(len(provisioned.STARTS))]
        tell("an installation is taken over", sums)
        assert min(sums)[0] > 30, sums

    def test_the_power_is_cut_while_the_profile_rises():
        sums = [
            Change((1, 0), (1, 2)).raised(2),
            Change((1, 0), (1,), tls=False).raised(2),
            Change((2, 1), (2, 3)).raised(3),
            Change((2, 1), (2,), pairs=0).raised(3),
        ]
        tell("the profile rises, and not", sums)
        assert min(sums)[0] > 10, sums

    def test_the_power_is_cut_while_a_certificate_is_renewed():
        sums = [Change((3, 1), (3,)).renewed(), Change((3, 1), (3,), pairs=1).renewed()]
        tell("a certificate is renewed, and not", sums)
        assert min(sums)[0] > 10, sums
