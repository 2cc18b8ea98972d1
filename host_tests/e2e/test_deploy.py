"""`make deploy` and `make provision` against a MicroPython that is not ours, over a serial line."""

import json
import os
import pty
import subprocess
import sys
import tty

import pytest

import board_facts
import board_link
import check_board
import deploy
import rom
from board_link import BoardError, BoardLink
from web_board import WebBoard

pytestmark = pytest.mark.xdist_group("deploy")


@pytest.fixture(scope="module")
def files(table):
    return {**deploy.firmware_files(), **deploy.own_files("esp32", table)}


@pytest.fixture(scope="module")
def few(files):
    """Some of them: each takes its time on a serial line."""
    return {name: files[name] for name in files if name.count("/") < 3 or name.startswith("/chargelet/base/load")}


def test_all_of_it_arrives_once_and_runs_there(link, files):
    assert "micropython 1.29" in link.check()
    copied = []
    count, size, gone = deploy.deploy(link, files, lambda name, done: copied.append(name))
    assert (count, gone) == (len(files), 0) and size == sum(len(content) for content in files.values())
    assert copied[-1] == "/main.py" and sorted(copied) == sorted(files)
    assert set(link.files(["/chargelet", "/uwebsockets"])) == {name for name in files if name.endswith(".mpy")}
    told = link.run("from chargelet.base.timestamp import from_text\nprint(from_text('2026-11-20T12:00:00Z'))")
    assert told.strip() == "848491200", "what was compiled here is executed there"
    assert json.loads(link.run("print(open('/board.json').read())"))["chip"] == "esp32"
    assert deploy.deploy(link, files) == (0, 0, 0)


def test_all_that_a_laptop_runs_is_deployed(files):
    """What is made of other files as well, such as the page."""
    wanted = {f"/{name[:-3]}.mpy" for name in rom.station_files("simulator") if "/" in name}
    assert {name for name in files if name.endswith(".mpy")} == wanted and "/chargelet/page/content.mpy" in wanted


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
    did = link.run("print(open('/did').read())").splitlines()
    assert did[:3] == ["watchdog 60000", "pin 32 0", "reset"], "before anything changed, and contactor first"


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
    monkeypatch.setattr(board_link, "_MIN", (1, 99))
    with pytest.raises(BoardError, match="MicroPython 1.99 or later .*make flash"):
        link.check()


def test_a_board_is_asked_what_it_is(link, table, few):
    facts = board_facts.ask(link, table)
    assert facts == board_facts.Facts("esp32", "Generic with ESP32", 8 << 20, None, (), True, True)
    board_facts.refuse(facts, table)
    deploy.deploy(link, few)
    assert link.run("import chargelet.version as v\nprint(v.VERSION)").strip()
    assert board_facts.ask(link, table).frozen is None, "what was loaded from files is not frozen"


@pytest.mark.parametrize(
    ("name", "machine", "ram", "lacks", "said"),
    [
        ("esp32", "Generic with ESP32", 290000, (), "has 283 kB of RAM, too little .*make flash.*image/README"),
        ("esp32c3", "Board with ESP32C3", 290000, (), "too little for the firmware in files"),
        ("esp32s3", "Board with ESP32S3", 8 << 20, (), None),
        ("esp32s3", "Generic with ESP32", 8 << 20, (), "file says esp32s3, and on that port is Generic with ESP32"),
        ("esp32-evse", "Generic with ESP32", 4 << 20, (16, 17), "lights.red: Generic with ESP32 has no pin 17, ext"),
        ("esp32", "JS with Emscripten", 8 << 20, (), "on that port is JS with Emscripten"),
    ],
)
def test_what_cannot_run_is_refused(name, machine, ram, lacks, said):
    table = check_board.read(name)
    assert check_board.mistakes(table) == []
    board = WebBoard(machine, ram, lacks)
    link = BoardLink(board.port, 60)
    facts = board_facts.ask(link, table)
    link.close()
    board.close()
    if said:
        with pytest.raises(BoardError, match=said):
            board_facts.refuse(facts, table)
        if "too little" in said:
            board_facts.refuse(facts._replace(frozen="0.1.0"), table)
    else:
        board_facts.refuse(facts, table)


def test_an_image_without_what_a_board_file_wants(table):
    facts = board_facts.Facts("esp32", "x", 8 << 20, None, (), False, False)
    with pytest.raises(BoardError, match="no pulse counter"):
        board_facts.refuse(facts, table)
    ethernet = check_board.read("olimex-esp32-poe")
    check_board.mistakes(ethernet)
    with pytest.raises(BoardError, match="knows no Ethernet"):
        board_facts.refuse(facts._replace(counter=True), ethernet)
    board_facts.refuse(facts._replace(counter=True, lan=True), ethernet)


def test_with_the_firmware_in_the_image_only_the_boards_own_files_stay(link, few, table):
    deploy.deploy(link, few)
    own = deploy.own_files("esp32", table)
    count, _, gone = deploy.deploy(link, own)
    assert (count, gone) == (0, len(few) - len(own))
    assert link.files(["/chargelet", "/uwebsockets"]) == []
    left = link.run("import os\nprint(' '.join(os.listdir('/')))").split()
    assert "chargelet" not in left and "uwebsockets" not in left, "an empty folder would hide what is frozen"
    assert {"board.json", "boot.py", "main.py", "slots.py"} <= set(left)


def test_what_goes_wrong_on_the_board_is_said(link):
    with pytest.raises(BoardError, match="the board says: ZeroDivisionError"):
        link.run("1 / 0")
    with pytest.raises(BoardError, match="/way/x was not written"):
        link.run("open('/way', 'w').close()")
        link.write("/way/x", b"a file is in the way")


def as_a_person(tool, *arguments, tmp_path, given=""):
    command = [sys.executable, str(rom.ROOT / "tools" / tool), *arguments]
    return subprocess.run(command, input=given, capture_output=True, text=True, timeout=300, cwd=tmp_path)


def test_from_the_command_line(board, tmp_path):
    done = as_a_person("deploy.py", "olimex-esp32-poe", board.port, tmp_path=tmp_path)
    assert done.returncode == 0 and "all verified" in done.stdout, done.stderr
    again = as_a_person("deploy.py", "olimex-esp32-poe", board.port, tmp_path=tmp_path)
    assert "all is there already" in again.stdout
    (tmp_path / "mine.toml").write_text('[csms]\nurl = "http://example.org"\nidentity = "A"\npassword = "x"\n')
    done = as_a_person("provision.py", board.port, "--file", "mine.toml", tmp_path=tmp_path)
    assert done.returncode == 1 and "csms.url: 'http://example.org'" in done.stderr and "nothing was" in done.stderr
    wifi = '[wifi]\nname = "garage"\n'
    (tmp_path / "mine.toml").write_text(wifi + '[csms]\nurl = "ws://example.org"\nidentity = "A"\npassword = "x"\n')
    done = as_a_person("provision.py", board.port, "--file", "mine.toml", tmp_path=tmp_path)
    assert done.returncode == 0 and "written" in done.stdout, done.stderr
    assert "no Wi-Fi: what is said of one is left out" in done.stdout, "the board has Ethernet"


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
