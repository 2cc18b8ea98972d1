"""tools/setup in a tree of its own, without a network: what it makes, how often, and what it says where it cannot."""

import concurrent.futures
import glob
import os
import shutil
import stat
import subprocess
import sys
import time

import pytest

import rom


@pytest.fixture
def tree(tmp_path):
    """A project of set-up only, with no packages to install and no package sources."""
    (tmp_path / "tree" / "tools").mkdir(parents=True)
    for name in ("setup", "get_micropython.sh", "debian.sh"):
        shutil.copy(rom.ROOT / "tools" / name, tmp_path / "tree" / "tools")
    shutil.copytree(rom.ROOT / "tools" / "frozen", tmp_path / "tree" / "tools" / "frozen")
    (tmp_path / "tree" / "tools" / "requirements.txt").write_text("# none\n")
    (tmp_path / "etc").mkdir()
    (tmp_path / "bin").mkdir()
    return tmp_path / "tree"


def setup(tree, *arguments, **more):
    environment = {**os.environ, "APT_ETC": str(tree.parent / "etc"), "PYTHON": sys.executable, **more}
    environment["PATH"] = f"{tree.parent / 'bin'}:{os.environ['PATH']}"
    started = time.monotonic()
    done = subprocess.run([tree / "tools" / "setup", *arguments], env=environment, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr, time.monotonic() - started


def program(path, text):
    path.write_text(text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def no_micropython_yet(monkeypatch):
    """Hide a MicroPython that this machine may have."""
    own = shutil.which("micropython")
    if own:
        kept = [part for part in os.environ["PATH"].split(":") if part != os.path.dirname(own)]
        monkeypatch.setenv("PATH", ":".join(kept))


def test_once_is_enough_also_for_several_at_once(tree, monkeypatch):
    no_micropython_yet(monkeypatch)
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        outcomes = list(pool.map(lambda _: setup(tree), range(3)))
    assert [status for status, _, _ in outcomes] == [0, 0, 0], outcomes
    said = "".join(text for _, text, _ in outcomes)
    assert said.count("making the virtual environment") == 1
    assert said.count("no MicroPython: everything runs on CPython alone") == 1
    assert (tree / ".venv" / "bin" / "python").exists()

    status, text, seconds = setup(tree)
    assert (status, text) == (0, "")
    assert seconds < 1  # some 0.07 s on an idle machine

    status, text, _ = setup(tree, "--print")
    assert status == 0
    assert "Python 3." in text and "no MicroPython: everything runs on CPython alone" in text
    assert "fetching" not in text
    assert "fetching" in setup(tree, "--retry")[1]

    # Other packages are another environment.
    (tree / "tools" / "requirements.txt").write_text("# none still\n")
    assert "making the virtual environment" in setup(tree)[1]


def with_packages(tree):
    """As if they had been installed."""
    (tree / ".venv" / "bin").mkdir(parents=True)
    (tree / ".venv" / "bin" / "python").symlink_to(sys.executable)
    (tree / ".build").mkdir()
    version = subprocess.run([sys.executable, "-V"], capture_output=True, text=True).stdout.strip()
    (tree / ".build" / "venv.done").write_text(f"# none\n{version}\n{tree}")


def test_a_micropython_on_the_path_is_used_if_it_can_do_what_is_needed(tree):
    with_packages(tree)
    own = tree.parent / "bin" / "micropython"

    program(own, "#!/bin/sh\nexit 1\n")
    status, text, _ = setup(tree, "--print")
    assert status == 0 and "no MicroPython" in text

    program(own, "#!/bin/sh\necho 'x; MicroPython v9'\n")
    status, text, _ = setup(tree, "--retry")
    assert status == 0 and f"MicroPython v9, {own}, heap 192k" in text

    # With 64 bits (the question for 32 has the comparison in it) only where there is none with 32; with more heap.
    shutil.rmtree(tree / ".mpy")
    program(own, "#!/bin/sh\ncase $2 in *'1 << 32'*) exit 1 ;; esac\necho 'x; MicroPython v9'\n")
    status, text, _ = setup(tree, "--retry")
    assert status == 0 and f"MicroPython v9, {own}, heap 384k" in text


def made_when(tree, name, made):
    """In place of what gets one of the two: it waits for a file, makes the other, and is counted."""
    wait = f'until [ -e "{tree}/{made}.may" ]; do sleep 0.05; done'
    about = "mkdir -p .mpy/frozen; echo one >.mpy/frozen/about"
    own = "mkdir -p .mpy\nprintf '#!/bin/sh\\necho \"x; MicroPython v9\"\\n' >.mpy/own\nchmod +x .mpy/own"
    own += "\nmv .mpy/own .mpy/micropython"
    text = f"#!/bin/sh\necho once >>{tree}/{made}.count\n{wait}\n{about if made == 'frozen' else own}\n"
    program(tree / "tools" / name, text)


def test_what_is_there_first_serves_and_the_other_is_made_meanwhile(tree, monkeypatch):
    no_micropython_yet(monkeypatch)
    with_packages(tree)
    made_when(tree, "frozen/get", "frozen")
    made_when(tree, "get_micropython.sh", "fetched")
    recipe = tree / ".mpy" / "frozen" / "recipe"

    (tree / "fetched.may").touch()
    status, text, _ = setup(tree, "--first")
    assert status == 0 and "building" in text and "is still being built" in text
    assert "MicroPython v9" in text and "heap 192k from ROM" in text and "frozen in, heap" not in text
    assert not recipe.exists()

    # Whoever needs both waits for what is being made, and makes nothing twice.
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        both = pool.submit(setup, tree, "--print")
        (tree / "frozen.may").touch()
        status, text, _ = both.result()
    assert status == 0 and "one, the firmware frozen in, heap 88k" in text and "MicroPython v9" in text
    assert recipe.exists()
    assert (tree / "frozen.count").read_text() == (tree / "fetched.count").read_text() == "once\n"

    # The other way round.
    shutil.rmtree(tree / ".mpy")
    (tree / "fetched.may").unlink()
    status, text, _ = setup(tree, "--first")
    assert status == 0 and "one, the firmware frozen in, heap 88k" in text and "still" not in text
    assert not (tree / ".mpy" / "micropython").exists()
    (tree / "fetched.may").touch()
    assert "MicroPython v9" in setup(tree, "--print")[1]
    assert (tree / "fetched.count").read_text() == "once\n" * 2


def test_what_is_missing_is_named(tree):
    assert setup(tree, "--wrong")[:2] == (1, "setup: --wrong: --print, --first and --retry are all there is\n")
    status, text, _ = setup(tree, PYTHON="no-such-python")
    assert status == 1 and "no no-such-python: install Python 3.11 or later" in text
    old = tree.parent / "bin" / "old"
    program(old, "#!/bin/sh\ncase $1 in -V) echo Python 3.9.2 ;; *) exit 1 ;; esac\n")
    status, text, _ = setup(tree, PYTHON=str(old))
    assert status == 1 and "Python 3.11 or later is needed" in text and "3.9.2" in text
    bare = tree.parent / "bin" / "bare"
    program(bare, f"#!/bin/sh\ncase $2 in *ensurepip*) exit 1 ;; esac\nexec '{sys.executable}' \"$@\"\n")
    status, text, _ = setup(tree, PYTHON=str(bare))
    assert status == 1 and "install the package python3-venv" in text


@pytest.mark.skipif(
    not shutil.which("apt-get") or not glob.glob("/usr/share/keyrings/debian-archive-keyring.*"), reason="no Debian"
)
@pytest.mark.parametrize(
    "name, text",
    [
        ("sources.list", "# comment\ndeb [arch=amd64 signed-by=/x] http://127.0.0.1:9/debian stable main\n"),
        ("sources.list.d/a.list", "deb http://127.0.0.1:9/debian/ stable main\n"),
        ("sources.list.d/a.sources", "Types: deb\nURIs: http://127.0.0.1:9/debian\nSuites: stable\n"),
    ],
)
def test_packages_come_from_the_machines_own_sources(tree, name, text):
    etc = tree.parent / "etc"
    (etc / "sources.list.d").mkdir()
    (etc / "sources.list.d" / "0.list").write_text("deb http://127.0.0.1:9/somebody-else stable main\n")
    (etc / name).write_text(text)
    environment = dict(os.environ, APT_ETC=str(etc), ARCH="i386", RETRIES="0")
    done = subprocess.run(
        [tree / "tools" / "get_micropython.sh", tree / "got"], env=environment, capture_output=True, text=True
    )
    assert done.returncode == 1
    # Nobody listens there: one line says so.
    (line,) = done.stderr.splitlines()
    assert "http://127.0.0.1:9/debian/" in line
    assert os.listdir(tree / "got") == []
