"""The root that comes with an installation counts together with it, wherever the power is cut."""

import os

from chargelet import given_root
from chargelet.base import randomness
from chargelet.base.pieces import finish
from fakes import authority

FOLDER = "/tmp/chargelet-%s" % randomness.token()  # tests run beside each other
NOW = 848491200


def files():
    return sorted(os.listdir(FOLDER))


def clean():
    try:
        os.mkdir(FOLDER)
    except OSError:
        for name in os.listdir(FOLDER):
            os.remove(FOLDER + "/" + name)


def away():
    clean()
    os.rmdir(FOLDER)


def test_it_counts_with_the_installation_that_names_it_and_only_then():
    clean()
    try:
        given_root.claim(FOLDER, None)
        name = given_root.put(b"new", FOLDER)
        assert len(name) == 64 and files() == ["authority.new"]
        given_root.claim(FOLDER, name)
        assert files() == ["authority.der"]
        given_root.claim(FOLDER, name)
        assert files() == ["authority.der"], "once"
        # The power was cut before the installation was kept: the old root stays.
        with open(FOLDER + "/authority.der", "wb") as file:
            file.write(b"old")
        given_root.put(b"newer", FOLDER)
        given_root.claim(FOLDER, name)
        with open(FOLDER + "/authority.der", "rb") as file:
            assert files() == ["authority.der"] and file.read() == b"old"
        given_root.put(b"half", FOLDER)
        given_root.claim(FOLDER, None)
        assert files() == ["authority.der"]
    finally:
        away()


def judged(text, now=NOW):
    try:
        return finish(given_root.judged(text, now))
    except ValueError as error:
        return str(error)


def test_what_is_no_certificate_or_not_valid_is_said():
    root = authority.root(0)
    text = authority.pem(root)
    assert judged(text) == root and judged(text, None) == root
    assert "validity: " in judged(text, NOW + 100 * 365 * 86400) and "validity: " in judged(text, 86400)
    assert judged("") == "PEM: nothing, where one block belongs"
    assert judged(text + text) == "PEM: more than one block, where one is allowed"
    assert isinstance(judged(text[: len(text) // 2]), str) and isinstance(judged(text.replace("M", "N", 3)), str)
