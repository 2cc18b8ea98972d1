"""New firmware in an OTA partition: whole, resumed after a cut at any block, on trial, given up where it is no good."""

import asyncio
from hashlib import sha256

from chargelet.update.partition_installer import PartitionInstaller
from chargelet.update.terms import Terms
from fakes.bench import Bench  # noqa: F401  # before what imports it: imports nest, and a board's stack is small
from fakes.clock import FakeClock
from fakes.packages import MODULUS, make
from fakes.signed import SignedScene, signature
from fakes.storage import FakeStorage

IMAGE = bytes(range(251)) * 400  # 100400 bytes: 24 blocks and a bit


class Cut(Exception):
    """The power fails."""


class Chip:
    """Two partitions, which one is started, and a boot loader that goes back."""

    def __init__(self):
        self.flash = {"ota_0": bytearray(b"\xff" * 131072), "ota_1": bytearray(b"\xff" * 131072)}
        self.boot = self.running = "ota_0"
        self.pending = False
        self.left = None  # operations until the power fails
        self.worn = None  # the number of a block that does not keep what is written

    def step(self):
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                raise Cut

    def reset(self):
        """What the boot loader does: an image that was not confirmed in its first start goes."""
        if self.pending and self.running == self.boot:
            self.boot = "ota_1" if self.boot == "ota_0" else "ota_0"
            self.pending = False
        self.running = self.boot

    def partitions(chip):
        class Partition:
            RUNNING = 1

            def __init__(self, label):
                self.label = chip.running if label == 1 else label

            @staticmethod
            def mark_app_valid_cancel_rollback():
                chip.pending = False

            def get_next_update(self):
                return Partition("ota_1" if chip.running == "ota_0" else "ota_0")

            def info(self):
                return (0, 16, 0x10000, 131072, self.label, False)

            def ioctl(self, command, number):
                assert command == 6 and self.label != chip.running
                chip.step()
                chip.flash[self.label][number * 4096 : number * 4096 + 4096] = b"\xff" * 4096

            def writeblocks(self, number, piece, offset):
                """Flash only clears bits: what has not been erased before is lost."""
                assert self.label != chip.running and offset + len(piece) <= 4096
                chip.step()
                at = number * 4096 + offset
                for byte in bytes(len(piece)) if number == chip.worn else piece:
                    chip.flash[self.label][at] &= byte
                    at += 1

            def readblocks(self, number, buffer, offset):
                at = number * 4096 + offset
                buffer[:] = chip.flash[self.label][at : at + len(buffer)]

            def set_boot(self):
                chip.step()
                chip.boot = self.label
                chip.pending = True

        return Partition


TERMS = Terms(MODULUS, "esp32", "esp32", "1")


def installer(chip, storage, terms=TERMS):
    return PartitionInstaller(storage, terms, FakeClock(), chip.partitions())


async def fetched(made, package, piece):
    made.begin(made.received)
    for at in range(made.received, len(package), piece):
        await made.write(package[at : at + piece])
    await made.whole()


def install(made, package, piece=1000, again=None):
    """What transport/files.py does: from where it was cut off, and installed by an installer of its own."""
    asyncio.run(fetched(made, package, piece))
    made = again() if again else made
    asyncio.run(made.check())
    made.activate()


def good(version="2", **changes):
    return make(IMAGE, **dict({"board": "esp32", "chip": "esp32", "version": version}, **changes))


def test_what_has_been_fetched_is_installed_by_the_next_installer():
    for image in (IMAGE, IMAGE[:100], IMAGE[:4096], IMAGE[:65536], b""):
        chip, storage = Chip(), FakeStorage()
        package = make(image, board="esp32", chip="esp32")
        install(installer(chip, storage), package, 700, lambda chip=chip, storage=storage: installer(chip, storage))
        chip.reset()
        assert chip.running == "ota_1" and chip.flash["ota_1"][: len(image)] == image
        assert installer(chip, storage).outcome() == "Installed" and storage.names() == ["trial"]


def test_an_image_is_installed_tried_and_kept():
    chip, storage = Chip(), FakeStorage()
    made = installer(chip, storage)
    assert made.outcome() is None and made.version is None
    install(made, good())
    assert chip.running == "ota_0" and chip.flash["ota_1"][: len(IMAGE)] == IMAGE
    chip.reset()
    made = installer(chip, storage)
    assert chip.running == "ota_1" and made.outcome() == "Installed"
    made.confirm()
    made.confirm()
    chip.reset()
    assert chip.running == "ota_1" and installer(chip, storage).outcome() is None


def test_an_image_that_is_not_confirmed_is_given_up():
    chip, storage = Chip(), FakeStorage()
    install(installer(chip, storage), good())
    chip.reset()
    assert installer(chip, storage).outcome() == "Installed"
    chip.reset()
    made = installer(chip, storage)
    assert chip.running == "ota_0" and made.outcome() == installer(chip, storage).outcome() == "InstallationFailed"
    made.confirm()
    assert made.outcome() is None and chip.boot == "ota_0"


def test_the_power_fails_at_every_operation():
    package = good()
    cuts = 0
    for left in range(400):
        chip, storage = Chip(), FakeStorage()
        chip.left = left
        try:
            install(installer(chip, storage), package)
            break
        except Cut:
            cuts += 1
        chip.left = None
        chip.reset()
        assert chip.running == "ota_0", "what ran before runs still"
        made = installer(chip, storage)
        assert made.received <= len(package) and (left < 16 * 9 + 1 or made.received >= 65536)
        if made.outcome() is None:
            install(made, package)
        else:
            install(installer(chip, storage), package)
        chip.reset()
        assert chip.running == "ota_1" and chip.flash["ota_1"][: len(IMAGE)] == IMAGE
    assert cuts == 25 + 197 + 1, cuts  # blocks erased, pieces written, the change of partition


def refused(package, named, chip=None, terms=TERMS):
    chip, storage = chip or Chip(), FakeStorage()
    made = installer(chip, storage, terms)
    try:
        install(made, package)
    except ValueError as error:
        assert named in str(error), error
    else:
        raise AssertionError(named)
    chip.reset()
    assert chip.running == "ota_0" and installer(chip, storage, terms).received == 0
    return chip


def test_what_is_not_right_is_not_started():
    package = good()
    chip = refused(package[:-5000] + b"x" * 5000, "damaged")
    assert chip.boot == "ota_0"
    refused(package + b"x", "more of it")
    refused(good("0.9"), "older than 1")
    chip, storage = Chip(), FakeStorage()
    made = installer(chip, storage)
    try:
        install(made, package[:-1])
        raise AssertionError("it was taken")
    except ValueError as error:
        assert "1 bytes are missing" in str(error)
    made.forget()
    assert installer(chip, storage).received == 0 and storage.values == {}
    refused(package.replace(b'"2"', b'"3"'), "signature")
    refused(b"<html>" * 1000, "does not begin with a manifest")
    refused(make(b"x" * 140000, board="esp32", chip="esp32"), "larger than the partition")
    worn = Chip()
    worn.worn = 7
    refused(package, "damaged", worn)


def test_for_another_chip_nothing_is_erased():
    chip = refused(good(), "for board esp32", terms=Terms(MODULUS, "esp32s3", "esp32s3", "1"))
    assert chip.flash["ota_1"] == b"\xff" * 131072


def test_the_digest_is_that_of_the_whole_package():
    for size in (100, 512, 5000):
        chip, storage = Chip(), FakeStorage()
        package = make(IMAGE[:size], board="esp32", chip="esp32")
        made = installer(chip, storage)
        asyncio.run(fetched(made, package, 700))
        for one in (made, installer(chip, storage)):
            assert asyncio.run(one.digest()) == sha256(package).digest(), size
    made = installer(Chip(), FakeStorage())
    asyncio.run(made.write(package[:-1]))
    try:
        asyncio.run(made.digest())
        raise AssertionError("it is not whole")
    except ValueError as error:
        assert "not whole" in str(error)


def test_firmware_that_its_manufacturer_has_signed_goes_into_a_partition():
    package = make(IMAGE[:3000], board="esp32", chip="esp32")
    for text, ends in ((signature(package), "InstallRebooting"), (signature(package[:-1]), "InvalidSignature")):
        chip, scene = Chip(), SignedScene(config={"SecurityProfile": 1})
        scene.network.files["http://x/f"] = "v1", package
        scene.installer = PartitionInstaller(scene.packages, TERMS, scene.bench.clock, chip.partitions())
        assert scene.signed(content=package, signature=text) == "Accepted"
        scene.fetch_and_install()
        scene.bench.run(2000)
        assert scene.states[:2] == ["Downloading", "Downloaded"] and scene.states[-1] == ends, scene.states
        chip.reset()
        assert (chip.running == "ota_1") == (ends == "InstallRebooting")
