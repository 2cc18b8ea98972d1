"""`make deploy` and `make provision` against a MicroPython that is not ours, over a serial line."""

import json
import os
import pty
import subprocess
import sys
import tty

import pytest

import board_link
import check_board
import deploy
import provision
import rom
from board_link import BoardError, BoardLink
from web_board import WebBoard

pytestmark = pytest.mark.xdist_group("deploy")
CSMS = {"csms": {"url": "ws://127.0.0.1:9000/ocpp", "identity": "CP1"}}


@pytest.fixture
def board():
    made = WebBoard()
    yield made
    made.close()


@pytest.fixture
def link(board):
    made = BoardLink(board.port)
    yield made
    made.close()


@pytest.fixture(scope="module")
def table():
    made = check_board.read("esp32")
    assert check_board.mistakes(made) == []
    return made


@pytest.fixture(scope="module")
def files(table):
    return {**deploy.firmware_files(), **deploy.own_files("esp32", table)}


@pytest.fixture(scope="module")
def few(files):
    """Some of them: each takes its time on a serial line."""
    return {name: files[name] for name in files if name.count("/") < 3}


def test_all_of_it_arrives_once_and_runs_there(link, files):
    assert "micropython 1.29" in link.check() and not link.frozen()
    copied = []
    count, size, gone = deploy.deploy(link, files, lambda name, done: copied.append(name))
    assert (count, gone) == (len(files), 0) and size == sum(len(content) for content in files.values())
    assert copied[-1] == "/main.py" and sorted(copied) == sorted(files)
    assert set(link.files(["/chargelet", "/uwebsockets"])) == {name for name in files if name.endswith(".mpy")}
    told = link.run("from chargelet.ground.timestamp import from_text\nprint(from_text('2026-11-20T12:00:00Z'))")
    assert told.strip() == "848491200", "what was compiled here is executed there"
    assert json.loads(link.run("print(open('/board.json').read())"))["chip"] == "esp32"
    assert deploy.deploy(link, files) == (0, 0, 0)


def test_only_what_differs_is_copied_and_main_comes_last(link, few, table):
    deploy.deploy(link, few)
    changed = {**table, "station": {**table["station"], "chargePointModel": "Other"}}
    other = {**few, **deploy.own_files("esp32", changed)}
    link.write("/chargelet/left_over.mpy", b"of an older version")
    link.write("/chargelet/compose.mpy", b"damaged")
    copied = []
    assert deploy.deploy(link, other, lambda name, done: copied.append(name))[0::2] == (2, 1)
    assert sorted(copied[:2]) == ["/board.json", "/chargelet/compose.mpy"] and copied[2] == "/main.py"
    assert "/chargelet/left_over.mpy" not in link.files(["/chargelet"])
    assert link.run("print(len(open('/resets').read()))").strip() == "1", "it was reset before anything changed"


def test_a_deployment_that_is_cut_off_starts_nothing_and_goes_on_later(link, few):
    deploy.deploy(link, few)
    changed = {name: content + b" " if name.startswith("/uwebsockets") else content for name, content in few.items()}
    done = []

    def cut(name, size):
        done.append(name)
        if len(done) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        deploy.deploy(link, changed, cut)
    assert "/main.py" not in link.hashes(["/main.py"])
    count, _, _ = deploy.deploy(link, changed)
    assert count == len([name for name in changed if name.startswith("/uwebsockets")]) - 3 + 1
    assert link.hashes(["/main.py"])


def test_contactors_are_off_before_anything_else(files):
    boot = files["/boot.py"].decode()
    compile(boot, "boot.py", "exec")
    statements = [line for line in boot.splitlines() if line and not line.startswith('"""')]
    assert statements[:2] == ["from machine import Pin", "for number in (32,):"]
    whole = check_board.read("smartevse-v3")
    check_board.mistakes(whole)
    assert deploy.off_first(whole) == [32, 27, 17, 18]


def test_an_older_micropython_is_refused(link, monkeypatch):
    monkeypatch.setattr(board_link, "_LEAST", (1, 99))
    with pytest.raises(BoardError, match="MicroPython 1.99 or later .*make flash"):
        link.check()


def test_what_goes_wrong_on_the_board_is_said(link):
    with pytest.raises(BoardError, match="the board says: ZeroDivisionError"):
        link.run("1 / 0")
    with pytest.raises(BoardError, match="/resets/x was not written"):
        link.run("open('/resets', 'w').close()")
        link.write("/resets/x", b"a file is in the way")


def test_provision(link, board, table, monkeypatch):
    with pytest.raises(BoardError, match="make deploy"):
        provision.needs_wifi(link)
    link.write("/board.json", board_link.as_json(table))
    assert provision.needs_wifi(link)
    answers = iter(["garage", "CP1"])
    secrets = iter(["12345678", ""])
    made = provision.completed(
        {"csms": {"url": CSMS["csms"]["url"]}}, True, lambda _: next(answers), lambda _: next(secrets)
    )
    alone = {"stand_alone": True}
    assert provision.completed(dict(alone), True, None, None) == alone, "there is nobody to ask about"
    assert made == {**CSMS, "wifi": {"name": "garage", "password": "12345678"}}
    provision.provision(link, made)
    assert json.loads(link.run("print(open('/installation.json').read())")) == made
    provision.provision(link, CSMS)
    assert json.loads(link.run("print(open('/installation.json').read())")) == CSMS
    provision.provision(link, CSMS, b"certificate")
    assert link.run("print(open('/authority.der').read())").strip() == "certificate"
    assert "/installation.json~" not in link.hashes(["/installation.json~"])


def as_a_person(tool, *arguments, tmp_path, given=""):
    command = [sys.executable, str(rom.ROOT / "tools" / tool), *arguments]
    return subprocess.run(command, input=given, capture_output=True, text=True, timeout=120, cwd=tmp_path)


def test_from_the_command_line(board, tmp_path):
    done = as_a_person("deploy.py", "olimex-esp32-poe", board.port, tmp_path=tmp_path)
    assert done.returncode == 0 and "all verified" in done.stdout, done.stderr
    again = as_a_person("deploy.py", "olimex-esp32-poe", board.port, tmp_path=tmp_path)
    assert "all is there already" in again.stdout
    (tmp_path / "mine.toml").write_text('[csms]\nurl = "http://example.org"\nidentity = "A"\npassword = "x"\n')
    done = as_a_person("provision.py", board.port, "--file", "mine.toml", tmp_path=tmp_path)
    assert done.returncode == 1 and "csms.url: 'http://example.org'" in done.stderr and "nothing was" in done.stderr
    (tmp_path / "mine.toml").write_text('[csms]\nurl = "ws://example.org"\nidentity = "A"\npassword = "x"\n')
    done = as_a_person("provision.py", board.port, "--file", "mine.toml", tmp_path=tmp_path)
    assert done.returncode == 0 and "written" in done.stdout, done.stderr


def test_a_port_that_is_none_and_one_without_a_board(tmp_path):
    done = as_a_person("deploy.py", "esp32", str(tmp_path / "tty"), tmp_path=tmp_path)
    assert done.returncode == 1 and "cannot be opened" in done.stderr
    ours, theirs = pty.openpty()
    tty.setraw(theirs)
    done = as_a_person("deploy.py", "esp32", os.ttyname(theirs), tmp_path=tmp_path)
    assert done.returncode == 1 and "no MicroPython answers" in done.stderr and "reset button" in done.stderr
    os.close(ours)
    os.close(theirs)


def test_a_bad_board_file_is_not_deployed(tmp_path):
    (tmp_path / "bad").mkdir()
    text = (rom.ROOT / "boards/esp32/board.toml").read_text()
    (tmp_path / "bad/board.toml").write_text(text.replace("coil = 32", "coil = 12"))
    done = as_a_person("deploy.py", str(tmp_path / "bad"), "nowhere", tmp_path=tmp_path)
    assert done.returncode == 1 and "connector[0].contactor.coil: pin 12 decides" in done.stderr
