"""Time, text of time, and files that are whole: what every layer stands on."""

import os

from chargelet.base import randomness
from chargelet.base.cistring import folded
from chargelet.base.clock import Clock, ticks_diff
from chargelet.base.storage import Storage
from chargelet.base.timestamp import from_text, to_text
from fakes.clock import FakeClock


def refused(function, *arguments):
    try:
        function(*arguments)
    except ValueError:
        return True
    return False


def test_ticks_differ_rightly_across_the_wrap():
    assert ticks_diff(5, 0x3FFFFFFF) == 6
    assert ticks_diff(0x3FFFFFFF, 5) == -6
    assert ticks_diff(1000, 1000) == 0


def test_uptime_does_not_wrap():
    clock = FakeClock()
    for days in range(1, 40):
        clock.advance(86400000)
        assert clock.uptime() == days * 86400000


def test_the_wall_clock_is_unknown_until_set_and_then_runs():
    clock = FakeClock(now=None)
    assert clock.now() is None
    clock.advance(5000)
    before = clock.stamp()
    assert before < 0 and clock.wall(before) is None
    clock.advance(10000)
    clock.set(1000)
    assert clock.now() == 1000
    assert clock.wall(before) == 990
    clock.advance(60500)
    assert clock.now() == 1060
    assert clock.wall(clock.stamp()) == 1060


def test_setting_the_wall_clock_leaves_the_monotonic_one_alone():
    clock = FakeClock()
    clock.advance(1234)
    before = clock.uptime()
    clock.set(5)
    assert clock.uptime() == before


def test_a_real_clock_goes_forward():
    clock = Clock()
    first = clock.uptime()
    clock.stall(3)
    assert clock.uptime() >= first + 2
    clock.set_from_rtc()
    assert clock.now() > from_text("2024-01-01T00:00:00Z")


def test_timestamps_there_and_back():
    for text in ("2000-01-01T00:00:00Z", "2026-11-20T23:59:59Z", "2024-02-29T12:00:00Z", "2100-03-01T00:00:00Z"):
        assert to_text(from_text(text)) == text
    assert to_text(0) == "2000-01-01T00:00:00Z"
    assert from_text("1999-12-31T23:59:59Z") == -1


def test_timestamps_with_fractions_and_zones():
    noon = from_text("2026-11-20T12:00:00Z")
    for text in (
        "2026-11-20T12:00:00.123456Z",
        "2026-11-20T14:00:00+02:00",
        "2026-11-20T06:30:00.5-05:30",
        "2026-11-20t12:00:00z",
    ):
        assert from_text(text) == noon, text


def test_what_is_no_timestamp():
    for text in (
        "",
        "now",
        "2026-11-20",
        "2026-13-01T00:00:00Z",
        "2026-02-29T00:00:00Z",
        "2026-11-20T24:00:00Z",
        "2026-11-20T12:00:00.Z",
        "2026-11-20T12:00:00+2",
        "2026-11-20T12:00:00Zulu",
        "2026-11-20T12:00:00+24:00",
        "2026-11-20T12:00:00-01:60",
        "\u0662026-11-20T12:00:00Z",
        "+026-11-20T12:00:00Z",
    ):
        assert refused(from_text, text), text


def test_a_value_is_replaced_whole_and_outlives_its_writer():
    folder = "/tmp/chargelet-%s" % randomness.token()
    storage = Storage(folder)
    try:
        assert storage.read("config") is None
        storage.write("config", b"one")
        storage.write("config", b"two")
        with open(folder + "/half~", "wb") as file:
            file.write(b"cut off")
        again = Storage(folder)
        assert again.read("config") == b"two"
        assert again.names() == ["config"]
        again.remove("config")
        again.remove("config")
        assert again.read("config") is None
    finally:
        for name in os.listdir(folder):
            os.remove(folder + "/" + name)
        os.rmdir(folder)


def test_chance_is_in_range_and_never_the_same():
    assert all([0 <= randomness.below(7) < 7 for _ in range(100)])
    assert len({randomness.token() for _ in range(50)}) == 50


def test_cistrings_are_the_same_in_either_case_of_the_letters_of_ascii():
    assert folded("Card04aB") == folded("CARD04AB") != folded("CARD04AC")
    # Both interpreters say the same of the others: compared as they are.
    assert folded("\xc4") != folded("\xe4") and folded("\u0130x") == "\u0130x" and folded("\ud800A") == "\ud800a"
