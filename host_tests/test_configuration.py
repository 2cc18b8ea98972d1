"""Configuration keys: typed, refused with nothing changed, kept through power cuts."""

from chargelet.station.configuration import Configuration
from fakes.bench import Bench
from fakes.lines import Lines
from fakes.storage import FakeStorage


def _listed(text):
    if text not in ("a", "a,b"):
        raise ValueError("a or a,b is allowed")
    return text


KEYS = """
Interval RW 0.. 60
Percent RW 0..100 50
Flag RW bool true
List RW listed a
Fixed R 0.. 2
Secret W text
Name RW text x
"""


def make(storage=None):
    lines = Lines()
    config = Configuration(storage or FakeStorage(), lines)
    config.declare(KEYS, {"listed": _listed})
    return config, lines


def test_defaults_are_typed_and_reported_as_text():
    config, _ = make()
    assert config["Interval"] == 60 and config["Flag"] is True
    assert list(config.report()) == [
        ("Interval", False, "60"),
        ("Percent", False, "50"),
        ("Flag", False, "true"),
        ("List", False, "a"),
        ("Fixed", True, "2"),
        ("Name", False, "x"),
    ]


def test_names_are_case_insensitive():
    config, _ = make()
    assert config.change("iNTERVAL", "5") == "Accepted"
    assert config["Interval"] == 5
    assert list(config.report("INTERVAL")) == [("Interval", False, "5")]


def test_what_is_refused_changes_nothing():
    config, lines = make()
    for name, text, status in (
        ("Interval", "-1", "Rejected"),
        ("Interval", "abc", "Rejected"),
        ("Interval", "", "Rejected"),
        ("Interval", "1.5", "Rejected"),
        ("Interval", "--1", "Rejected"),
        ("Interval", "9" * 30, "Rejected"),
        ("Percent", "101", "Rejected"),
        ("Flag", "maybe", "Rejected"),
        ("Flag", "1", "Rejected"),
        ("List", "c", "Rejected"),
        ("Fixed", "3", "Rejected"),
        ("Nothing", "1", "NotSupported"),
    ):
        before = list(config.report())
        assert config.change(name, text) == status, (name, text)
        assert list(config.report()) == before
    assert "a whole number from 0 to 100 is allowed" in " ".join(lines)


def test_booleans_in_any_letter_case():
    config, _ = make()
    assert config.change("Flag", "FALSE") == "Accepted"
    assert config["Flag"] is False
    assert config.change("Flag", "True") == "Accepted"
    assert config["Flag"] is True


def test_changes_outlive_a_power_cut():
    storage = FakeStorage()
    config, _ = make(storage)
    config.change("Interval", "7")
    config.change("Secret", "hush")
    again, _ = make(storage)
    assert again["Interval"] == 7 and again["Secret"] == "hush"
    assert again["Percent"] == 50


def test_a_write_only_key_is_never_reported():
    config, _ = make()
    assert config.change("Secret", "hush") == "Accepted"
    assert list(config.report("Secret")) == []
    assert "hush" not in str(list(config.report()))


def test_an_initial_value_gives_way_to_a_stored_one():
    storage = FakeStorage()
    config, _ = make(storage)
    config.initial("interval", 9)
    config.initial("Flag", False)
    assert config["Interval"] == 9 and config["Flag"] is False
    config.change("Interval", "11")
    again, _ = make(storage)
    again.initial("Interval", 9)
    assert again["Interval"] == 11
    for name, value in (("Nothing", 1), ("Percent", 500)):
        try:
            again.initial(name, value)
        except ValueError as error:
            assert "allowed" in str(error) or "no such key" in str(error)
        else:
            raise AssertionError(name)


def test_the_same_value_again_costs_no_write():
    storage = FakeStorage()
    config, _ = make(storage)
    config.change("Interval", "7")
    writes = storage.writes
    assert config.change("Interval", "7") == "Accepted"
    assert storage.writes == writes


def test_a_full_flash_is_a_refusal_with_nothing_changed():
    storage = FakeStorage()
    config, _ = make(storage)
    config.change("Interval", "7")
    storage.full = True
    assert config.change("Interval", "8") == "Rejected"
    assert config.change("Percent", "8") == "Rejected"
    assert config["Interval"] == 7 and config["Percent"] == 50
    storage.full = False
    assert config.change("Flag", "false") == "Accepted"
    again, _ = make(storage)
    assert again["Interval"] == 7 and again["Percent"] == 50


def test_damaged_or_senseless_stored_values_are_left_out():
    for raw in (b"", b"nonsense", b"[]", b'{"Interval": "x", "Percent": 5, "Flag": null}', b"\xff\xfe"):
        storage = FakeStorage()
        storage.write("config", raw)
        config, lines = make(storage)
        assert config["Interval"] == 60 and config["Percent"] == 50 and config["Flag"] is True, raw
        assert lines, raw


def test_no_key_takes_a_number_without_a_bound_that_fits():
    """The largest that each takes: no wait is longer than a day, and an answer is waited for ten minutes at most."""
    bench = Bench(2)
    tried = 0
    for row in bench.ask("GetConfiguration", {})["configurationKey"]:
        name, largest = row["key"], None
        for number in (0, 1, 60, 600, 601, 3600, 86400, 86401, 10**6, 10**6 + 1, 2**31 - 1, 10**18):
            answer = bench.ask("ChangeConfiguration", {"key": name, "value": str(number)})
            if answer == {"status": "Accepted"} and row["value"].isdigit():
                largest = number
        if largest is None:
            continue
        tried += 1
        waits = [word for word in ("Interval", "TimeOut", "Timeout", "Duration") if word in name]
        assert largest <= (600 if name == "MessageTimeout" else 86400 if waits else 10**6), (name, largest)
    assert tried > 10, tried
