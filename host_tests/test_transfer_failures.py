"""Files that do not come or go: tries that reset the board, want of memory, no room, servers that take for ever."""

from chargelet import compose
from chargelet.station import brought
from fakes.clock import run
from fakes.transfers import Installer, Scene


class Reset(BaseException):
    """The board resets in the middle of something."""


def again(scene):
    """The same station after a power cut, and what is on flash beside it."""
    after = object.__new__(Scene)
    after.bench = scene.bench.cut()
    after.bench.connect()
    after.bench.run(1000)
    after.network = scene.network
    after.packages = scene.packages
    after.installer = Installer(scene.packages)
    return after


def test_a_try_that_resets_the_board_is_not_made_for_ever():
    """Wherever in a job the board goes down each time: in the request, in the data, in the check."""

    def boom(*_):
        raise Reset

    for where in ("asked", "data", "check"):
        for retries in (0, 1, 4):
            scene = Scene()
            scene.network.files["http://x/"] = ("v1", b"n" * 100)
            scene.update("http://x/", retries=retries)
            resets = 0
            while resets < 20:
                if where == "asked":
                    scene.network.of = boom
                elif where == "data":
                    scene.installer.writing = boom
                else:
                    scene.installer.checking = boom
                try:
                    while scene.work():
                        pass
                    break
                except Reset:
                    resets += 1
                    scene = again(scene)
            assert resets == 1 + retries, (where, retries, resets)
            assert scene.told("Firmware")[-1] == "DownloadFailed", (where, scene.told("Firmware"))
            assert scene.packages.values["package"] == b"" and "fetching" not in scene.bench.storage.values
            scene.bench.run(1000)
            assert "update" not in scene.bench.storage.values and not again(scene).bench.station.maintained


def test_firmware_that_was_brought_and_resets_the_board_is_not_installed_for_ever():
    def boom(*_):
        raise Reset

    scene = Scene()
    package = brought.Brought(scene.bench.station, lambda: scene.installer)
    run(scene.bench.clock, package.write(b"n" * 100))
    run(scene.bench.clock, package.whole())
    package = None
    resets = 0
    while resets < 20:
        scene.installer.checking = boom
        try:
            while scene.work():
                pass
            break
        except Reset:
            resets += 1
            scene = again(scene)
    assert resets == 3 and not scene.installer.active
    assert scene.told("Firmware")[-1] == "InstallationFailed", scene.told("Firmware")
    assert scene.packages.values["package"] == b"" and not scene.bench.station.connectors[0].blocked
    scene.bench.run(1000)
    assert "update" not in scene.bench.storage.values and not again(scene).bench.station.maintained


def test_an_end_that_was_not_told_is_told_after_a_power_cut():
    scene = Scene()
    scene.bench.central.answers["FirmwareStatusNotification"] = None
    scene.network.fails = 9
    scene.update("http://x/", retries=0)
    scene.work()
    assert "DownloadFailed" not in scene.told("Firmware")
    scene = again(scene)
    assert scene.bench.station.maintained and not scene.work()
    scene.bench.run(60000, 1000)
    del scene.bench.central.answers["FirmwareStatusNotification"]
    scene.bench.run(600000, 1000)
    assert scene.told("Firmware")[-1] == "DownloadFailed" and "update" not in scene.bench.storage.values
    assert not again(scene).bench.station.maintained


def test_want_of_memory_is_a_try_in_vain_and_nothing_more():
    for error in (MemoryError, RuntimeError, IndexError, KeyError, AttributeError):
        for job in ("update", "upload"):
            scene = Scene()
            calls = []

            def fails(*_, error=error, calls=calls):
                calls.append(1)
                raise error

            scene.network.of = fails
            if job == "update":
                scene.update("http://x/" + "y" * 500, retries=2, retryInterval=1)
            else:
                scene.diagnose("http://x/" + "y" * 500, retries=2, retryInterval=1)
            for _ in range(10):
                scene.work()
                scene.bench.run(1000)
            kind, end = ("Firmware", "DownloadFailed") if job == "update" else ("Diagnostics", "UploadFailed")
            # Memory may be there again a moment later: that is looked at six times a try.
            wanted = 18 if error is MemoryError else 3
            assert len(calls) == wanted and scene.told(kind)[-1] == end, (error, job, calls, scene.told(kind))
    for job in ("update", "upload"):
        scene = Scene()
        left = [1] * 5

        def short(*given, of=scene.network.of, left=left):
            if left:
                left.pop()
                raise MemoryError
            return of(*given)

        scene.network.of = short
        scene.network.files["http://x/"] = ("v1", b"n" * 100)
        ask = scene.update if job == "update" else scene.diagnose
        ask("http://x/", retries=0)
        scene.work()
        assert not left and "Failed" not in scene.told("Firmware" if job == "update" else "Diagnostics")[-1]
    # There is no memory to say so either.
    scene = Scene()
    scene.network.of = fails

    def log(*_):
        raise MemoryError

    scene.diagnose("http://x/", retries=0)
    scene.bench.station.log = log
    scene.work()
    assert scene.bench.station.maintenance().upload is None


def test_what_fails_leaves_nothing_on_flash():
    for what in ("cut", "refused", "check"):
        scene = Scene()
        scene.network.files["http://x/"] = ("v1", b"n" * 100)

        def boom(*_, what=what):
            raise OSError(104) if what == "cut" else ValueError("package: not right")

        if what == "check":
            scene.installer.checking = boom
        else:
            scene.network.meanwhile = lambda at, boom=boom: at == 50 and boom()
        scene.update("http://x/", retries=1, retryInterval=1)
        for _ in range(6):
            scene.work()
            scene.bench.run(1000)
        assert scene.told("Firmware")[-1] in ("DownloadFailed", "InstallationFailed")
        assert scene.packages.values["package"] == b"" and "fetching" not in scene.bench.storage.values, what


def test_a_server_that_takes_for_ever_is_left():
    scene = Scene()
    scene.network.files["http://x/"] = ("v1", b"n" * 10000)
    scene.network.meanwhile = lambda at: scene.bench.clock.advance(29000)
    scene.update("http://x/", retries=0)
    scene.work()
    assert scene.told("Firmware") == ["Downloading", "DownloadFailed"]
    assert scene.bench.clock.uptime() < 8000000


def test_want_of_memory_for_the_code_is_a_try_in_vain_too():
    for job, fetched in (("upload", False), ("update", False), ("update", True)):
        scene = Scene()
        if job == "upload":
            scene.diagnose("http://x/", retries=2, retryInterval=5)
        else:
            scene.update("http://x/", retries=2, retryInterval=5)
        maintenance = scene.bench.station.maintenance()
        if fetched:
            maintenance.update["fetched"] = True
        tries = 0
        while (maintenance.upload or maintenance.update) and tries < 20:
            if maintenance.upload_due() or maintenance.update_due():
                maintenance.in_vain()
                tries += 1
            scene.bench.run(1000, 500)
        assert 3 <= tries <= 4, (job, fetched, tries)
        scene.bench.run(2000)
        kind, end = ("Diagnostics", "UploadFailed") if job == "upload" else ("Firmware", "DownloadFailed")
        assert scene.told(kind) == ["InstallationFailed" if fetched else end]
        assert maintenance.idle


def test_a_station_without_memory_for_the_code_goes_on():
    scene = Scene()
    bench = scene.bench
    bench.charging()
    scene.diagnose("http://x/", retries=1, retryInterval=5)
    real = compose._work
    asked = []

    async def load(station, log, installer):
        asked.append(log)
        raise MemoryError

    compose._work = load
    try:
        run(bench.clock, bench.whole._files(), 60000)
    finally:
        compose._work = real
    assert len(asked) == 2 and not bench.resets and bench.evse.offered_ma
    bench.run(2000)
    assert scene.told("Diagnostics") == ["UploadFailed"] and bench.status() == "Charging"
