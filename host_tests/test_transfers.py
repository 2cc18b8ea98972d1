"""When files are fetched and sent, how often, and from where on: over a network that the test hands in."""

from chargelet.transport.location import in_folder, parse, public
from fakes.transfers import Scene


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
