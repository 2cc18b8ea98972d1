"""SignedUpdateFirmware: whose firmware is taken, which states are told, and what a power cut leaves of it."""

from binascii import b2a_base64
from hashlib import sha256

from chargelet.base.pieces import finish
from chargelet.certificates import arrivals, der, kept, p256
from fakes import authority
from fakes.bench import Bench  # noqa: F401  # before what imports it: imports nest, and a board's stack is small
from fakes.storage import PowerCut
from fakes.transfers import Scene

ROOT = authority.root(7)
SIGNER = authority.make(
    "Signer", authority.key(8)[1], "Root 7", authority.key(7)[0],
    extensions=[
        authority.constraints(False), authority.usage(0x80),
        authority.extension(0x25, der.sequence(authority.CODE_SIGNING), False),
    ],
)  # fmt: skip
IMAGE = b"a package of signed firmware"


def signature(content, key=8):
    return b2a_base64(finish(p256.sign(authority.key(key)[0], sha256(content).digest()))).decode().strip()


class SignedScene(Scene):
    def __init__(self, **options):
        Scene.__init__(self, **options)
        finish(arrivals.install(self.bench.storage, kept.MANUFACTURER, authority.pem(ROOT), authority.NOON, 4, False))
        self.bench.central.clock = self.bench.clock
        self.network.files["http://x/f"] = "v1", IMAGE

    def signed(self, request=5, retrieve="2026-11-20T12:00:00Z", signer=SIGNER, content=IMAGE, **firmware):
        firmware = dict(
            {"location": "http://x/f", "retrieveDateTime": retrieve, "signingCertificate": authority.pem(signer)},
            signature=signature(content),
            **firmware,
        )
        payload = {"requestId": request, "retries": 3, "retryInterval": 1, "firmware": firmware}
        return self.bench.ask("SignedUpdateFirmware", payload)["status"]

    @property
    def states(self):
        told = self.bench.central.all("SignedFirmwareStatusNotification")
        assert {p.get("requestId") for p in told if p["status"] != "Idle"} <= {5}, told
        return [payload["status"] for payload in told]

    def asked(self):
        self.bench.ask("ExtendedTriggerMessage", {"requestedMessage": "FirmwareStatusNotification"})
        self.bench.run(500)
        return self.bench.central.all("SignedFirmwareStatusNotification")[-1]

    def cut(self):
        self.bench = self.bench.cut(config={"SecurityProfile": 1})
        self.bench.connect()
        self.bench.run(1000)


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


def test_a_file_that_was_not_signed_is_not_installed():
    for text in (signature(IMAGE + b"!"), signature(IMAGE, 9), "", "=", "A" * 800, "\u20ac"):
        scene = SignedScene(config={"SecurityProfile": 1})
        firmware = {"signature": text}
        payload = {"location": "http://x/f", "retrieveDateTime": "2026-11-20T12:00:00Z"}
        payload = dict(payload, signingCertificate=authority.pem(SIGNER), **firmware)
        assert scene.bench.ask("SignedUpdateFirmware", {"requestId": 5, "firmware": payload}) == {"status": "Accepted"}
        scene.fetch_and_install()
        scene.bench.run(2000)
        assert scene.states == ["Downloading", "Downloaded", "InvalidSignature"] and not scene.installer.active
        assert scene.packages.values["package"] == b"", "nothing of it stays"
        told = [p["type"] for p in scene.bench.central.all("SecurityEventNotification")]
        assert told == ["InvalidFirmwareSignature"], told
        assert scene.asked() == {"status": "InvalidSignature", "requestId": 5}, "L01.FR.29"
        scene.cut()
        assert scene.asked() == {"status": "InvalidSignature", "requestId": 5}


def test_a_signing_certificate_has_to_be_the_manufacturers():
    scene = SignedScene(config={"SecurityProfile": 1})
    stranger = authority.make("Signer", authority.key(8)[1], "Root 9", authority.key(9)[0])
    assert scene.signed(signer=stranger) == "InvalidCertificate"
    scene.bench.run(1000)
    told = [p["type"] for p in scene.bench.central.all("SecurityEventNotification")]
    assert told == ["InvalidFirmwareSigningCertificate"] and not scene.bench.station.maintained
    assert SignedScene.signed(scene, signer=ROOT) == "InvalidCertificate"
    middle = authority.make("Middle", authority.key(9)[1], "Root 7", authority.key(7)[0], True)
    below = authority.make("Signer", authority.key(8)[1], "Middle", authority.key(9)[0])
    payload = {"location": "http://x/f", "retrieveDateTime": "2026-11-20T12:00:00Z", "signature": signature(IMAGE)}
    for chain in ((below, middle), (below,), (SIGNER, ROOT)):  # there is no authority between it and the root
        firmware = dict(payload, signingCertificate=authority.pem(*chain))
        answer = scene.bench.ask("SignedUpdateFirmware", {"requestId": 5, "firmware": firmware})
        assert answer == {"status": "InvalidCertificate"}, len(chain)


def test_want_of_memory_says_nothing_of_a_signature():
    for times in (1, 9):
        scene = SignedScene(config={"SecurityProfile": 1})
        assert scene.signed() == "Accepted"
        scene.work()

        async def short(digest=scene.installer.digest, left=[0] * times):
            if left:
                left.pop()
                raise MemoryError()
            return await digest()

        scene.installer.digest = short
        for _ in range(9):
            try:
                scene.work()
            except MemoryError:
                scene.bench.station.maintenance().in_vain()  # as compose.py does
            scene.bench.run(3000)
        assert scene.installer.active == (times == 1)
        wanted = ["SignatureVerified", "Installing", "InstallRebooting"] if times == 1 else ["InstallationFailed"]
        assert scene.states == ["Downloading", "Downloaded"] + wanted, scene.states
        assert scene.bench.central.all("SecurityEventNotification") == []


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
            if len(written) == at and name.startswith("update"):
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


def test_what_checks_a_signature_may_be_damaged():
    for damage in (b"", b"{", b"[]", b'{"kind": 1}'):
        scene = SignedScene(config={"SecurityProfile": 1})
        assert scene.signed() == "Accepted"
        (name,) = [name for name in scene.bench.storage.values if name.startswith("update-signed")]
        scene.bench.storage.values[name] = damage
        scene.fetch_and_install()
        assert scene.states[-1] == "InstallVerificationFailed" and not scene.installer.active


def test_the_package_itself_is_the_inner_lock():
    scene = SignedScene()
    scene.installer.right = False
    assert scene.signed() == "Accepted"
    scene.fetch_and_install()
    scene.bench.run(2000)
    assert scene.states[-2:] == ["Installing", "InstallVerificationFailed"]


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
