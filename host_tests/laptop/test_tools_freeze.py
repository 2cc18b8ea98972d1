"""The firmware frozen in: made once, again after a change, and what it is like to run in."""

import concurrent.futures
import subprocess
import sys

import pytest

import freeze
import interpreter
import rom

pytestmark = pytest.mark.skipif(not freeze.there(), reason="nothing can be frozen here: tools/setup --retry")


def said(files, module="main", *arguments, others=None, **options):
    """What a module prints, frozen or from ROM beside what is frozen."""
    beside = rom.build(others) if others else None
    command = freeze.command(freeze.build(files), module, *arguments, beside=beside, **options)
    done = subprocess.run(command, capture_output=True, text=True)
    return done.stdout + done.stderr


def test_it_is_made_once_and_again_after_a_change(monkeypatch, capfd):
    files = {"main.py": b"import chargelet.one\nprint('one')\n", "chargelet/one.py": b"x = 1\n"}
    first = freeze.build(files)
    capfd.readouterr()
    assert freeze.build(dict(reversed(files.items()))) == first and capfd.readouterr().err == ""
    assert said(files) == "one\n"
    files["main.py"] = b"import sys, chargelet.one\nprint('two', sys.modules['chargelet.one'].x)\n"
    freeze.made(files).unlink(missing_ok=True)
    assert freeze.build(files) != first and said(files) == "two 1\n"
    assert capfd.readouterr().err.startswith("building the firmware into MicroPython")
    # A module that is gone is gone.
    del files["chargelet/one.py"]
    assert "no module named 'chargelet" in said(files)


def test_it_is_like_a_board():
    main = (
        b"import sys, time\n"
        b"print(1 / 3, 1 << 29 is 1 << 29, (1 << 30) - 1 == sys.maxsize >> 1, time.gmtime(0)[0], sys.path)\n"
        b"print(time.gmtime()[0] >= 2026, abs(time.mktime(time.localtime()) - time.time()) < 3)\n"
        b"import tls, vfs, select, socket, hashlib, deflate\n"
        b"print(vfs.VfsLfs2, sys.implementation.name)\n"
    )
    lines = said({"main.py": main}).splitlines()
    assert lines[0].startswith("0.3333333 ") and lines[0].endswith(" 2000 ['.frozen']"), lines
    assert lines[1:] == ["True True", "<class 'VfsLfs2'> micropython"]


def test_what_is_frozen_takes_no_heap_for_code_nor_names():
    text = "x" * 60_000
    files = {"text.py": f"TEXT = {text!r}\n".encode()}
    files["main.py"] = b"import gc, text\ngc.collect()\nprint(gc.mem_alloc())\n"
    assert int(said(files, heap="40k")) < 3000


def test_modules_beside_it_come_from_rom():
    others = {
        "beside.py": b"import os, sys\nfrom chargelet import one\nprint(os.listdir('/rom'), one.x, sys.argv[-1])\n"
        b"print([hasattr(module, '__file__') for module in (one, sys.modules[__name__])])\n"
    }
    shown = said({"chargelet/one.py": b"x = 7\n"}, "beside", "given", others=others)
    assert shown == "['beside.mpy'] 7 given\n[False, False]\n"
    command = freeze.command(freeze.build({"main.py": b""}), "main", beside=rom.ROOT / "nowhere.rom")
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode and "ENOENT" in done.stdout + done.stderr


def test_the_firmware_may_call_itself_another_version():
    names = ["chargelet/version.py", "chargelet/base/loading.py"]
    names += [name for name in rom.station_files("esp32") if name.startswith("uwebsockets/")]
    files = {name: rom.FIRMWARE / name for name in names}
    files["main.py"] = b"from chargelet.version import VERSION\nprint(VERSION)\n"
    program = freeze.build(files, "1.2.3-x")
    done = subprocess.run(freeze.command(program, "main"), capture_output=True, text=True)
    assert done.stdout == "1.2.3-x\n"
    with pytest.raises(RuntimeError, match="one line VERSION"):
        freeze.build({"chargelet/version.py": b"VERSION = 1\n"}, "1")


def test_what_does_not_compile_is_named():
    with pytest.raises(RuntimeError, match=r'"chargelet/bad\.py", line 2(?s:.*)SyntaxError'):
        freeze.build({"main.py": b"x = 1\n", "chargelet/bad.py": b"x = 1\nmatch x:\n    case 1: pass\n"})
    assert said({"main.py": b"print('well')\n"}) == "well\n"


def test_several_at_once_get_the_same_whole_program(tmp_path):
    program = (
        f"import sys\nsys.path.insert(0, {str(rom.ROOT / 'tools')!r})\n"
        f"import pathlib, freeze, rom\nrom.BUILD = pathlib.Path({str(tmp_path)!r})\n"
        "made = freeze.build({'main.py': b'print(1)'})\n"
        "print(made, made.stat().st_size)\n"
    )

    def one(_):
        return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout

    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        assert len(set(pool.map(one, range(3)))) == 1
    assert len(list((tmp_path / "frozen").iterdir())) == 1


def test_the_form_can_be_asked_for(monkeypatch):
    monkeypatch.delenv("CHARGELET_FORM", raising=False)
    assert interpreter.form() == "frozen" and interpreter.heap() == freeze.HEAP
    if interpreter.MICROPYTHON.exists():
        monkeypatch.setenv("CHARGELET_FORM", "rom")
        assert interpreter.form() == "rom" and interpreter.heap() != freeze.HEAP


@pytest.mark.parametrize("first", ["rom", ""])
def test_what_has_begun_in_one_form_stays_in_it(monkeypatch, tmp_path, first):
    """`make sim` starts with what is there first; what tools/setup finishes meanwhile is for the next start."""
    monkeypatch.setenv("CHARGELET_FORM", "")
    monkeypatch.setattr(interpreter, "MICROPYTHON", tmp_path / "micropython")
    monkeypatch.setattr(freeze, "FOLDER", tmp_path)
    if first:
        interpreter.MICROPYTHON.touch()
    assert interpreter.form() == first
    interpreter.keep_to_it()
    (tmp_path / "recipe").touch()
    interpreter.MICROPYTHON.touch()
    assert interpreter.form() == first and interpreter.there() == bool(first)
    monkeypatch.setenv("CHARGELET_FORM", "")
    assert interpreter.form() == "frozen"


def test_debians_tcc_builds_it_where_there_is_no_gcc(tmp_path):
    """Out of what is here already: nothing is fetched."""
    folder = tmp_path / "frozen"
    folder.mkdir()
    for name in ("root", "source"):
        (folder / name).symlink_to(freeze.FOLDER / name)
    (folder / "compiler").write_text("tcc\n")
    (folder / "stage").mkdir()
    (folder / "stage" / "manifest.py").write_text('module("hello.py")\n')
    (folder / "stage" / "hello.py").write_text("import tls\nprint('from tcc', 7 // 2, 1 / 3)\n")
    command = [rom.ROOT / "tools" / "frozen" / "build", folder, rom.mpy_cross()]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    usr = freeze.FOLDER / "root" / "usr" / "lib"
    start = [usr / "ld-linux.so.2", "--library-path", usr / "i386-linux-gnu", folder / "build" / "micropython"]
    done = subprocess.run([*start, "-m", "hello"], capture_output=True, text=True)
    assert done.stdout == "from tcc 3 0.3333333\n", done.stderr
