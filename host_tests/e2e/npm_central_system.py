"""Central systems on libraries that others have made and npm has, run by node: central_system.mjs."""

import asyncio
import fcntl
import itertools
import json
import subprocess
from pathlib import Path

import rom
from control_port import free_port
from csms import CallFailed
from web_board import node

VERSIONS = {"ocpp-rpc": "2.2.1", "@voltbras/ts-ocpp": "2.7.3", "ocpp-ts": "0.3.0"}
_PATIENCE_S = 120


def fetched(library: str) -> Path:
    """The folder in which the library lies with what it needs. Raises RuntimeError where it cannot be had."""
    version = VERSIONS[library]
    folder = rom.BUILD / "npm" / f"{library.split('/')[-1]}-{version}"
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # tests run beside each other
        _fetch(library, version, folder)
    return folder


def _fetch(library, version, folder):
    if not (folder / "whole").exists():
        npm = node().parent.parent / "lib/node_modules/npm/bin/npm-cli.js"
        options = ["--prefix", str(folder), "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
        command = [str(node()), str(npm), "install", *options, f"{library}@{version}"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=500)
        if done.returncode:
            raise RuntimeError(f"npm install {library}: {done.stderr.strip()[-300:]}")
        (folder / "whole").touch()


class NpmCentralSystem:
    """`async with NpmCentralSystem("ocpp-rpc") as central:` listens at `url`."""

    def __init__(self, library):
        self._folder = fetched(library)
        self._numbers = itertools.count(1)
        self._waiting = {}
        self._news = asyncio.Condition()
        self.called = []  # (action, payload) of what the station has called
        self.wrong = []  # what the library objects to
        port = free_port()
        self.url = f"ws://127.0.0.1:{port}"
        script = Path(__file__).parent / "central_system.mjs"
        self._command = [str(node()), str(script), str(self._folder), library, str(port)]

    async def __aenter__(self):
        self._process = await asyncio.create_subprocess_exec(
            *self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, limit=1 << 20
        )
        assert json.loads(await self._process.stdout.readline()) == {"listening": True}
        self._reading = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *exception):
        self._reading.cancel()
        self._process.kill()
        await self._process.wait()

    async def _read(self):
        async for line in self._process.stdout:
            told = json.loads(line)
            if "number" in told:
                self._waiting.pop(told["number"]).set_result(told)
            elif "called" in told:
                self.called.append((told["called"], told["payload"]))
            else:
                self.wrong.append(told)
            async with self._news:
                self._news.notify_all()

    async def call(self, action, **payload):
        """The answer's payload. Raises CallFailed with the code of an error."""
        number = next(self._numbers)
        future = self._waiting[number] = asyncio.get_running_loop().create_future()
        self._process.stdin.write(json.dumps({"number": number, "action": action, "payload": payload}).encode() + b"\n")
        told = await asyncio.wait_for(future, _PATIENCE_S)
        if "error" in told:
            raise CallFailed(told["error"], told["text"])
        return told.get("result")

    def all(self, action):
        return [payload for name, payload in self.called if name == action]

    async def until(self, ready):
        """Wait until `ready()` is true."""
        async with self._news:
            await asyncio.wait_for(self._news.wait_for(ready), _PATIENCE_S)

    async def status(self, wanted, connector=1):
        """Wait until the newest status told of a connector is this."""

        def told():
            found = [one["status"] for one in self.all("StatusNotification") if one["connectorId"] == connector]
            return found[-1:] == [wanted]

        await self.until(told)
