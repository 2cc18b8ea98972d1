"""When files are fetched and sent, how often, and from where on: over a network that the test hands in."""

from chargelet import compose
from chargelet.base.log import masked
from chargelet.transport.location import in_folder, parse, public
from fakes.clock import run
from fakes.transfers import Installer, Scene


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


def get_log(scene, kind="SecurityLog", request=7, location="http://x/", times=None, **more):
    wanted = dict(times or {}, remoteLocation=location)
    return scene.bench.ask("GetLog", dict(more, logType=kind, requestId=request, log=wanted))


def logged(scene):
    return [(p["status"], p.get("requestId")) for p in scene.bench.central.all("LogStatusNotification")]


def test_a_security_log_is_sent_and_told_with_its_request():
    scene = Scene()
    scene.bench.station.security.note("TamperDetectionActivated")
    scene.network.fails = 1
    answer = get_log(scene, retries=1, retryInterval=1)
    assert answer["status"] == "Accepted" and answer["filename"].startswith("security-"), answer
    scene.work()
    scene.bench.run(1000)
    scene.work()
    assert scene.network.sent == [b"2026-11-20T12:00:01Z TamperDetectionActivated\n"]
    assert scene.network.asked == ["http://x/" + answer["filename"]] * 2
    assert logged(scene) == [("Uploading", 7), ("Uploaded", 7)] and scene.told("Diagnostics") == []


def test_a_diagnostics_log_is_the_diagnostics_and_both_have_their_times():
    scene = Scene()
    get_log(scene, "DiagnosticsLog")
    scene.work()
    assert b"# Configuration" in scene.network.sent[0] and b"a line" in scene.network.sent[0]
    scene.bench.station.security.note("TamperDetectionActivated")
    get_log(scene, times={"oldestTimestamp": "2026-11-20T13:00:00Z"})
    scene.work()
    assert scene.network.sent[1] == b""


def test_a_new_log_takes_the_place_of_one_that_is_on_its_way():
    scene = Scene()
    scene.network.fails = 1
    assert get_log(scene, request=1)["status"] == "Accepted"
    scene.work()
    assert get_log(scene, "DiagnosticsLog", 2, "http://y/")["status"] == "AcceptedCanceled"
    scene.work()
    assert scene.network.asked[1].startswith("http://y/diagnostics-") and logged(scene)[-1] == ("Uploaded", 2)
    scene.diagnose("http://z/")
    assert get_log(scene, request=3)["status"] == "AcceptedCanceled"
    scene.work()
    assert logged(scene)[-1] == ("Uploaded", 3) and scene.told("Diagnostics") == []


class Refusal(ValueError):
    pass


def test_why_a_log_cannot_be_sent_is_said():
    for name, number, status in (
        ("status", 403, "PermissionDenied"),
        ("status", 405, "NotSupportedOperation"),
        ("status", 400, "BadMessage"),
        ("status", 500, "UploadFailure"),
        ("code", 553, "PermissionDenied"),
        ("code", 502, "NotSupportedOperation"),
        ("code", 501, "BadMessage"),
        ("code", 426, "UploadFailure"),
        ("other", 1, "UploadFailure"),
    ):
        scene = Scene()

        async def put(*_, name=name, number=number):
            error = Refusal(number)
            setattr(error, name, number)
            raise error

        scene.network.put = put
        get_log(scene, retries=0)
        scene.work()
        assert logged(scene) == [("Uploading", 7), (status, 7)], (name, number, logged(scene))


def test_a_trigger_tells_of_the_kind_of_job_that_it_asks_about():
    scene = Scene()

    def asked(action, name):
        assert scene.bench.ask(action, {"requestedMessage": name}) == {"status": "Accepted"}
        scene.bench.run(500)
        return scene.bench.central.sent[-1]

    extended = "ExtendedTriggerMessage", "LogStatusNotification"
    assert asked(*extended) == ("LogStatusNotification", {"status": "Idle"})
    assert asked("ExtendedTriggerMessage", "FirmwareStatusNotification") == (
        "SignedFirmwareStatusNotification",
        {"status": "Idle"},
    )
    scene.network.fails = 9
    get_log(scene, retries=3)
    scene.work()
    assert asked(*extended) == ("LogStatusNotification", {"status": "Uploading", "requestId": 7})
    assert asked("TriggerMessage", "DiagnosticsStatusNotification")[1] == {"status": "Idle"}
    for name in ("BootNotification", "Heartbeat", "StatusNotification", "MeterValues"):
        assert asked("ExtendedTriggerMessage", name)[0] == name
    for name in ("DiagnosticsStatusNotification", "NoSuchMessage"):
        assert scene.bench.ask("ExtendedTriggerMessage", {"requestedMessage": name}) == {"status": "NotImplemented"}
    assert get_log(scene, location="no url") == "PropertyConstraintViolation"


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


def test_nothing_secret_of_a_location_gets_into_the_log():
    """Each way to write or to miswrite a URL with a password."""
    urls = (
        "ftp://user:S@host/dir/", "ftp://user:S@host", "http://user:S@host:99/fw", "https://host/a?sig=S", "http://host?S",
        "ftp:/user:S@host/x", "user:S@host/x", "S", "ftp:user:S@host", "//user:S@host/", "http://user:S", "ftp+x://u:S@h/",
        "http://user:S@[::1]:80/x", "http://[S]/x", "http://user:S@/x", "http://user:S@host:port/x", "http://host:S/x",
        "http://host/x#S", "gopher://user:S@host/", "ftp://S@host/x", "http://u:S@h/a@b", "http://h/@S", "://S",
    )  # fmt: skip
    for secret in ("secret", "se/cr@et", "se?cr#et", "se:cr:et", "sec%40ret", "s@e@c@ret", "se%0acret"):
        for url in urls:
            url = url.replace("S", secret)
            shown = public(url)
            for piece in ("cret", "cr@et", "cr#et", "cr:et", "40ret"):
                assert piece not in shown, (url, shown)
            for ports in ({"http": 80, "https": 443}, {"ftp": 21}):
                try:
                    parse(url, ports)
                except ValueError as error:
                    assert "cr" not in str(error), (url, error)
    assert public("ftp://user:secret@host:2121/dir/x.bin") == "ftp://host:2121/dir/x.bin"
    assert public("https://[::1]:8443/" + "x" * 99) == "https://[::1]:8443/" + "x" * 41
    assert public("http://host/a\r\nb") == "http://host/a??b"
    scene = Scene()
    scene.network.fails = 2
    scene.diagnose("ftp://user:secret@host/dir/", retries=0)
    scene.update("http://user:se@cret@host/fw", retries=0)
    scene.work()
    lines = [line for line in scene.bench.lines if line.startswith("files")]
    assert len(lines) == 2 and "cret" not in str(lines) and "ftp://host/dir/" in lines[0]


def test_where_a_file_goes_whose_folder_is_named():
    for url, made in (
        ("http://h", "http://h/n"),
        ("http://h:80", "http://h:80/n"),
        ("http://h/", "http://h/n"),
        ("ftp://u:p@h:21", "ftp://u:p@h:21/n"),
        ("ftp://h/a/", "ftp://h/a/n"),
        ("ftp://h/a", "ftp://h/a"),
        ("http://h/a?b=/", "http://h/a?b=/"),
        ("http://h?b", "http://h?b"),
        ("http://", "http://"),
    ):
        assert in_folder(url, "n") == made or url == "http://", url


def test_a_location_that_cannot_be_a_url_is_refused_and_nothing_is_kept():
    bad = ["http://h/" + one + "x" for one in ("\r\n", "\n", "\r", " ", "\t", "\x00", "\x7f", "\u00e9", "\ud83d\ude00")]
    for location in bad + ["", " "]:
        scene = Scene()
        before = dict(scene.bench.storage.values)
        for action, more in (("GetDiagnostics", {}), ("UpdateFirmware", {"retrieveDate": "2026-11-20T12:00:00Z"})):
            request = dict(more, location=location)
            assert scene.bench.ask(action, request) == "PropertyConstraintViolation", (action, location)
        assert scene.bench.storage.values == before and not scene.work(), location
        try:
            parse(location, {"http": 80})
            raise AssertionError(location)
        except ValueError:
            pass


def test_intervals_and_retries_are_bounded():
    for action, more in (("GetDiagnostics", {}), ("UpdateFirmware", {"retrieveDate": "2026-11-20T12:00:00Z"})):
        for retries, left in ((0, 1), (3, 4), (100, 11)):
            for interval, taken in ((0, 1), (60, 60), (86400, 86400)):
                scene = Scene()
                request = dict(more, location="http://x/", retries=retries, retryInterval=interval)
                scene.bench.ask(action, request)
                made = scene.bench.station.maintenance()
                job = made.upload or made.update
                assert (job["left"], job["interval"]) == (left, taken), (action, retries, interval)


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
            assert len(calls) == 3 and scene.told(kind)[-1] == end, (error, job, calls, scene.told(kind))
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


def test_without_room_on_flash_no_diagnostics_are_made():
    scene = Scene()
    scene.bench.storage.free = lambda: 131071
    scene.diagnose("http://x/", retries=0)
    scene.work()
    assert scene.told("Diagnostics") == ["Uploading", "UploadFailed"] and scene.network.asked == []


def test_the_snapshot_is_made_in_small_pieces():
    scene = Scene()
    storage = scene.bench.storage
    written, rests = [], []
    sleep = scene.bench.clock.sleep

    def counted(ms):
        rests.append(sum(written))
        return sleep(ms)

    real = storage.writer

    def writer(name):
        file = real(name)
        put = file.write

        class Counting:
            def __enter__(self):
                return self

            def __exit__(self, *exception):
                return file.__exit__(*exception)

            def write(self, piece):
                written.append(len(piece))
                return put(piece)

        return Counting()

    storage.writer = writer
    scene.bench.clock.sleep = counted
    scene.diagnose("http://x/")
    scene.work()
    assert scene.network.sent and sum(written) == len(scene.network.sent[0]) > 1000, (written, scene.bench.lines)
    steps = [later - earlier for earlier, later in zip([0] + rests, rests)]
    assert max(steps) < 1200, steps


def test_no_card_is_in_the_diagnostics():
    tag = "DEADBEEF42"
    scene = Scene()
    lines = []
    log = scene.bench.station.log

    def kept(line, *level):
        lines.append(line)
        log(line, *level)

    scene.bench.station.log = scene.bench.station.authorization._log = kept
    scene.bench.charging(tag)
    scene.bench.station.swipe(tag)
    scene.bench.run(2000)
    scene.bench.drop()
    scene.bench.swipe("STRANGER77")
    text = "".join(lines)
    assert "**F42" in text and "**R77" in text and tag not in text and "STRANGER" not in text, text
    long = "12345678901234567890"
    for tag, shown in ((long, "**7890"), ("12345678", "**78"), ("1234", "**4"), ("12", "**"), ("", "**")):
        assert masked(tag) == shown, tag


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
