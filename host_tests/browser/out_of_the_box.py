"""A station as it comes out of its box: in the frozen form, without an installation, in a house with two Wi-Fis."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import threading
import time
import urllib.request
from pathlib import Path

import interpreter
import rom
from control_port import free_port, listens
from csms import CentralSystem

_PATIENCE_S = 120


class OutOfTheBox:
    """tools/station with its set-up page at `url`; `path` is where its installation will be. cut() is a power cut.

    `central` is what CentralSystem() is given, `options` are more of tools/station.
    """

    def __init__(self, state, *options, **central):
        self._port, self._control = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self._port}/"
        self.path = state / "provisioned" / "installation.json"
        self.log = state / "station.log"
        state.mkdir()
        self._command = [
            rom.ROOT / "tools/station", "--set-up", str(self._port), "--state", state, "--control", str(self._control),
            "--air", json.dumps({"garage": "correct horse", "garden": ""}), *options,
        ]  # fmt: skip
        self._process = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.csms = CentralSystem(**central)
        self.wait(self.csms.listen())
        interpreter.build(rom.station_files("simulator"))

    def wait(self, what):
        return asyncio.run_coroutine_threadsafe(what, self._loop).result(_PATIENCE_S)

    def start(self, *options):
        """Switch it on, with these options besides (the last one of a kind counts), and wait until it listens."""
        with open(self.log, "ab") as log:
            self._process = subprocess.Popen([*self._command, *options], stderr=log, stdout=log, start_new_session=True)
        self.until(lambda: listens(self._port))

    def asks(self) -> "str | None":
        """The address of the set-up page, while it is there."""
        try:
            with urllib.request.urlopen(self.url + "doing", timeout=30) as answer:
                return self.url if "doing" in json.loads(answer.read()) else None
        except (OSError, ValueError):
            return None

    def cut(self):
        """The power is gone."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        while listens(self._port):  # the interpreter below it goes a moment later
            time.sleep(0.05)

    def has_open(self, path) -> bool:
        """Whether one of its processes has a file open."""
        for folder in Path("/proc").glob("[0-9]*/fd"):
            with contextlib.suppress(OSError):
                if os.getpgid(int(folder.parent.name)) == self._process.pid:
                    if any(os.readlink(each) == str(path) for each in folder.iterdir()):
                        return True
        return False

    def until(self, what):
        """Wait until a function says something; it."""
        end = time.monotonic() + _PATIENCE_S
        while time.monotonic() < end:
            found = what()
            if found:
                return found
            assert self._process.poll() is None, self.log.read_text()[-2000:]
            time.sleep(0.05)
        raise AssertionError(self.log.read_text()[-2000:])

    def do(self, cmd, **arguments):
        """A command to the simulated world, which is there once a station runs."""
        with socket.create_connection(("127.0.0.1", self._control), _PATIENCE_S) as link:
            link.sendall(json.dumps({"cmd": cmd, **arguments}).encode() + b"\n")
            answer = json.loads(link.makefile().readline())
        assert answer["ok"], (cmd, answer)
        return answer

    def calls(self, action, count=1):
        """Wait for so many calls of an action at the central system; their payloads."""
        self.until(lambda: len(self.csms.calls(action)) >= count)
        return self.csms.calls(action)

    def close(self):
        if self._process and self._process.poll() is None:
            self.cut()
        self.wait(self.csms.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
