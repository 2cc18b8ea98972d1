"""Firmware packages as tests make and sign them."""

import hashlib
import json
from binascii import hexlify

from chargelet.base import rsa

# A key for tests only.
MODULUS = int(
    "a351d1f87f5d0b7ad915acff5865e70c1bdb5836233e87075a5add2cabd70d88b43095c71414b9713bc91c200c2b9e9d71e6"
    "48712c958c59125af0a96251526fc6f9a315c258c91327361189774dc6a1a4b3d43f0f5b5cfe3d6b81ed3d36740cce514009"
    "c4162d90b2ad3af39c9619aa481b5bb564e64391271f6dd097c731e7",
    16,
)
PRIVATE = int(
    "8190af9b0cafac23d184b8b1fa571d6d25cc65b6cd4f15a067b61e310a4299a2121159418e54c2a96a5ca9cb62dc58016012"
    "e8f5a001244ea5992fc3b11402e915e990be5dd02bfc41cefc51b53d2a3b897273e181e9a0f99d5f7ce201ad4c0df97ab99e"
    "cf3c146f03a164cee88299d9e5c6dd4723974dabd9b153de42b89881",
    16,
)


def sign(line):
    """PKCS #1 v1.5, from the private side."""
    length = len("%x" % MODULUS) // 2
    digest = rsa.SHA256 + hashlib.sha256(line).digest()
    block = b"\x00\x01" + b"\xff" * (length - len(digest) - 3) + b"\x00" + digest
    return pow(int.from_bytes(block, "big"), PRIVATE, MODULUS).to_bytes(length, "big")


def make(image=b"image" * 1000, **changes):
    said = {"format": 1, "board": "b", "chip": "c", "version": "2", "size": len(image)}
    said["sha256"] = hexlify(hashlib.sha256(image).digest()).decode()
    said.update(changes)
    line = json.dumps(said).encode() + b"\n"
    return line + hexlify(sign(line)) + b"\n" + image
