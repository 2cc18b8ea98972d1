"""Images of the firmware: what goes in, made once, the same for everybody who asks at once."""

import concurrent.futures
import json
import os
import subprocess
import sys
import time

import pytest

import interpreter
import rom


@pytest.fixture
def build_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(rom, "BUILD", tmp_path / "build")
    return tmp_path / "build"


@pytest.fixture
def runs(monkeypatch):
    """The programs that were started."""
    started = []
    real = rom._run

    def run(command):
        started.append(command[0].rsplit("/", 1)[-1])
        real(command)

    monkeypatch.setattr(rom, "_run", run)
    return started


def test_the_stations_files_are_firmware_board_and_its_facts():
    files = rom.station_files("simulator")
    assert {"main.py", "machine.py", "board.json", "chargelet/compose.py", "uwebsockets/frames.py"} <= set(files)
    assert not [name for name in files if name.startswith("test_") or "manifest" in name or name.endswith(".md")]
    assert isinstance(json.loads(files["board.json"])["connector"], list)


def test_a_board_is_a_name_or_a_path(tmp_path):
    (tmp_path / "board.toml").write_text("a = 1\n")
    assert rom.board_folder(str(tmp_path)) == tmp_path.resolve()
    assert rom.board_folder("simulator") == rom.ROOT / "boards" / "simulator"
    with pytest.raises(FileNotFoundError, match="nosuch is not one of .*simulator"):
        rom.board_folder("nosuch")


def test_who_waits_for_an_image_of_the_firmware_is_told(build_folder, capfd):
    files = {"main.py": b"print(1)\n", "chargelet/compose.py": b"x = 2\n"}
    rom.build(files)
    assert capfd.readouterr().err.startswith("building a ROM image of the firmware")
    rom.build(files)
    rom.build({"main.py": b"print(2)\n"})  # small: done before anybody wonders
    assert capfd.readouterr().err == ""


def test_an_image_is_made_once(build_folder, runs):
    files = {"main.py": b"print(1)\n", "sub/two.py": b"x = 2\n", "board.json": b"{}"}
    first = rom.build(files)
    made = len(runs)
    assert made == 3  # two files compiled, one image
    before = first.read_bytes()
    assert rom.build(dict(reversed(files.items()))) == first
    assert len(runs) == made
    assert first.read_bytes() == before


@pytest.mark.parametrize("kind", rom.KINDS)
def test_other_content_or_another_name_is_another_image(build_folder, kind):
    one = rom.build({"a.py": b"x = 1\n"}, kind)
    assert rom.build({"a.py": b"x = 2\n"}, kind) != one
    assert rom.build({"b.py": b"x = 1\n"}, kind) != one
    assert rom.build({"a.py": b"x = 1\n"}, kind) == one


def test_the_three_kinds(build_folder):
    files = {"a.py": b"x = 1\n", "sub/b.py": b"y = 2\n", "board.json": b"{}"}
    plain, compiled, image = (rom.build(files, kind) for kind in ("py", "mpy", "rom"))

    def names(folder):
        return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())

    assert names(plain) == ["a.py", "board.json", "sub/b.py"]
    assert names(compiled) == ["a.mpy", "board.json", "sub/b.mpy"]
    assert (compiled / "a.mpy").read_bytes() in image.read_bytes()


def test_an_image_does_not_depend_on_where_it_was_made(build_folder, monkeypatch, tmp_path):
    files = {"sub/a.py": b"def f():\n    return 1\n"}
    one = rom.build(files)
    monkeypatch.setattr(rom, "BUILD", tmp_path / "another" / "build")
    two = rom.build(files)
    assert one != two and one.read_bytes() == two.read_bytes()
    assert str(tmp_path).encode() not in one.read_bytes()


def test_what_does_not_compile_is_named_and_leaves_nothing(build_folder):
    with pytest.raises(RuntimeError, match=r'(?s)"sub/bad\.py", line 2.*SyntaxError'):
        rom.build({"good.py": b"x = 1\n", "sub/bad.py": b"x = 1\nmatch x:\n    case 1: pass\n"})
    assert list((build_folder / "rom").iterdir()) == []


def test_several_at_once_get_the_same_whole_image(tmp_path):
    program = (
        "import pathlib, sys\n"
        f"sys.path.insert(0, {str(rom.ROOT / 'tools')!r})\n"
        "import rom\n"
        f"rom.BUILD = pathlib.Path({str(tmp_path)!r})\n"
        "image = rom.build({'a.py': b'x = 1', 'b.py': b'y = 2'}, sys.argv[1])\n"
        "print(image, sum(path.stat().st_size for path in [image, *image.rglob('*')]))\n"
    )

    def one(kind):
        return subprocess.run([sys.executable, "-c", program, kind], capture_output=True, text=True, check=True).stdout

    for kind in rom.KINDS:
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            assert len(set(pool.map(one, [kind] * 4))) == 1
        assert len(list((tmp_path / kind).iterdir())) == 1


def test_what_nobody_asks_for_any_more_goes(build_folder):
    old, used, new = ({"a.py": b"x = %d\n" % number} for number in range(3))
    forgotten, kept = rom.build(old), rom.build(used)
    cut_off = build_folder / "rom" / "tmpcutoff"
    cut_off.mkdir()
    long_ago = time.time() - 30 * 24 * 3600
    for path in (forgotten, kept, cut_off):
        os.utime(path, (long_ago, long_ago))
    rom.build(used)
    rom.build(new)
    assert kept.exists() and not forgotten.exists() and not cut_off.exists()


@pytest.mark.skipif(not interpreter.there(), reason="no MicroPython here")
def test_an_image_runs_outside_the_heap(build_folder):
    text = "x" * 60_000
    files = {"text.py": f"TEXT = {text!r}\n".encode(), "sub/__init__.py": b"", "sub/where.py": b"PLACE = __file__\n"}
    files["main.py"] = (
        b"import gc, os\n"
        b"import text\nfrom sub.where import PLACE\n"
        b"gc.collect()\n"
        b"print(len(text.TEXT), PLACE, gc.mem_alloc() < 3000, os.getcwd())\n"
    )
    command = interpreter.from_rom(rom.build(files), heap_size="40k")
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.stdout.split() == ["60000", "sub/where.mpy", "True", "/rom"], done


@pytest.mark.skipif(not interpreter.there(), reason="no MicroPython here")
def test_an_image_that_is_not_there_is_said(build_folder):
    image = rom.build({"main.py": b"print(1)\n"})
    command = interpreter.from_rom(image)
    image.unlink()
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode and "cannot be opened" in done.stdout + done.stderr
