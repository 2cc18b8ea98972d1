"""What an installer has put beside the firmware, taken over with the power cut at each change: the station always
reaches its central system again, and from profile 2 on never without TLS.
"""

import io

from chargelet import provisioned
from chargelet.base.pieces import finish
from chargelet.certificates import signing_request, store
from chargelet.station import security_profile
from fakes import authority, secured
from fakes.storage import PowerCut

FOLDER = "brought"


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


def pair(number):
    """(chain, key) that the authority of a root has made for a station, as PEM."""
    private, public = authority.key(30 + number)
    leaf = authority.make("SIM-0001", public, "Root %d" % number, authority.key(number)[0])
    return authority.pem(leaf).encode(), signing_request.private_key(private, public).encode()


def boot(world, brought, given):
    """What start_up.py does, before anything is connected."""
    with brought:
        provisioned.adopt(world.bench.storage, FOLDER, world.station.security, world.station.log)
    security_profile.provision(world.station, given, False)


def installed(world):
    """A station with profile 2 and a root, which an installer gives another root, a pair, and profile 3."""
    chain, key = pair(2)
    files = {"authority_der": authority.root(2), "manufacturer_der": authority.root(7), "client_pem": chain}
    return Brought(world.bench.storage, client_key=key, **files)


def starts():
    """(name, a world before the installer came)"""
    world = secured.World(2, roots=(1,))
    world.arrive()
    yield "profile 2", world
    world = secured.World(2, roots=(1,))
    world.set("CpoName", "Operator")
    assert world.signed(world.certificate()) == "Accepted" and world.set("SecurityProfile", 3) == "Accepted"
    world.arrive(1)
    yield "profile 3", world
    assert world.signed(world.certificate()) == "Accepted"
    yield "profile 3, another certificate to be tried", world
    yield "new", secured.World(0)


def test_power_cuts_while_what_was_brought_is_taken_over():
    sums = []
    for at in range(4):
        cuts = 0
        for change in range(99):
            name, world = list(starts())[at]
            world.root = 2  # the central system has changed
            asked = len(world.asked)
            brought = installed(world)
            world.bench.storage.cut(change)
            try:
                boot(world, brought, 3)
                world.bench.storage.cut(10**9)
                world.arrive(3)
                done = True
            except PowerCut:
                done = False
                cuts += 1
                world.cut()
                boot(world, brought, 3)
                world.arrive(4)
            assert world.profile == 3, (name, change)
            for plain, password, tls in world.asked[asked:]:
                assert plain == "wss" and password is None and tls[1], (name, change)
            storage = world.bench.storage
            assert [storage.values[one] for one in store.names(storage, "c")] == [authority.root(2)]
            assert storage.values[store.client(storage)[0]] == pair(2)[0] and store.client(storage, "next") is None
            assert not [one for one in storage.values if one.startswith(FOLDER)], "it is taken over once"
            world.cut()
            boot(world, brought, 3)
            world.arrive(1)
            if done:
                break
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
