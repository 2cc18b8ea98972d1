"""Certificates that are broken in thousands of ways: none does harm, and none is taken that cryptography does not take.

Each prints how many it has tried; `CASES=5000` tries more.
"""

import os
import random

import pytest
from cryptography import x509
from odd_certificates import mutated
from read_twice import counting, tried
from x509_cases import LEAF, MIDDLE, NOW, ROOT, SERVER, encoded, made, signed_again, usage, verdict

from chargelet.base.pieces import finish
from chargelet.certificates import arrivals, chain, der
from fakes import authority
from fakes.storage import FakeStorage

CASES = int(os.getenv("CASES", "1500"))
SEEDS = [
    encoded(MIDDLE),
    encoded(LEAF),
    encoded(
        made(
            "Longer", 2048, "Root", "ec", True, path=3,
            extensions=[(x509.SubjectAlternativeName([x509.DNSName("a.example")]), False)],
        )
    ),
    encoded(made("Server", "ec3", "Root", "ec", purposes=(SERVER,), signs=usage(key_agreement=True, crl_sign=True))),
]  # fmt: skip


def test_every_bit_counts():
    """A chain in which one bit has turned, or that ends too early, is not taken."""
    count = 0
    chance = random.Random(1)
    good = [encoded(LEAF), encoded(MIDDLE)]
    assert verdict(good, [ROOT]) == ""
    for which in (0, 1):
        # The signature's check is what takes time: of the bits that it is about only some.
        bits = chance.sample(range(8 * len(good[which])), min(CASES // 4, 8 * len(good[which])))
        for bit in bits:
            bad = list(good)
            turned = bytearray(good[which])
            turned[bit // 8] ^= 1 << bit % 8
            bad[which] = bytes(turned)
            assert verdict(bad, [ROOT]), bit
            count += 1
        for length in range(len(good[which])):
            bad = list(good)
            bad[which] = good[which][:length]
            assert verdict(bad, [ROOT]), length
            bad[which] = good[which] + bytes(1)
            assert verdict(bad, [ROOT])
            count += 1
    print(f"{count} chains with a bit turned or an end that is missing")


def test_bytes_that_are_anything():
    chance = random.Random(2)
    counts = counting()
    for _ in range(4 * CASES):
        data = bytearray(chance.choice(SEEDS))
        for _ in range(chance.choice((1, 1, 1, 2, 3, 8))):
            at = chance.randrange(len(data))
            what = chance.randrange(6)
            if what == 0:
                data[at] ^= 1 << chance.randrange(8)
            elif what == 1:
                data[at] = chance.choice((0, 1, 2, 0x7F, 0x80, 0x81, 0x82, 0x84, 0xFF, 0x30, 0x31, 0xA0))
            elif what == 2:
                del data[at : at + chance.choice((1, 2, 10))]
                data = data or bytearray(1)
            elif what == 3:
                data[at:at] = chance.randbytes(chance.choice((1, 2, 10)))
            elif what == 4:
                data[at:at] = data[at : at + 20]
            else:
                data = data[: max(1, at)]
        tried(bytes(data), counts)
    print(counts)
    assert counts["reasons"] == []


def test_certificates_that_are_odd_and_rightly_signed():
    """The issuer's key has signed whatever it is: only what it says decides."""
    chance = random.Random(3)
    counts = counting()
    for _ in range(4 * CASES):
        try:
            hashed = mutated(chance.choice(SEEDS), chance)
        except ValueError:
            continue
        data = signed_again(hashed, "ec")
        mine = tried(data, counts)
        if mine and not mine.authority:
            finish(chain_or_words(data))
    print(counts)
    assert counts["both"] > CASES // 50 and counts["reasons"] == []


def chain_or_words(data):
    yield None
    try:
        return (yield from authority.check([data], lambda: iter([encoded(ROOT)]), NOW, chain.CLIENT))
    except ValueError as error:
        assert str(error)


def test_what_is_no_certificate_is_not_installed():
    chance = random.Random(4)
    count = 0
    for _ in range(CASES // 3):
        data = chance.randbytes(chance.choice((0, 1, 2, 10, 600, 4160, 4161)))
        if chance.random() < 0.5:
            data = der.sequence(data)
        storage = FakeStorage()
        with pytest.raises(ValueError):
            finish(arrivals.install(storage, "c", der.pem("CERTIFICATE", data), NOW, 8, False))
        assert storage.values == {}
        count += 1
    for nested in (b"\x30\x80" * 2000, b"\x30\x82\x10\x00" * 1000):
        with pytest.raises(ValueError):
            finish(arrivals.install(storage, "c", der.pem("CERTIFICATE", nested), NOW, 8, False))
    print(f"{count} texts were refused")
