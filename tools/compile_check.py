"""Compiles every file of the firmware and the boards with mpy-cross: a gate for syntax that MicroPython lacks."""

import shutil
import sys
import tempfile
from pathlib import Path

import rom


def main():
    with tempfile.TemporaryDirectory() as work:
        count = 0
        for name in ("firmware", "boards"):
            tree = Path(work) / name
            shutil.copytree(rom.ROOT / name, tree, ignore=shutil.ignore_patterns("__pycache__"))
            count += sum(1 for _ in tree.rglob("*.py"))
            try:
                rom.compile_all(tree)
            except RuntimeError as error:
                sys.exit(f"mpy-cross: {error}")
    print(f"{count} files compile for MicroPython")


if __name__ == "__main__":
    main()
