"""SignedUpdateFirmware: which states are told, when it is installed, and what may end it before."""

from fakes import authority
from fakes.bench import Bench  # noqa: F401  # before what imports it: imports nest, and a board's stack is small
from fakes.signed import IMAGE, SIGNER, SignedScene, signature
from fakes.storage import PowerCut


def test_signed_firmware_goes_through_all_of_its_states():
    scene = SignedScene()
    assert scene.signed(retrieve="2026-11-20T12:10:00Z") == "Accepted"
    scene.bench.run(1000)
    assert scene.states == ["DownloadScheduled"]
    scene.bench.run(600000, 1000)
    scene.fetch_and_install()
    scene.bench.run(3000)
    assert scene.installer.active and scene.states[1:] == [
        "Downloading", "Downloaded", "SignatureVerified", "Installing", "InstallRebooting",
    ]  # fmt: skip
    scene.cut()
    scene.bench.station.maintenance().started("Installed")
    scene.bench.run(2000)
    assert scene.states[-1] == "Installed"
    assert scene.asked() == {"status": "Idle"}, "L01.FR.28"
    assert scene.bench.central.all("FirmwareStatusNotification") == []


def test_a_request_that_is_not_kept_leaves_the_one_before_it_whole():
    scene = SignedScene()
    scene.network.files["http://x/f"] = "v1", IMAGE
    assert scene.signed(retrieve="2026-11-20T12:10:00Z") == "Accepted"
    payload = {"location": "http://x/g", "retrieveDateTime": "2026-11-20T12:00:00Z"}
    payload = dict(payload, signingCertificate=authority.pem(SIGNER), signature=signature(b"another"))
    storage = scene.bench.storage
    write = storage.write
    for at in range(2):  # flash fails at the first write, then at the second one
        written = []

        def failing(name, value, at=at, written=written):
            if name.startswith("update"):
                if len(written) == at:
                    raise OSError(5)
                written.append(name)
            write(name, value)

        storage.write = failing
        answer = scene.bench.ask("SignedUpdateFirmware", {"requestId": 5, "firmware": payload})
        storage.write = write
        assert answer == {"status": "Rejected"} and len(written) == at
    scene.bench.run(600000, 1000)
    scene.fetch_and_install()
    assert scene.installer.active and "SignatureVerified" in scene.states


def test_signed_firmware_waits_for_its_time_and_for_whoever_charges():
    scene = SignedScene(connectors=2)
    scene.bench.charging()
    assert scene.signed(installDateTime="2026-11-20T12:05:00Z") == "Accepted"
    scene.fetch_and_install()
    assert scene.states[-1] == "InstallScheduled" and scene.bench.status(2) == "Available"
    scene.bench.run(300000, 1000)
    scene.work()
    assert scene.bench.status(1) == "Charging" and scene.bench.status(2) == "Unavailable"
    scene.bench.swipe()
    scene.bench.unplug()
    scene.bench.run(3000)
    scene.work()
    assert scene.installer.active and scene.states[-1] == "InstallRebooting"


def test_a_newer_request_takes_the_place_of_signed_firmware():
    scene = SignedScene()
    assert scene.signed(5, "2026-11-20T13:00:00Z") == "Accepted"
    assert scene.signed(5) == "AcceptedCanceled"
    scene.fetch_and_install()
    assert scene.installer.active
    scene.bench.run(3000)
    request = {"location": "http://x/f", "retrieveDate": "2026-11-20T12:00:00Z"}
    profiled = SignedScene(config={"SecurityProfile": 1})
    assert profiled.bench.ask("UpdateFirmware", request) == "NotSupported", "L01.FR.20"


def test_what_is_being_installed_cannot_be_stopped_any_more():
    """L01.FR.27: from the moment the new one is made the one that starts, until it has proved itself."""
    scene = SignedScene()
    assert scene.signed() == "Accepted"
    activate = scene.installer.activate
    answers = []

    def meanwhile():
        answers.append(scene.signed())
        activate()

    scene.installer.activate = meanwhile
    scene.fetch_and_install()
    assert answers == ["Rejected"] and scene.installer.active
    scene.cut()
    scene.bench.station.maintenance().started("Installed")
    assert scene.signed() == "Rejected"
    scene.bench.run(2000)
    assert scene.states[-1] == "Installed"


def test_firmware_that_does_not_start_is_told_with_its_request():
    scene = SignedScene()
    assert scene.signed() == "Accepted"
    scene.fetch_and_install()
    scene.bench.run(3000)
    scene.cut()
    scene.bench.station.maintenance().started("InstallationFailed")
    scene.bench.run(2000)
    ended = {"status": "InstallationFailed", "requestId": 5}
    assert scene.bench.central.all("SignedFirmwareStatusNotification")[-1] == ended
    assert scene.asked() == ended, "L01.FR.29"
    # It is over: another may follow at once, and waits until the end of this one is confirmed.
    assert scene.signed() == "Accepted" and not scene.bench.station.maintenance().update_due()
    scene.bench.station.maintenance().on_trial = None
    scene.work()
    scene.bench.run(1000)
    assert scene.states[-2:] == ["Downloading", "Downloaded"]


def test_a_power_cut_anywhere_does_not_lose_signed_firmware():
    for change in range(12):
        scene = SignedScene()
        scene.bench.storage.cut(change)
        answered = None
        try:
            answered = scene.signed(retrieve="2026-11-20T12:00:30Z")
            scene.bench.run(60000, 1000)
            scene.fetch_and_install()
        except PowerCut:
            pass
        scene.bench.storage.cut(10**9)
        active = scene.installer.active
        scene.cut()
        scene.bench.run(60000, 1000)
        if answered and not active:
            for _ in range(3):
                scene.work()
            assert scene.installer.active, change
