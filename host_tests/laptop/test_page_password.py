"""What a laptop makes of the page's password is what the firmware takes, and an installation holds nothing else."""

import asyncio
import hashlib

import pytest

import page_password
import provision
from chargelet import installation
from chargelet.page import password

SECRET = "correct horse ä"


def test_the_laptop_and_the_firmware_make_the_same():
    made = page_password.made(SECRET)
    assert password.valid(made) and SECRET not in str(made)
    assert asyncio.run(password.right(SECRET, made)) and not asyncio.run(password.right(SECRET + "x", made))
    for text, salt, rounds in (("", b"s", 1), ("x" * 64, b"salt", 3), ("x" * 65, b"salt", 3), ("ä" * 40, b"", 100)):
        wanted = hashlib.pbkdf2_hmac("sha256", text.encode(), salt, rounds)
        assert asyncio.run(password.derived(text, salt, rounds)) == wanted


def test_provision_asks_for_it_last_and_keeps_a_hash():
    answers = {"Password for the station's own page, 8 to 64 characters (empty: no page): ": SECRET}
    table = {"wifi": {"name": "x"}, "csms": {"url": "ws://x", "identity": "a", "password": "b"}}
    done = provision.with_page(dict(table), lambda question: answers.get(question, ""))
    assert password.valid(done["page"]) and SECRET not in str(done)
    assert installation.problems(done, True) == []
    assert "page" not in provision.with_page(dict(table), lambda question: "")
    given = provision.with_page(dict(table, page={"password": SECRET, "port": 8080}), None)
    assert given["page"]["port"] == 8080 and "password" not in given["page"]
    assert installation.problems(given, True) == []


@pytest.mark.parametrize("bad", ["short", "x" * 65, 12345678, "", None])
def test_a_password_that_is_none_is_refused(bad):
    with pytest.raises(ValueError, match="page.password: a text of 8 to 64"):
        page_password.hashed({"password": bad})


@pytest.mark.parametrize("page", [1, {}, {"password": "x" * 10}, {"salt": "00" * 8, "hash": "00" * 32, "rounds": 0}])
def test_an_installation_without_a_hash_is_refused(page):
    assert [path for path, _found, _allowed in installation.problems({"stand_alone": True, "page": page}, False)]


def test_what_is_wrong_with_an_installation_shows_no_secret():
    """It is on the console, and of a board in its log too, which is in the diagnostics."""
    secret = "hush hush hush hush"
    made = page_password.made(secret)
    url = "ws://csms.example/ocpp"
    for table in (
        secret,
        {"wifi": secret},
        {"csms": secret},
        {"config": secret},
        {"page": secret},
        {"page": dict(made, prot=80)},
        {"page": {"password": secret}},
        {"page": dict(made, rounds=secret)},
        {"wifi": {"name": "x", "password": secret * 9}},
        {"csms": {"url": url, "password": [secret]}},
        {"csms": {"url": "wss://me:%s@csms.example/ocpp" % secret.replace(" ", "")}},
    ):
        found = installation.problems(table, True)
        assert found, table
        shown = repr(found)
        for part in (secret, secret.replace(" ", ""), made["hash"], made["salt"]):
            assert part not in shown, shown
    assert installation.problems({"wifi": {"name": "x"}, "csms": {"url": url + "/a@b"}}, True) == []
