"""RSA and SHA-2 as the firmware has them, against the package cryptography; and blocks that are nearly right."""

import hashlib
import random

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from signature_cases import CASES, SHA2

from chargelet.base.pieces import finish
from chargelet.certificates import algorithms, der, sha512
from chargelet.certificates import rsa as own_rsa


@pytest.fixture(scope="module")
def keys():
    sizes = (1024, 2040, 2048, 2049, 2050, 2055, 3072, 4096, 4104)
    return {size: rsa.generate_private_key(65537, size) for size in sizes}


def public_of(key):
    return key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.PKCS1)


def test_rsa(keys):
    right = wrong = 0
    chance = random.Random(4)
    for size, key in keys.items():
        public = public_of(key)
        if not 2048 <= size <= 4096:
            with pytest.raises(ValueError, match=f"{size} bits of RSA"):
                own_rsa.modulus(der.integers(public, 2))
            continue
        for bits, hashed in SHA2.items():
            message = chance.randbytes(30)
            digest = hashlib.new(hashed.name, message).digest()
            cases = [(("RSA", bits, 0), padding.PKCS1v15(), True)]
            for salt in (0, 20, 32, 64):
                pss = padding.PSS(padding.MGF1(hashed), salt)
                cases.append((("PSS", bits, salt), pss, True))
                cases.append((("PSS", bits, None), pss, True))
                cases.append((("PSS", bits, salt + 1), pss, False))
                cases.append((("RSA", bits, 0), pss, False))
            cases.append((("PSS", bits, None), padding.PSS(padding.MGF1(hashed), padding.PSS.MAX_LENGTH), True))
            cases.append((("PSS", bits, None), padding.PKCS1v15(), False))
            cases.append((("PSS", bits, 32), padding.PSS(padding.MGF1(hashes.SHA224()), 32), False))
            cases.append((("EC", bits, 0), padding.PKCS1v15(), False))
            for algorithm, scheme, good in cases:
                signature = key.sign(message, scheme, hashed)
                assert finish(algorithms.verify("RSA", public, algorithm, digest, signature)) == good, (size, algorithm)
                right += good
                if good:
                    at = chance.randrange(8 * len(signature))
                    flipped = bytearray(signature)
                    flipped[at // 8] ^= 1 << at % 8
                    for bad, of in (
                        (flipped, digest), (signature[1:], digest), (b"\x00" + signature, digest),
                        (signature, bytes(len(digest))), (bytes(len(signature)), digest),
                        (b"\xff" * len(signature), digest),
                    ):  # fmt: skip
                        wrong += 1
                        assert not finish(algorithms.verify("RSA", public, algorithm, of, bytes(bad))), (size, at)
    print(f"{right} signatures were right, {wrong} wrong")


def forged(key, block):
    """What comes to this block: made with the private key, as a forger cannot."""
    numbers = key.private_numbers()
    size = (key.key_size + 7) // 8
    return pow(int.from_bytes(block, "big"), numbers.d, numbers.public_numbers.n).to_bytes(size, "big")


def test_blocks_that_are_nearly_right(keys):
    """Padding that is short, wrong, or followed by something; a digest that has slid; PSS with any bit wrong."""
    key = keys[2048]
    public, digest = public_of(key), hashlib.sha256(b"x").digest()
    content = algorithms.prefix(256) + digest
    good = b"\x00\x01" + b"\xff" * (253 - len(content)) + b"\x00" + content
    assert finish(algorithms.verify("RSA", public, ("RSA", 256, 0), digest, forged(key, good)))
    short = b"\x00\x01" + b"\xff" * 8 + b"\x00" + content
    for bad in (
        short + bytes(256 - len(short)),
        b"\x00\x02" + good[2:],
        b"\x01\x01" + good[2:],
        good[:40] + b"\xfe" + good[41:],
        good[:40] + b"\x00" + good[41:],
        good[:2] + good[3:] + b"\x00",
        good.replace(b"\x05\x00", b"\x05\x01"),
        b"\x00\x01" + b"\xff" * (253 - len(digest)) + b"\x00" + digest,
    ):
        assert len(bad) == 256
        if bad[0] == 0:
            assert not finish(algorithms.verify("RSA", public, ("RSA", 256, 0), digest, forged(key, bad))), bad
    signature = key.sign(b"x", padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())
    block = pow(int.from_bytes(signature, "big"), 65537, key.public_key().public_numbers().n).to_bytes(256, "big")
    for at in [*range(1, 16), *range(16, 8 * 256 - 16, 29), *range(8 * 256 - 16, 8 * 256)]:
        bad = bytearray(block)
        bad[at // 8] ^= 128 >> at % 8
        if int.from_bytes(bad, "big") < key.public_key().public_numbers().n:
            assert not finish(algorithms.verify("RSA", public, ("PSS", 256, 32), digest, forged(key, bad))), at


def test_keys_of_rsa_that_are_odd(keys):
    numbers = keys[2048].public_key().public_numbers()
    for n, e in ((numbers.n, 3), (numbers.n, 65539), (numbers.n, 0), (numbers.n + 1, 65537), (0, 65537), (1, 65537)):
        with pytest.raises(ValueError, match="subjectPublicKey"):
            own_rsa.modulus(der.integers(der.sequence(der.integer(n), der.integer(e)), 2))
    assert own_rsa.modulus(der.integers(public_of(keys[2048]), 2)) == (numbers.n, 2048)


def test_hashes():
    chance = random.Random(5)
    for length in [*range(260), *(chance.randrange(260, 5000) for _ in range(CASES // 5))]:
        data = chance.randbytes(length)
        for bits in (384, 512):
            assert finish(sha512.digest(bits, data)) == hashlib.new(f"sha{bits}", data).digest(), length
            assert finish(sha512.digest(bits, memoryview(data))) == hashlib.new(f"sha{bits}", data).digest()
    assert finish(algorithms.digest(256, b"x")) == hashlib.sha256(b"x").digest()
