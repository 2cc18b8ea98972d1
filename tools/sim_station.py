"""The simulation that `make sim` shows: a central system, a station process, and a web server for its files."""

import asyncio
import json
import os
import signal
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from certificate_authority import CertificateAuthority

import package
from control_port import free_port
from csms import CentralSystem
from sim_page import SimPage
from sim_trace import Trace

ROOT = Path(__file__).resolve().parent.parent
# Of the station's page, which the simulated board serves on the loopback interface alone.
PASSWORD = "simulated"
KEY = ROOT / "boards" / "simulator" / "signing-key.pem"


class Files:
    """Takes what a station sends (diagnostics) and gives what it fetches (firmware); kept in a folder."""

    def __init__(self, folder: Path, arrived):
        class Handler(BaseHTTPRequestHandler):
            def do_PUT(self):
                path = folder / Path(self.path).name
                path.write_bytes(self.rfile.read(int(self.headers.get("content-length", 0))))
                self.send_response(201)
                self.send_header("content-length", "0")
                self.end_headers()
                arrived(path)

            def do_GET(self):
                path = folder / Path(self.path).name
                if not path.is_file():
                    self.send_error(404)
                    return
                content = path.read_bytes()
                self.send_response(200)
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *arguments):
                pass  # what happens is on the wire to the central system

        folder.mkdir(exist_ok=True)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()


class Simulation:
    """The central system, the station process, and the ways to play with both."""

    def __init__(self, console, state: Path, extra):
        self.console = console
        self.connectors = 2
        self.page = SimPage(self, lambda: self._page_port)
        self.trace = Trace(console)
        watch = lambda event: (self.trace(event), self.page.saw(event))  # noqa: E731
        self.csms = CentralSystem(watch=watch, authority=CertificateAuthority())
        self.files_folder = state / "files"
        self._turn = asyncio.Lock()
        self._page_port = None
        self.list_version = 0
        self._state = state
        self._log = state / "station.log"
        self._extra = extra
        self._process = None
        self._reader = self._writer = None
        self._files = None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def power_on(self):
        """Start the station (again)."""
        if self.running:
            raise ValueError("the station is running")
        self._port = free_port()
        command = [ROOT / "tools/station", "--csms", self.csms.url, "--identity", "CP001", "--state", self._state]
        self._page_port = self._page_port or free_port()
        command += ["--control", str(self._port), "--connectors", str(self.connectors), "--page", str(self._page_port)]
        command += ["--secure-csms", self.csms.secure_url]
        command += ["--config", json.dumps({"MeterValueSampleInterval": 2}), *self._extra]
        with open(self._log, "ab") as log:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                env=dict(os.environ, CHARGELET_PAGE_PASSWORD=PASSWORD),
            )  # fmt: skip

    def power_off(self):
        """A power cut: the whole process group is killed on the spot."""
        if self.running:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        if self._writer:
            self._writer.transport.abort()
        self._reader = self._writer = None

    def close(self):
        """The end of all of it."""
        self.power_off()
        self.page.close()
        if self._files:
            self._files.close()

    async def do(self, cmd, **arguments):
        """A command of the control port; raises ValueError with what is wrong."""
        async with self._turn:
            return await self._do(cmd, arguments)

    async def _do(self, cmd, arguments):
        if not self.running:
            raise ValueError("the station has no power: type back")
        if self._writer is None:
            for _ in range(100):
                try:
                    self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
                    break
                except OSError:
                    await asyncio.sleep(0.05)
            else:
                raise ValueError(f"the station does not listen; see {self._log}")
        try:
            self._writer.write(json.dumps({"cmd": cmd, **arguments}).encode() + b"\n")
            answer = json.loads(await self._reader.readline())
        except (OSError, ValueError):
            self._reader = self._writer = None
            raise ValueError("the power went while it was asked") from None
        if not answer.pop("ok"):
            raise ValueError(answer["error"])
        return answer

    async def status(self, wanted, connector=1, timeout=20):
        """Wait until the central system has been told a status."""
        await self.csms.until(lambda: self.csms.statuses(connector)[-1:] == [wanted], timeout)

    async def said(self, text, timeout):
        """Wait until a text is in what was shown of the messages since the last word of the prompt."""
        try:
            await self.csms.until(lambda: [line for line in self.trace.fresh if text in line], timeout)
        except TimeoutError:
            raise ValueError(f"not within {timeout} s: {text}") from None

    def last_words(self) -> str:
        return self._log.read_text()[-1500:] if self._log.exists() else ""

    def log_size(self) -> int:
        """How much the station has said so far, for log_since()."""
        return self._log.stat().st_size

    def log_since(self, size: int) -> list:
        """The lines that it has said since."""
        return self._log.read_bytes()[size:].decode(errors="replace").splitlines()

    def files(self) -> Files:
        """The web server, from the first time that it is needed."""
        if self._files is None:
            loop = asyncio.get_running_loop()
            said = "[dim]The station's diagnostics:[/] {}"
            arrived = lambda path: loop.call_soon_threadsafe(self.console.print, said.format(path))  # noqa: E731
            self._files = Files(self._state / "files", arrived)
        return self._files

    async def new_firmware(self, version: str) -> str:
        """Pack and sign what lies here as another version; returns where the station can fetch it."""
        if "python" in self._extra:
            raise ValueError("new firmware is an image for MicroPython, and this station runs in CPython")
        files = self.files()
        self.console.print("[dim]New firmware is being built and signed.[/]")
        content = await asyncio.to_thread(package.build, "simulator", version, package.load_key(KEY))
        (self._state / "files" / "firmware.pkg").write_bytes(content)
        return files.url + "/firmware.pkg"
