"""SignedUpdateFirmware: whose firmware is taken, and what is known of a signature that could not be checked."""

from fakes import authority
from fakes.bench import Bench  # noqa: F401  # before what imports it: imports nest, and a board's stack is small
from fakes.signed import IMAGE, ROOT, SIGNER, SignedScene, signature


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
    for times in (1, 90):
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
