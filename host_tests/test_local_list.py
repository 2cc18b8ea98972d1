"""The local authorization list: updates, look-ups, power cuts, and what it means for cards."""

from chargelet.station.local_list import LocalList
from fakes.bench import Bench
from fakes.lines import Lines
from fakes.storage import FakeStorage, PowerCut


def make(storage=None):
    lines = Lines()
    storage = storage or FakeStorage()
    return LocalList(storage, lines), storage, lines


def entry(tag, status="Accepted", parent=None):
    return (tag, status, None, parent)


def test_every_entry_is_found_and_nothing_else():
    for count in (0, 1, 2, 3, 7, 50):
        made, storage, _ = make()
        made.update(3, [entry("TAG%03d" % number, parent="P%d" % number) for number in range(count)], True, 1000)
        for again in (made, make(storage)[0]):
            assert (again.version, again.count) == (3, count)
            for number in range(count):
                assert again.find("tag%03d" % number) == ("Accepted", None, "P%d" % number)
            for stranger in ("", "A", "TAG", "TAG0000", "TAG999", "ZZZ", "tag001\t"):
                assert again.find(stranger) is None


def test_lines_of_all_lengths_are_found():
    made, _, _ = make()
    tags = [("%d" % number) * (1 + number % 10) + "x" * (number % 7) for number in range(1, 60)]
    made.update(1, [(tag, "ConcurrentTx", 800000000 + at, "p" * (at % 21)) for at, tag in enumerate(tags)], True, 1000)
    for at, tag in enumerate(tags):
        assert made.find(tag) == ("ConcurrentTx", 800000000 + at, "p" * (at % 21) or None), tag


def test_the_longest_lines_are_found():
    # A character takes up to four bytes.
    tags = [("%02d" % number) + chr(0x1F600 + number) * 18 for number in range(40)]
    made, _, _ = make()
    made.update(1, [(tag, "ConcurrentTx", 800000000, chr(0x1F600) * 20) for tag in tags], True, 1000)
    for tag in tags:
        assert made.find(tag) == ("ConcurrentTx", 800000000, chr(0x1F600) * 20), tag


def test_an_update_works_in_pieces_and_the_old_list_counts_until_its_end():
    made, storage, _ = make()
    made.update(1, [entry("TAG%03d" % number) for number in range(60)], True, 1000)
    before = dict(storage.values)
    work = made.updating(2, [entry("NEW"), ("TAG005", None, None, None)], False, 1000)
    for _piece in range(40):
        next(work)
        assert made.find("TAG005") and made.find("TAG059") and not made.find("NEW") and made.version == 1
    work.close()  # the connection has gone
    assert storage.values == before and make(storage)[0].version == 1
    pieces = len(list(made.updating(2, [entry("NEW"), ("TAG005", None, None, None)], False, 1000)))
    # Each entry that comes is one, and each that is written.
    assert pieces >= 2 + 60 and made.version == 2 and made.find("NEW") and not made.find("TAG005")


def test_changes_add_replace_and_remove():
    made, storage, _ = make()
    made.update(1, [entry("B"), entry("D"), entry("F")], True, 1000)
    gone = [("F", None, None, None), ("X", None, None, None)]
    made.update(2, [entry("a"), entry("d", "Blocked"), entry("G")] + gone, False, 9)
    made, _, _ = make(storage)
    found = {tag: (made.find(tag) or "-")[0] for tag in "ABCDEFGX"}
    assert found == {
        "A": "Accepted", "B": "Accepted", "C": "-", "D": "Blocked", "E": "-", "F": "-", "G": "Accepted", "X": "-",
    }  # fmt: skip
    assert made.count == 4 and made.version == 2


def test_what_is_wrong_leaves_the_old_list():
    made, storage, _ = make()
    made.update(1, [entry("A"), entry("B")], True, 3)
    for wrong, full in (
        ([entry("C"), entry("c")], False),
        ([entry("C"), entry("D")], False),
        ([entry("A\t")], True),
        ([entry("%d" % number) for number in range(4)], True),
    ):
        try:
            made.update(2, wrong, full, 3)
        except ValueError:
            pass
        else:
            raise AssertionError(wrong)
        assert (make(storage)[0].version, made.find("A")[0], made.find("C")) == (1, "Accepted", None)
    storage.full = True
    try:
        made.update(2, [entry("C")], False, 3)
    except OSError:
        pass
    assert made.version == 1 and made.find("C") is None and made.find("A")


def test_a_damaged_list_is_left_out():
    made, storage, _ = make()
    made.update(7, [entry("A"), entry("B")], True, 9)
    whole = storage.values["locallist"]
    for at in range(len(whole)):
        storage.values["locallist"] = whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]
        again, _, lines = make(storage)
        assert (again.version, again.count, again.find("A")) == (0, 0, None) and "damaged" in lines[0], at
    storage.values["locallist"] = b"rubbish"
    again, _, lines = make(storage)
    assert again.version == 0 and "damaged" in lines[0]
    again.update(8, [entry("C")], False, 9)
    assert again.find("C") and again.count == 1


# The messages


def listed(tag, status="Accepted", **more):
    return {"idTag": tag, "idTagInfo": dict(more, status=status)}


def send(bench, version, entries, kind="Full"):
    request = {"listVersion": version, "updateType": kind}
    if entries is not None:
        request["localAuthorizationList"] = entries
    return bench.ask("SendLocalList", request)["status"]


def version(bench):
    return bench.ask("GetLocalListVersion", {})["listVersion"]


def test_versions_and_mismatches():
    bench = Bench()
    assert version(bench) == 0
    assert send(bench, 2, [listed("A")]) == "Accepted" and version(bench) == 2
    assert send(bench, 5, [listed("B")], "Differential") == "Accepted"
    for old in (5, 4, -1, 0):
        assert send(bench, old, [listed("C")], "Differential") == "VersionMismatch"
    assert version(bench) == 5 and bench.station.local_list.find("C") is None
    assert send(bench, 1, [listed("C")]) == "Accepted" and version(bench) == 1
    assert send(bench, 3, None) == "Accepted" and version(bench) == 0
    for wrong in (0, -1):
        assert send(bench, wrong, [listed("A")]) == "Failed"
    # Who has been told 0 goes on from there.
    assert send(bench, 2, None, "Differential") == "VersionMismatch"
    assert send(bench, 1, [listed("A")], "Differential") == "Accepted" and version(bench) == 1


def test_failures_leave_the_list():
    bench = Bench()
    most = bench.station.config["SendLocalListMaxLength"]
    send(bench, 1, [listed("A")])
    assert send(bench, 2, [listed("T%d" % number) for number in range(most + 1)]) == "Failed"
    assert send(bench, 2, [listed("B"), listed("b")]) == "Failed"
    assert send(bench, 2, [{"idTag": "B"}]) == "Failed"
    assert version(bench) == 1 and bench.station.local_list.find("A")


def test_the_advertised_maximum_fits():
    bench = Bench()
    most = bench.station.config["SendLocalListMaxLength"]
    entries = [
        listed("CARD%016d" % number, expiryDate="2030-01-01T00:00:00.000Z", parentIdTag="GROUP%015d" % number)
        for number in range(most)
    ]
    assert send(bench, 1, entries) == "Accepted"
    assert bench.station.local_list.count == most


def test_while_disabled():
    bench = Bench(config={"LocalAuthListEnabled": False})
    assert version(bench) == -1 and send(bench, 1, [listed("A")]) == "NotSupported"


def offline_after_reboot(bench):
    return bench.cut(config={"LocalAuthorizeOffline": True})


def test_offline_the_list_decides():
    bench = Bench()
    send(bench, 1, [listed("A"), listed("B")])
    send(bench, 2, [listed("C"), {"idTag": "A"}, listed("X", expiryDate="2020-01-01T00:00:00Z")], "Differential")
    after = offline_after_reboot(bench)
    after.plug()
    for tag, starts in (("A", False), ("X", False), ("B", True)):
        after.swipe(tag)
        assert (after.station.connectors[0].transaction is not None) == starts, tag


def test_the_list_comes_before_the_cache():
    bench = Bench()
    bench.station.authorization.learn("A", "Accepted", None, None)
    send(bench, 1, [listed("A", "Blocked")])
    bench.drop()
    bench.plug()
    bench.swipe("A")
    assert bench.station.connectors[0].transaction is None


def test_with_pre_authorization_the_list_starts_and_refuses_without_asking():
    bench = Bench(config={"LocalPreAuthorize": True})
    expired = listed("E", expiryDate="2020-01-01T00:00:00Z")
    send(bench, 1, [listed("A", parentIdTag="G"), listed("B", "Blocked"), expired])
    bench.plug()
    bench.swipe("B")
    assert bench.central.all("Authorize") == [] and bench.station.connectors[0].transaction is None
    bench.swipe("A")
    assert bench.central.all("Authorize") == [] and bench.status() == "Charging"
    bench.swipe("A")
    bench.run(1000)
    bench.swipe("E")  # has expired: the central system may think otherwise
    assert [payload["idTag"] for payload in bench.central.all("Authorize")] == ["E"]


def test_a_conflict_is_told_and_listed_cards_are_not_cached():
    bench = Bench()
    send(bench, 1, [listed("A", "Accepted")])
    bench.central.answers["Authorize"] = {"idTagInfo": {"status": "Blocked"}}
    bench.plug()
    bench.swipe("A")
    bench.run(1000)
    told = [payload for payload in bench.central.all("StatusNotification") if payload["connectorId"] == 0]
    assert told[-1]["errorCode"] == "LocalListConflict" and "A" in told[-1]["info"]
    assert bench.station.authorization.cache().find("A") is None
    send(bench, 2, [listed("A", "Blocked")])
    bench.run(1000)
    told = [payload for payload in bench.central.all("StatusNotification") if payload["connectorId"] == 0]
    assert told[-1]["errorCode"] == "NoError"


def test_a_power_cut_leaves_the_old_list_or_the_new_one():
    cut = 0
    while True:
        made, storage, _ = make()
        made.update(1, [entry("A")], True, 9)
        storage.cut(cut)
        try:
            made.update(2, [entry("B")], True, 9)
            done = True
        except PowerCut:
            done = False
        again, _, lines = make(storage)
        assert lines == [] and (again.version, again.find("A") is None) in ((1, False), (2, True))
        if done:
            return
        cut += 1
