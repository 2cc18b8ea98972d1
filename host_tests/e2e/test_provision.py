"""`make provision` against a MicroPython that is not ours, over a serial port."""

import json

import pytest

import board_link
import provision
from board_link import BoardError

pytestmark = pytest.mark.xdist_group("deploy")
CSMS = {"csms": {"url": "ws://127.0.0.1:9000/ocpp", "identity": "CP1"}}


def test_provision(link, board, table, monkeypatch):
    with pytest.raises(BoardError, match="make deploy"):
        provision.needs_wifi(link)
    link.write("/board.json", board_link.as_json(table))
    assert provision.needs_wifi(link)
    answers = iter(["garage", "CP1"])
    secrets = iter(["12345678", ""])
    ask, ask_secret = (lambda _: next(answers)), (lambda _: next(secrets))
    made = provision.completed({"csms": {"url": CSMS["csms"]["url"]}}, ask, ask_secret)
    alone = {"stand_alone": True}
    assert provision.completed(dict(alone), None, None) == alone, "there is nobody to ask about"
    none = {"csms": {**CSMS["csms"], "password": "x"}}
    assert provision.completed(none, lambda _: "", None) == none, "no Wi-Fi, no password of one"
    assert made == {**CSMS, "wifi": {"name": "garage", "password": "12345678"}}
    provision.provision(link, made)
    assert json.loads(link.run("print(open('/installation.json').read())")) == made
    provision.provision(link, CSMS)
    assert json.loads(link.run("print(open('/installation.json').read())")) == CSMS
    provision.provision(link, CSMS, {"/authority.der": b"certificate"})
    assert link.run("print(open('/authority.der').read())").strip() == "certificate"
    assert "/installation.json~" not in link.hashes(["/installation.json~"])


def test_a_file_that_is_wrong_is_named(tmp_path):
    path = tmp_path / "mine.toml"
    with pytest.raises(ValueError, match="mine.toml is not there"):
        provision.read(path)
    for text, named in (
        ("[csms", "mine.toml: Expected"), ("csms = 3", "csms: no section"), ('wifi = "secret"', "wifi: no section;"),
        ("[csms]\nurl = 3", "csms.url: 3; allowed: a text"),
        ('[csms]\nurl = "ws://x:99999/a"', "csms.url: 99999 is not a port; allowed: ws://HOST:PORT/PATH"),
        ('[csms]\nurl = "ws://:9/"', "csms.url: there is no host"),
        ('[csms]\nurl = "ws://x"\n[config]\nFreeVend = [1]', r"config.FreeVend: \[1\]; allowed: a text, a whole"),
    ):  # fmt: skip
        path.write_text(text)
        with pytest.raises((ValueError, BoardError), match=named):
            provision.refuse(provision.read(path), False)


def test_all_questions_come_before_the_first_word_to_the_board(monkeypatch, tmp_path, capsys):
    order = []

    class Link:
        def __init__(self, port):
            order.append("open")

        def patience(self, seconds):
            order.append("patience %d" % seconds)

        def run(self, code):
            return '{"network": {"kind": "wifi"}}'

        def close(self):
            order.append("close")

        def reset(self, again):
            order.append("reset")

    def ask(question):
        order.append("asked")
        return {"N": "garage", "A": "ws://example.org", "I": "CP1"}[question[0]]

    def secret(question):
        order.append("asked")
        return "" if "page" in question else "12345678"

    monkeypatch.setattr(provision, "BoardLink", Link)
    monkeypatch.setattr(provision, "provision", lambda link, table, ca: order.append(table))
    monkeypatch.setattr("builtins.input", ask)
    monkeypatch.setattr("sys.stdin", type("Terminal", (), {"isatty": lambda self: True})())
    monkeypatch.setattr(provision.getpass, "getpass", secret)
    monkeypatch.setattr(provision, "_OWN", tmp_path / "none.toml")
    monkeypatch.setattr("sys.argv", ["provision", "port"])
    assert provision.main() == 0
    written = {"wifi": {"name": "garage", "password": "12345678"}}
    written["csms"] = {"url": "ws://example.org", "identity": "CP1", "password": "12345678"}
    assert order == ["asked"] * 6 + ["open", "patience 60", written, "reset", "close"]
    # What is wrong is said before the board is stopped for it.
    order.clear()
    monkeypatch.setattr("builtins.input", lambda question: "http://example.org")
    assert provision.main() == 1 and "open" not in order
    assert "csms.url: 'http://example.org'" in capsys.readouterr().err
