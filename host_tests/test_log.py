"""The log: what a line says, what is kept on flash, and that it is bounded and has no secret in it."""

import io

from chargelet.base.log import ASIDE, DEBUG, ERROR, Log, one_line
from fakes.clock import FakeClock
from fakes.storage import FakeStorage


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


def test_a_line_has_nothing_that_ends_a_line_anywhere_or_steers_a_terminal():
    odd = [chr(number) for number in list(range(32)) + list(range(0x7F, 0xA0)) + [0x2028, 0x2029]]
    out = io.StringIO()
    log = Log(FakeClock(), out)
    for one in odd:
        log("csms: ValueError: %sThe certificate%s is%snot right %s" % (one, one, one, one))
    lines = out.getvalue().split("\n")
    assert lines.pop() == "" and len(lines) == len(odd)
    for line in lines:
        assert line.endswith("Z csms: ValueError: The certificate is not right"), repr(line)
    log("Garagenstra\xdfe 7 \u2192 \u20ac")
    assert out.getvalue().endswith(" Garagenstra\xdfe 7 \u2192 \u20ac\n")
    log("")
    log("x" * 9999)
    assert one_line("a" * 9, 9) == "a" * 9 and one_line("\n" + "a" * 9, 9) == "a" * 8 + "..."
