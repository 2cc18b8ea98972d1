"""Time, text of time, and files that are whole: what every layer stands on."""

import io
import os

from chargelet.base import randomness
from chargelet.base.cistring import folded
from chargelet.base.clock import Clock, ticks_diff
from chargelet.base.log import ASIDE, DEBUG, ERROR, Log
from chargelet.base.storage import Storage
from chargelet.base.timestamp import from_text, to_text
from fakes.clock import FakeClock
from fakes.storage import FakeStorage


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


def test_a_log_line_says_when():
    class Out:
        text = ""

        def write(self, text):
            self.text += text

    out = Out()
    clock = FakeClock(now=None)
    log = Log(clock, out)
    clock.advance(2500)
    log("hello")
    clock.set(0)
    log("world")
    assert out.text == "+2 s hello\n2000-01-01T00:00:00Z world\n"


# The log on flash


class Nowhere:
    def write(self, text):
        pass


def read_log(storage):
    return b"".join(Log(FakeClock(), Nowhere(), storage).each()).decode()


def test_the_log_outlives_a_reboot_and_is_bounded():
    storage = FakeStorage()
    log = Log(FakeClock(), Nowhere(), storage)
    for number in range(400):
        log("line %d of the log, about as long as lines are" % number)
    text = read_log(storage)
    assert len(storage.names()) == 12 and 10000 < len(text) < 16000
    lines = [int(line.split(" ")[2]) for line in text.strip().split("\n")]
    assert lines == list(range(lines[0], lines[-1] + 1)) and lines[-1] > 370
    assert storage.writes < 60, "one file written, and one removed, for each 1 kB"
    log.save()
    assert "line 399" in read_log(storage)


def test_errors_are_on_flash_at_once_and_trifles_nowhere():
    storage = FakeStorage()
    out = io.StringIO()
    log = Log(FakeClock(), out, storage)
    log("a trifle", DEBUG)
    log("a fact")
    assert storage.names() == []
    log("a catastrophe", ERROR)
    assert "a fact" in read_log(storage) and "ERROR a catastrophe" in read_log(storage)
    assert "trifle" not in out.getvalue() and out.getvalue().count("\n") == 2
    storage.full = True
    log("x" * 2000)  # a full flash stops nothing
    again = Log(FakeClock(), out, storage)
    storage.full = False
    again("later", ERROR)
    assert read_log(storage).endswith("later\n")


def test_the_configuration_says_which_lines_are_wanted():
    for level, wanted in ((2, "a b c"), (1, "b c"), (0, "c")):
        out = io.StringIO()
        log = Log(FakeClock(), out)
        log.most = lambda level=level: level
        log("a", DEBUG)
        log("b")
        log("c", ERROR)
        said = [line.split(" ")[-1] for line in out.getvalue().strip().split("\n")]
        assert " ".join(said) == wanted


def test_the_log_takes_every_line_and_other_files_are_no_harm():
    storage = FakeStorage()
    storage.write("notes.md", b"?")  # as long as a name of ours
    log = Log(FakeClock(), io.StringIO(), storage)
    log("x" * 5000, ERROR)
    log(chr(0x1F600) * 400)
    log("after")
    log.save()
    text = b"".join(log.each())
    assert text.count(b"x") == 500 and text.endswith(b"after\n") and text.count(b"\n") == 3
    assert all([len(value) <= 1024 for value in storage.values.values()])


def test_whosoever_words_are_in_a_line_it_is_one_and_bounded():
    storage, out = FakeStorage(), io.StringIO()
    log = Log(FakeClock(), out, storage)
    log("files: a\r\n2000-01-01T00:00:00Z ERROR forged\x1b[2J\x9b2J\bx", ERROR)
    log("y" * 15000, ERROR)
    log.save()
    lines = out.getvalue().split("\n")
    assert len(lines) == 3 and lines[2] == "" and len(lines[1]) < 560, lines
    assert not [letter for letter in lines[0] if letter < " " or letter == "\x9b"]
    assert read_log(storage).count("\n") == 2


def test_a_secret_for_the_console_is_in_no_file():
    storage, out = FakeStorage(), io.StringIO()
    log = Log(FakeClock(), out, storage)
    log("the password is hush", ASIDE)
    log("more", ERROR)
    assert "hush" in out.getvalue() and "hush" not in read_log(storage) and "more" in read_log(storage)


def test_errors_without_end_do_not_wear_out_the_flash():
    storage, clock = FakeStorage(), FakeClock()
    log = Log(clock, Nowhere(), storage)
    for second in range(100):
        log("error %d" % second, ERROR)
        clock.advance(1000)
    assert 10 <= len(storage.names()) <= 12 and "error 90" in read_log(storage)
    assert storage.writes <= 12
    assert b"error 99" in b"".join(log.each()), "what is not on flash yet is told all the same"


def test_cistrings_are_the_same_in_either_case_of_the_letters_of_ascii():
    assert folded("Card04aB") == folded("CARD04AB") != folded("CARD04AC")
    # Both interpreters say the same of the others: compared as they are.
    assert folded("\xc4") != folded("\xe4") and folded("\u0130x") == "\u0130x" and folded("\ud800A") == "\ud800a"
