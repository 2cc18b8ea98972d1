"""Keys, points and corners of the arithmetic for tests of signatures."""

import os

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from chargelet.certificates import curve

CASES = int(os.getenv("CASES", "150"))
CURVE = ec.SECP256R1()
ORDER = curve.P256[1]
FIELD = curve.P256[0]
SHA2 = {256: hashes.SHA256(), 384: hashes.SHA384(), 512: hashes.SHA512()}


def point(key):
    return key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def private_key(number):
    return ec.derive_private_key(number, CURVE)


# Numbers at which something in the arithmetic meets itself: the ends, the comb's columns and what they are shifted by.
CORNERS = [
    1,
    2,
    3,
    4,
    5,
    15,
    16,
    ORDER - 1,
    ORDER - 2,
    ORDER // 2,
    ORDER // 2 + 1,
    (1 << 64) - 1,
    1 << 64,
    (1 << 64) + 1,
]
CORNERS += [1 << 128, 1 << 192, 1 << 255, sum(1 << 64 * row for row in range(4)), (1 << 65) - 2, (1 << 64) - 2]
CORNERS += [(1 << 192) + (1 << 64) - 1, (0xFFFFFFFFFFFFFFFF << 192) % ORDER, (2 * (1 << 64) - 2) % ORDER]
