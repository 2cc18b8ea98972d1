"""Firmware packages: signature, manifest, image; and the simulated board's installer."""

import asyncio
import hashlib
import io
import json
from binascii import hexlify

from chargelet.ground import package
from fakes.storage import FakeStorage
from installer import Installer

# A key for tests only.
MODULUS = int(
    "a351d1f87f5d0b7ad915acff5865e70c1bdb5836233e87075a5add2cabd70d88b43095c71414b9713bc91c200c2b9e9d71e6"
    "48712c958c59125af0a96251526fc6f9a315c258c91327361189774dc6a1a4b3d43f0f5b5cfe3d6b81ed3d36740cce514009"
    "c4162d90b2ad3af39c9619aa481b5bb564e64391271f6dd097c731e7"
    , 16
)
PRIVATE = int(
    "8190af9b0cafac23d184b8b1fa571d6d25cc65b6cd4f15a067b61e310a4299a2121159418e54c2a96a5ca9cb62dc58016012"
    "e8f5a001244ea5992fc3b11402e915e990be5dd02bfc41cefc51b53d2a3b897273e181e9a0f99d5f7ce201ad4c0df97ab99e"
    "cf3c146f03a164cee88299d9e5c6dd4723974dabd9b153de42b89881"
    , 16
)


def sign(line):
    """PKCS #1 v1.5, from the private side."""
    length = len("%x" % MODULUS) // 2
    digest = package._SHA256 + hashlib.sha256(line).digest()
    block = b"\x00\x01" + b"\xff" * (length - len(digest) - 3) + b"\x00" + digest
    return pow(int.from_bytes(block, "big"), PRIVATE, MODULUS).to_bytes(length, "big")


def make(image=b"image" * 1000, **changes):
    said = {"format": 1, "board": "b", "version": "2", "size": len(image)}
    said["sha256"] = hexlify(hashlib.sha256(image).digest()).decode()
    said.update(changes)
    line = json.dumps(said).encode() + b"\n"
    return line + hexlify(sign(line)) + b"\n" + image


async def rest():
    pass


def verdict(content):
    """None, or what is wrong."""
    try:
        asyncio.run(package.check(io.BytesIO(content), MODULUS, "b", rest))
    except ValueError as error:
        return str(error)
    return None


def test_a_good_package():
    assert verdict(make()) is None and verdict(make(b"")) is None
    file = io.BytesIO(make(b"the image"))
    assert package.manifest(file, MODULUS, "b")["version"] == "2" and file.read() == b"the image"


def test_what_is_not_right_is_named():
    for wrong, text in (
        (b"", "does not begin"),
        (b"{}\n\n", "does not begin"),
        (b"[" * 5000, "does not begin"),
        (b"\xff\xfe\n00\n", "does not begin"),
        (make(format=2), "format 2"),
        (make(board="c"), "board c"),
        (make(size=7), "5000 bytes"),
        (make(sha256="00"), "damaged"),
        (make(size="7"), "makes no sense"),
        (make()[:-1], "4999 bytes"),
        (make() + b"x", "5001 bytes"),
        (make()[:-1] + b"x", "damaged"),
    ):
        assert text in verdict(wrong), (wrong[:40], verdict(wrong))


def test_every_bit_of_the_manifest_and_the_signature_counts():
    good = make(b"image")
    for at in range(0, len(good) - 6, 3):
        bad = good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :]
        if bad.lower() != good.lower():
            assert verdict(bad), at


def installer(storage):
    return Installer(storage, MODULUS, "b", None)


def test_a_download_goes_on_where_it_was():
    storage = FakeStorage()
    made = installer(storage)
    made.begin(0)
    made.write(b"one")
    again = installer(storage)
    assert again.received == 3
    again.begin(3)
    again.write(b"two")
    assert storage.values["package"] == b"onetwo"
    again.begin(0)
    again.write(b"new")
    assert storage.values["package"] == b"new"


def test_installing_and_what_is_told_of_it():
    storage = FakeStorage()
    made = installer(storage)
    assert made.outcome() is None
    made.begin(0)
    made.write(make())
    made.activate()
    after = installer(storage)
    assert after.outcome() == "Installed" and storage.names() == ["next"]
    after.confirm()
    assert storage.names() == ["active"] and installer(storage).outcome() is None
    storage.rename("active", "failed")  # as the boot loader gives one up
    assert installer(storage).outcome() == installer(storage).outcome() == "InstallationFailed"
    installer(storage).confirm()
    assert installer(storage).outcome() is None and storage.names() == []
