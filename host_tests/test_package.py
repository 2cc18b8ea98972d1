"""Firmware packages: signature, manifest, image; and the simulated board's installer."""

import asyncio
import io

from chargelet.base import package
from chargelet.update.terms import Terms
from fakes.clock import FakeClock
from fakes.packages import MODULUS, make
from fakes.storage import FakeStorage
from installer import Installer


async def rest():
    pass


TERMS = Terms(MODULUS, "b", "c", "2")


def verdict(content, terms=None):
    """None, or what is wrong."""
    try:
        asyncio.run(package.check(io.BytesIO(content), terms or TERMS, rest))
    except ValueError as error:
        return str(error)
    return None


def test_a_good_package():
    assert verdict(make()) is None and verdict(make(b"")) is None
    file = io.BytesIO(make(b"the image"))
    assert asyncio.run(package.manifest(file, TERMS, rest))["version"] == "2" and file.read() == b"the image"


def small(**changes):
    return make(b"image" * 100, **changes)


def test_what_is_not_right_is_named():
    for wrong, text in (
        (b"", "does not begin"),
        (b"{}\n\n", "does not begin"),
        (b"[" * 5000, "does not begin"),
        (b"\xff\xfe\n00\n", "does not begin"),
        (small(format=2), "format 2"),
        (small(board="c"), "board c"),
        (small(chip="d"), "for chip d, and this is c"),
        (small(chip=None), "for chip None"),
        (small(version="1.9"), "version 1.9 is older than 2, which runs here"),
        (small(version=""), "makes no sense"),
        (small(version="9" * 51), "makes no sense"),
        (small(size=-1), "makes no sense"),
        (b"{" + b" " * 2000 + small()[1:], "does not begin"),
        (small(size=7), "500 bytes"),
        (small(sha256="00"), "damaged"),
        (small(size="7"), "makes no sense"),
        (small()[:-1], "499 bytes"),
        (small() + b"x", "501 bytes"),
        (small()[:-1] + b"x", "damaged"),
    ):
        assert text in verdict(wrong), (wrong[:40], verdict(wrong))


def test_every_bit_of_the_manifest_and_the_signature_counts():
    good = make(b"image")
    for at in range(0, len(good) - 6, 3):
        bad = good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :]
        if bad.lower() != good.lower():
            assert verdict(bad), at


def test_versions_have_an_order():
    steps = (
        "0-alpha 0 0.0.1 0.9 0.9.9 0.10 1-2 1-10 1-a 1-a.2 1-a.10 1-b 1-rc1 1-rc2 1-rc10 1 1.0.0.1 1.2 1.10 2.0b1 2 10"
    ).split()
    for at, one in enumerate(steps):
        for other_at, other in enumerate(steps):
            assert (package.order(one) < package.order(other)) == (at < other_at), (one, other)
    for same in (("1", "1.0", "1.0.0", "v1", "V1.0", "1+build.7", "1.", "1-"), ("1-rc1", "1.0-rc1", "1-rc.1", "1rc1")):
        assert len({str(package.order(one)) for one in same}) == 1, same
    for text in ("", "x", "...", "-", "é", "9" * 50, "\u0663", "1..2"):
        assert package.order(text) <= package.order("9" * 51), text
    older = Terms(MODULUS, "b", "c", "9.9.9", True)
    assert verdict(make(), older) is None
    for running in ("2", "1.9.9", "2-rc1", "v2.0"):
        assert verdict(make(), Terms(MODULUS, "b", "c", running)) is None, running
    for running in ("2.0.1", "10", "2.1-rc1"):
        assert "older" in verdict(make(), Terms(MODULUS, "b", "c", running)), running


def test_a_signature_is_checked_in_steps_and_the_image_in_small_pieces():
    rests = []

    async def counted():
        rests.append(1)

    asyncio.run(package.manifest(io.BytesIO(make()), TERMS, counted))
    assert len(rests) >= 34
    asyncio.run(package.check(io.BytesIO(make()), TERMS, counted))
    assert len(rests) >= 68 + 5000 // 512


def installer(storage):
    return Installer(storage, TERMS, FakeClock())


def write(made, *pieces):
    for piece in pieces:
        asyncio.run(made.write(piece))


def refused(made, piece):
    try:
        write(made, piece)
    except (ValueError, OSError) as error:
        return str(error)
    raise AssertionError("it was taken")


def test_a_download_goes_on_where_it_was():
    good = make()
    storage = FakeStorage()
    made = installer(storage)
    made.begin(0)
    write(made, good[:300])
    write(made, good[300:1500])
    again = installer(storage)
    assert again.received == 1500
    again.begin(1500)
    write(again, good[1500:])
    asyncio.run(again.whole())
    asyncio.run(installer(storage).whole())
    assert storage.values["package"] == good
    again.begin(0)
    assert "package" not in storage.values


def test_nothing_more_than_the_manifest_says_and_nothing_of_a_stranger():
    good = make()
    for before in (0, 1, 700, 900, len(good)):
        storage = FakeStorage()
        made = installer(storage)
        made.begin(0)
        write(made, good[:before])
        made = made if before < 800 else installer(storage)  # after a power cut
        made.begin(made.received)
        assert "more of it" in refused(made, good[made.received :] + b"x") and storage.values == {}, before
    for wrong, named in (
        (make(board="x"), "board"),
        (make(chip="x"), "chip"),
        (make(version="1"), "older"),
        (make()[:10] + b"!" + make()[11:], "package"),
        (b"<html>" * 1000, "does not begin"),
        (b"\n\n", "does not begin"),
    ):
        storage = FakeStorage()
        made = installer(storage)
        made.begin(0)
        assert named in refused(made, wrong) and storage.values == {}, wrong[:40]


def test_an_endless_stream_takes_no_flash():
    for head in (b"", make()[:100], make()[:-5000]):
        storage = FakeStorage()
        made = installer(storage)
        made.begin(0)
        taken = most = 0
        try:
            write(made, head)
            while taken < 10**6:
                write(made, b"x" * 512)
                taken += 512
                most = max(most, sum([len(value) for value in storage.values.values()]))
        except ValueError:
            pass
        assert taken <= 6000 and most <= len(make()) and storage.values == {}, (head[:20], taken, most)


def test_flash_is_left_for_the_journal():
    storage = FakeStorage()
    made = installer(storage)
    made.begin(0)
    good = make()
    head = len(good) - 5000
    storage.free = lambda: 131072 + 4999
    assert "no room" in refused(made, good[:head]) and storage.values == {}
    storage.free = lambda: 131072 + 5000
    made.begin(0)
    write(made, good[:head], good[head:])
    storage.full = True
    made.begin(0)
    assert refused(made, make()) and storage.values == {}


def test_what_is_cut_off_is_not_whole():
    for end in (0, 100, 800, 5000, -1):
        storage = FakeStorage()
        made = installer(storage)
        made.begin(0)
        write(made, make()[:end])
        for one in (made, installer(storage)):
            try:
                asyncio.run(one.whole())
                raise AssertionError(end)
            except ValueError as error:
                assert "missing" in str(error) or "does not begin" in str(error), error


def test_installing_and_what_is_told_of_it():
    storage = FakeStorage()
    made = installer(storage)
    assert made.outcome() is None
    made.begin(0)
    write(made, make())
    made.activate()
    after = installer(storage)
    assert after.outcome() == "Installed" and storage.names() == ["next"]
    after.confirm()
    assert storage.names() == ["active"] and installer(storage).outcome() is None
    storage.rename("active", "failed")  # as the boot loader gives one up
    assert installer(storage).outcome() == installer(storage).outcome() == "InstallationFailed"
    installer(storage).confirm()
    assert installer(storage).outcome() is None and storage.names() == []
