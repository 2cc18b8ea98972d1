"""What an installer has put beside the firmware, taken over with the power cut at each change: the station always
reaches its central system again, and from profile 2 on never without TLS.
"""

import io

from chargelet import provisioned
from chargelet.base.pieces import finish
from chargelet.certificates import signing_request, store
from chargelet.station import security_profile
from fakes import authority, secured, stored
from fakes.storage import PowerCut

FOLDER = "brought"


def pair(number):
    """(chain, key) that the authority of a root has made for a station, as PEM."""
    private, public = authority.key(30 + number)
    leaf = authority.make("SIM-0001", public, "Root %d" % number, authority.key(number)[0])
    return authority.pem(leaf).encode(), signing_request.private_key(private, public).encode()


FILES = {"authority.der": authority.root(2), "manufacturer.der": authority.root(7)}
FILES["client.pem"], FILES["client.key"] = pair(2)


class Brought:
    """The installer's folder, on the same flash: a power cut hits it too."""

    def __init__(self, storage, **files):
        self.storage = storage
        for name, content in files.items():
            storage.values[FOLDER + "/" + name.replace("_", ".")] = content

    def __enter__(self):
        provisioned.open = self.open
        provisioned.os = self
        return self

    def __exit__(self, *error):
        import os

        provisioned.os = os
        del provisioned.open

    def open(self, path, mode):
        if path not in self.storage.values:
            raise OSError(2)
        return io.BytesIO(self.storage.values[path])

    def remove(self, path):
        self.storage.remove(path)


def boot(world, brought, given):
    """What start_up.py does, before anything is connected."""
    with brought:
        provisioned.adopt(world.bench.storage, FOLDER, world.station.security, world.station.log)
    security_profile.provision(world.station, given, False)


def installed(world):
    """A station with profile 2 and a root, which an installer gives another root, a pair, and profile 3."""
    return Brought(world.bench.storage, **{name.replace(".", "_"): content for name, content in FILES.items()})


def _profile_2(world):
    world.arrive()


def _profile_3(world):
    world.set("CpoName", "Operator")
    assert world.signed(world.certificate()) == "Accepted" and world.set("SecurityProfile", 3) == "Accepted"
    world.arrive(1)


def _one_to_be_tried(world):
    _profile_3(world)
    assert world.signed(world.certificate()) == "Accepted"


# What a station was before the installer came: (name, its profile, its roots, what has happened to it)
STARTS = (
    ("profile 2", 2, (1,), _profile_2),
    ("profile 3", 2, (1,), _profile_3),
    ("profile 3, another certificate to be tried", 2, (1,), _one_to_be_tried),
    ("new", 0, (), lambda world: None),
)


def check(world, asked, where):
    """It has all that was brought, and went nowhere without TLS."""
    assert world.profile == 3, where
    for plain, password, tls in world.asked[asked:]:
        assert plain == "wss" and password is None and tls[1], where
    storage = world.bench.storage
    assert [storage.read(one) for one in store.names(storage, "c")] == [FILES["authority.der"]], where
    chain, key = store.client(storage)
    assert (storage.read(chain), storage.read(key)) == (FILES["client.pem"], FILES["client.key"]), where
    assert store.client(storage, "next") is None and stored.strays(storage) == [], where


def test_power_cuts_while_what_was_brought_is_taken_over():
    sums = []
    for name, profile, roots, work in STARTS:
        first = secured.World(profile, roots=roots)
        work(first)
        cuts = 0
        done = False
        while not done:
            world = secured.World(None, storage=stored.copied(first.bench.storage))
            world.root = 2  # the central system has changed
            brought = installed(world)
            world.bench.storage.cut(cuts)
            try:
                boot(world, brought, 3)
                world.bench.storage.cut(10**9)
                world.arrive(3)
                done = True
            except PowerCut:
                cuts += 1
                world.cut()
                boot(world, brought, 3)
                world.arrive(4)
            check(world, 0, (name, cuts))
            assert not [one for one in world.bench.storage.values if one.startswith(FOLDER)], "it is taken over once"
            world.cut()
            boot(world, brought, 3)
            world.arrive(1)
        sums.append("%s %d" % (name, cuts))
        assert cuts > 8, (name, cuts)
    print("power cuts while an installation is taken over: " + ", ".join(sums))


def test_a_root_that_another_has_signed_is_found_by_its_issuers_key():
    for known in (True, False):
        world = secured.World(0, roots=(1,) if known else ())
        with Brought(world.bench.storage, authority_der=authority.root(2, by=1)):
            provisioned.adopt(world.bench.storage, FOLDER, world.station.security, world.station.log)
        ((_, key_hash, _),) = finish(store.installed(world.bench.storage, "c"))
        from binascii import hexlify
        from hashlib import sha256

        wanted = authority.key(1 if known else 2)[1]
        assert key_hash == hexlify(sha256(wanted).digest()).decode()


def test_only_what_is_whole_is_taken_over():
    world = secured.World(2, roots=(1,))
    world.arrive()
    chain, _key = pair(1)
    with Brought(world.bench.storage, client_pem=chain):  # no key
        provisioned.adopt(world.bench.storage, FOLDER, world.station.security, world.station.log)
    assert store.client(world.bench.storage) is None and FOLDER + "/client.pem" in world.bench.storage.values
    world.arrive(1)


def test_what_flash_has_no_room_for_waits_and_the_station_goes_on():
    first = secured.World(2, roots=(1,))
    for full_at in range(12):
        world = secured.World(None, storage=stored.copied(first.bench.storage))
        storage = world.bench.storage
        installed(world)
        write = storage.write
        left = [full_at]

        def sparing(name, value, write=write, left=left):
            left[0] -= 1
            if left[0] < 0:
                raise OSError(28)
            write(name, value)

        storage.write = sparing
        brought = Brought(storage)
        boot(world, brought, None)
        if not [one for one in storage.values if one.startswith(FOLDER)]:
            break  # what had no room is a line of the security log
        assert [line for line in world.bench.lines if "is not taken over: flash says" in line], full_at
        world.root = 1 if authority.root(1) in storage.values.values() else 2
        world.arrive(3)
        storage.write = write
        world.cut()
        boot(world, brought, 3)
        world.root = 2
        world.arrive(3)
        check(world, len(world.asked) - 1, full_at)
    assert full_at > 5, full_at
