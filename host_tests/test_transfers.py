"""When files are fetched and sent, how often, and from where on: over a network that the test hands in."""

from chargelet.transport import files
from fakes.bench import Bench
from fakes.clock import run
from fakes.storage import FakeStorage


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

    async def put(self, url, length, pieces):
        self.asked.append(url)
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
            sink(content[at : at + 10])


class Installer:
    """Takes what comes."""

    def __init__(self, storage):
        self.content = storage.values.setdefault("package", b"")
        self._storage = storage
        self.right = True
        self.active = False
        self.checking = None

    @property
    def received(self):
        return len(self._storage.values["package"])

    def begin(self, offset):
        if offset != self.received:
            self._storage.values["package"] = b""

    def write(self, piece):
        self._storage.values["package"] += piece

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
        """Both in a turn of its own."""
        self.work()
        self.work()

    def told(self, kind):
        return [payload["status"] for payload in self.bench.central.all(kind + "StatusNotification")]

    def diagnose(self, location, **more):
        return self.bench.ask("GetDiagnostics", dict(more, location=location))["fileName"]

    def update(self, location, retrieve="2026-11-20T12:00:00Z", **more):
        assert self.bench.ask("UpdateFirmware", dict(more, location=location, retrieveDate=retrieve)) == {}


def test_a_try_after_the_other_and_between_them_nothing_waits():
    scene = Scene()
    scene.network.fails = 2
    name = scene.diagnose("http://x/", retries=3, retryInterval=60)
    assert scene.work() and scene.told("Diagnostics") == ["Uploading"]
    assert not scene.work()
    scene.bench.run(58000, 1000)
    assert not scene.work()
    scene.bench.run(1000)
    assert scene.work() and len(scene.network.asked) == 2
    scene.bench.run(60000, 1000)
    assert scene.work() and scene.network.asked == ["http://x/" + name] * 3
    assert b"a line" in scene.network.sent[0] and scene.told("Diagnostics") == ["Uploading", "Uploaded"]
    assert not scene.work() and "diagnostics" not in scene.bench.storage.values


def test_all_tries_in_vain():
    scene = Scene()
    scene.network.fails = 9
    scene.diagnose("http://x/y", retries=1, retryInterval=1)
    while scene.bench.station.maintenance().upload:
        scene.work()
        scene.bench.run(1000)
    assert len(scene.network.asked) == 2 and scene.told("Diagnostics") == ["Uploading", "UploadFailed"]


def test_a_newer_request_does_not_wait_for_an_older_one():
    scene = Scene()
    scene.network.fails = 1
    scene.diagnose("http://old/", retries=9, retryInterval=86400)
    scene.work()
    scene.diagnose("http://new/")
    assert scene.work() and scene.network.sent and scene.told("Diagnostics")[-1] == "Uploaded"
    scene.network.fails = 1
    scene.update("http://old/", retries=9, retryInterval=86400)
    scene.work()
    scene.network.files["http://new/"] = ("1", b"firmware")
    scene.update("http://new/")
    scene.fetch_and_install()
    assert scene.installer.active and scene.network.asked[-1] == ("http://new/", 0, 0)


def test_a_newer_request_in_the_middle_of_a_download():
    scene = Scene()
    scene.network.files = {"http://old/": ("1", b"o" * 100), "http://new/": ("1", b"n" * 100)}
    scene.network.meanwhile = lambda at: at == 50 and scene.update("http://new/")
    scene.update("http://old/")
    scene.work()
    assert len(scene.packages.values["package"]) == 50 and not scene.installer.active
    assert scene.told("Firmware") == ["Downloading"]
    scene.network.meanwhile = None
    scene.fetch_and_install()
    assert scene.packages.values["package"] == b"n" * 100 and scene.installer.active


def test_a_newer_request_while_the_older_is_installed():
    scene = Scene()
    scene.network.files["http://old/"] = ("1", b"o" * 100)
    later = "2026-11-21T12:00:00Z"
    scene.installer.checking = lambda: scene.update("http://new/", later)
    scene.update("http://old/")
    scene.fetch_and_install()
    assert not scene.installer.active and scene.told("Firmware")[-1] == "InstallationFailed"
    assert scene.bench.station.maintenance().update["location"] == "http://new/"
    after = scene.bench.cut()
    assert after.station.maintenance().update["location"] == "http://new/"
    assert [connector.blocked for connector in scene.bench.station.connectors] == [False]


def test_a_download_goes_on_where_it_was_cut_off():
    scene = Scene()
    scene.network.files["http://x/"] = ("v1", b"0123456789" * 10)

    def cut(at):
        if at == 40:
            scene.network.meanwhile = None
            raise OSError(104)

    scene.network.meanwhile = cut
    scene.update("http://x/", retryInterval=1)
    scene.work()
    scene.bench.run(1000)
    scene.fetch_and_install()
    assert scene.network.asked == [("http://x/", 0, 0), ("http://x/", 40, "v1")]
    assert scene.packages.values["package"] == b"0123456789" * 10 and scene.installer.active


def test_no_part_of_another_file_or_version_is_gone_on_with():
    for location, version in (("http://x/", "v2"), ("http://y/", "v1")):
        scene = Scene()
        scene.network.files["http://x/"] = ("v1", b"o" * 100)

        def cut(at, scene=scene):
            if at == 40:
                scene.network.meanwhile = None
                raise OSError(104)

        scene.network.meanwhile = cut
        scene.update("http://x/", retries=0)
        scene.work()
        assert scene.told("Firmware")[-1] == "DownloadFailed"
        scene.network.files = {location: (version, b"n" * 100)}
        scene.update(location)
        scene.fetch_and_install()
        assert scene.packages.values["package"] == b"n" * 100 and scene.installer.active
    for damage in (b"rubbish", b"[]", b"{}", b"7"):
        scene = Scene()
        scene.network.files["http://x/"] = ("v1", b"n" * 100)
        scene.packages.values["package"] = b"old"
        scene.bench.storage.write("fetching", damage)
        scene.update("http://x/")
        scene.work()
        assert scene.packages.values["package"] == b"n" * 100, damage


def test_diagnostics_go_while_firmware_waits_for_the_end_of_a_session():
    scene = Scene()
    scene.network.files["http://x/"] = ("v1", b"n" * 100)
    scene.bench.charging()
    scene.update("http://x/")
    scene.work()
    assert scene.told("Firmware") == ["Downloading", "Downloaded"] and not scene.work()
    scene.diagnose("http://x/")
    assert scene.work() and scene.network.sent and scene.told("Diagnostics")[-1] == "Uploaded"
    scene.bench.swipe()
    scene.bench.unplug()
    scene.bench.run(3000)
    assert scene.work() and scene.installer.active and scene.bench.resets
    assert len([asked for asked in scene.network.asked if asked[0] == "http://x/"]) == 1
    assert scene.told("Firmware")[-1] == "Installing"


def test_a_power_cut_after_the_activation_repeats_nothing():
    scene = Scene()
    scene.update("http://x/")
    maintenance = scene.bench.station.maintenance()
    maintenance.installing()
    after = scene.bench.cut()
    assert after.station.maintenance().update["installing"]
    after.station.maintenance().started("Installed")
    after.connect()
    after.run(1000)
    assert after.central.all("FirmwareStatusNotification") == [{"status": "Installed"}]
    assert not after.cut().station.maintained


def test_a_request_that_came_before_the_restart_outlives_it():
    scene = Scene()
    scene.update("http://new/", "2026-11-21T12:00:00Z")
    after = scene.bench.cut()
    after.station.maintenance().started("Installed")
    assert after.station.maintenance().update["location"] == "http://new/"
    assert after.cut().station.maintained


def test_what_is_not_right_is_not_installed_and_charging_goes_on():
    scene = Scene()
    scene.installer.right = False
    scene.network.files["http://x/"] = ("v1", b"n" * 100)
    scene.update("http://x/")
    scene.fetch_and_install()
    scene.bench.run(1000)
    assert scene.told("Firmware") == ["Downloading", "Downloaded", "Installing", "InstallationFailed"]
    scene.bench.charging()


def test_no_password_gets_into_the_log():
    scene = Scene()
    scene.network.fails = 2
    scene.diagnose("ftp://user:secret@host/dir/", retries=0)
    scene.update("http://user:se@cret@host/fw", retries=0)
    scene.work()
    lines = [line for line in scene.bench.lines if line.startswith("files")]
    assert len(lines) == 2 and "cret" not in str(lines) and "ftp://host/dir/" in lines[0]
