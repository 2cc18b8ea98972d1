"""A station with files to carry, a network and an installer that the test hands in."""

from hashlib import sha256

from chargelet.transport import files
from chargelet.transport.location import in_folder

from .bench import Bench
from .clock import run
from .storage import FakeStorage


class Network:
    """A transport, of which the test says what happens: `fails` so many times, `files` by location."""

    def __init__(self):
        self.fails = 0
        self.files = {}  # location → (version, content)
        self.asked = []
        self.sent = []
        self.meanwhile = None  # called in the middle of a download

    def of(self, url):
        return self

    async def put(self, url, name, length, pieces):
        self.asked.append(in_folder(url, name))
        if self.fails:
            self.fails -= 1
            raise OSError(111)
        content = b"".join(pieces())
        assert len(content) == length
        self.sent.append(content)

    async def get(self, url, start, version, begin, sink):
        self.asked.append((url, start, version))
        if self.fails:
            self.fails -= 1
            raise OSError(111)
        now, content = self.files[url]
        if version != now:
            start = 0
        begin(start, now)
        for at in range(start, len(content), 10):
            if self.meanwhile:
                self.meanwhile(at)
            await sink(content[at : at + 10])


class Installer:
    """Takes what comes."""

    def __init__(self, storage):
        self.content = storage.values.setdefault("package", b"")
        self._storage = storage
        self.right = True
        self.active = False
        self.checking = self.writing = None

    @property
    def received(self):
        return len(self._storage.values["package"])

    def begin(self, offset):
        if offset != self.received:
            self._storage.values["package"] = b""

    async def write(self, piece):
        if self.writing:
            self.writing()
        self._storage.values["package"] += piece

    async def whole(self):
        pass

    async def digest(self):
        return sha256(self._storage.values["package"]).digest()

    def forget(self):
        self._storage.values["package"] = b""

    async def check(self):
        if self.checking:
            self.checking()
        if not self.right:
            self._storage.values["package"] = b""
            raise ValueError("package: not right")

    def activate(self):
        self.active = True


class Log:
    def each(self):
        yield b"a line\n"


class Scene:
    def __init__(self, **options):
        self.bench = Bench(**options)
        self.network = Network()
        self.packages = FakeStorage()
        self.installer = Installer(self.packages)

    def work(self):
        """What compose.py does twice a second."""
        station = self.bench.station
        maintenance = station.maintenance()
        due = maintenance.upload_due() or maintenance.update_due()
        if due:
            run(self.bench.clock, files.work(station, Log(), lambda: self.installer, self.network.of))
        self.bench.run(500)
        return due

    def fetch_and_install(self):
        """Each in a turn of its own, and so is looking at the signature in between."""
        self.work()
        self.work()
        self.work()

    def told(self, kind):
        return [payload["status"] for payload in self.bench.central.all(kind + "StatusNotification")]

    def diagnose(self, location, **more):
        return self.bench.ask("GetDiagnostics", dict(more, location=location))["fileName"]

    def update(self, location, retrieve="2026-11-20T12:00:00Z", **more):
        assert self.bench.ask("UpdateFirmware", dict(more, location=location, retrieveDate=retrieve)) == {}
