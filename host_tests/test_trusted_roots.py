"""The roots that the station trusts: installed, listed, deleted, and tried one after the other."""

from chargelet.base.pieces import finish
from chargelet.certificates import der, kept, store
from fakes import authority
from fakes.secured import World, events, pem_of


def test_the_root_that_is_in_use_stays():
    world = World(2, roots=(1, 2))
    world.arrive()
    kind = {"certificateType": "CentralSystemRootCertificate"}
    listed = world.bench.ask("GetInstalledCertificateIds", kind)["certificateHashData"]
    assert len(listed) == 2
    statuses = [world.bench.ask("DeleteCertificate", {"certificateHashData": one})["status"] for one in listed]
    assert sorted(statuses) == ["Accepted", "Failed"]
    left = world.bench.ask("GetInstalledCertificateIds", kind)["certificateHashData"]
    assert left == [one for one, status in zip(listed, statuses) if status == "Failed"]
    gone = [one for one in listed if one not in left][0]
    assert world.bench.ask("DeleteCertificate", {"certificateHashData": gone}) == {"status": "NotFound"}
    assert world.bench.ask("GetInstalledCertificateIds", {"certificateType": "ManufacturerRootCertificate"}) == {
        "status": "NotFound"
    }
    world.cut()
    world.arrive()


def test_what_is_no_root_or_does_not_go_is_not_deleted():
    world = World(2, roots=(1, 2))
    world.set("CpoName", "Operator")
    assert world.signed(world.certificate()) == "Accepted" and world.set("SecurityProfile", 3) == "Accepted"
    world.arrive(2)
    bench = world.bench
    chain = store.client(bench.storage)[0]
    (own,) = [one for one in der.blocks(bench.storage.values[chain].decode()) if one]
    bench.storage.values["certificates/c-own"] = own  # to have its hashes made
    listed = finish(store.installed(bench.storage, kept.CENTRAL_SYSTEM))
    del bench.storage.values["certificates/c-own"]
    known = finish(store.installed(bench.storage, kept.CENTRAL_SYSTEM))
    (hashes,) = [one for one in listed if one not in known]
    names = "issuerNameHash", "issuerKeyHash", "serialNumber"

    def delete(hashes):
        data = dict(zip(names, hashes), hashAlgorithm="SHA256")
        return bench.ask("DeleteCertificate", {"certificateHashData": data})["status"]

    assert delete(hashes) == "NotFound" and bench.storage.values[chain], "M04.FR.05"
    used = store.names(bench.storage, kept.CENTRAL_SYSTEM).index(world.station.security.root)

    def broken(name):
        raise OSError(5)

    remove, bench.storage.remove = bench.storage.remove, broken
    assert delete(known[1 - used]) == "Failed", "M04.FR.03"
    bench.storage.remove = remove
    assert delete(known[used]) == "Failed" and delete(known[1 - used]) == "Accepted"


def test_roots_are_tried_one_after_the_other_and_an_alarm_is_given_when_none_fits():
    world = World(2, roots=(1, 2, 3))
    for number in (1, 2, 3, 1):
        world.root = number
        world.arrive(3)
    assert "InvalidCentralSystemCertificate" not in events(world.bench)
    world.root = 4
    for _ in range(3):
        assert not world.connect()
    assert "InvalidCentralSystemCertificate" in events(world.bench)


def test_roots_are_installed_and_no_more_than_there_is_room_for():
    world = World(1)

    def install(number, kind="CentralSystemRootCertificate", text=None):
        payload = {"certificateType": kind, "certificate": text or pem_of(number)}
        return world.bench.ask("InstallCertificate", payload)["status"]

    assert install(1) == "Accepted" and install(1) == "Accepted"
    assert install(0, text="rubbish") == "Rejected"
    assert install(0, text=authority.pem(authority.root(1, ends=authority.NOON - 1))) == "Rejected"
    assert install(2, "ManufacturerRootCertificate") == "Accepted"
    assert install(3) == "Accepted"
    world.bench.storage.full = True
    assert install(4) == "Failed"
    world.bench.storage.full = False
    assert install(4) == "Accepted" and install(5) == "Rejected"


def test_with_the_additional_check_the_old_root_is_the_fallback_until_the_new_one_works():
    world = World(2, roots=(1,), config={"AdditionalRootCertificateCheck": True})
    kind = "CentralSystemRootCertificate"
    ask = world.bench.ask
    assert ask("InstallCertificate", {"certificateType": kind, "certificate": pem_of(2)}) == {"status": "Rejected"}
    text = authority.pem(authority.root(2, by=1))
    assert ask("InstallCertificate", {"certificateType": kind, "certificate": text}) == {"status": "Accepted"}
    for _ in range(3):  # the server has the old one still: M05.FR.13
        world.arrive(2)
    assert store.fallback(world.bench.storage)
    world.cut()
    world.arrive(2)
    world.root = 2
    found = authority.root
    authority.root = lambda number: found(2, by=1) if number == 2 else found(number)
    try:
        world.arrive(2)
    finally:
        authority.root = found
    assert store.fallback(world.bench.storage) is None
    assert len(store.names(world.bench.storage, kept.CENTRAL_SYSTEM)) == 1
