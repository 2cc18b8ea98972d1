"""Certificates that are broken in thousands of ways: none does harm, and none is taken that cryptography does not take.

Each prints how many it has tried; `CASES=5000` tries more.
"""

import os
import random

import pytest
from cryptography import x509
from x509_cases import LEAF, MIDDLE, NOW, ROOT, SERVER, encoded, flat, made, signed_again, tree, usage, verdict

from chargelet.base.pieces import finish
from chargelet.base.timestamp import to_text
from chargelet.certificates import algorithms, certificate, chain, der, store
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


def ours(data):
    """The Certificate, or None where it is refused: by ValueError and nothing else."""
    try:
        one = finish(certificate.parse(data))
        algorithms.strong(one.key_kind, one.key)
        return one
    except ValueError as error:
        assert str(error)
        return None


def theirs(data):
    """All that cryptography makes of it, or None where it refuses any of it."""
    try:
        one = x509.load_der_x509_certificate(data)
        found = {"extensions": {known.oid.dotted_string: known.value for known in one.extensions}}
        found["serial"], found["issuer"], found["subject"] = one.serial_number, one.issuer, one.subject
        found["begins"], found["ends"] = one.not_valid_before_utc, one.not_valid_after_utc
        found["key"], found["hash"] = one.public_key(), one.signature_hash_algorithm
        found["tbs"], found["signature"] = one.tbs_certificate_bytes, one.signature
        return found
    except Exception:
        return None


def compare(mine, other):
    """What both read must be the same."""
    assert int.from_bytes(mine.serial, "big") == other["serial"]
    assert (
        bytes(mine.issuer) == other["issuer"].public_bytes() and bytes(mine.subject) == other["subject"].public_bytes()
    )
    assert to_text(mine.begins) == other["begins"].strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")
    assert to_text(mine.ends) == other["ends"].strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")
    assert bytes(mine.hashed) == other["tbs"] and bytes(mine.signature) == other["signature"]
    assert mine.algorithm[1] == other["hash"].digest_size * 8
    extensions = other["extensions"]
    constraints = extensions.get("2.5.29.19")
    assert mine.authority == bool(constraints and constraints.ca)
    length = constraints.path_length if constraints else None
    assert mine.path == (length if length is None else min(length, 100))
    known = extensions.get("2.5.29.15")
    assert (mine.usage is None) == (known is None)
    if known:
        assert bool(mine.usage & 0x80) == known.digital_signature and bool(mine.usage & 4) == known.key_cert_sign
    purposes = extensions.get("2.5.29.37")
    assert (mine.purposes is None) == (purposes is None)
    if purposes:
        assert (chain.CLIENT in mine.purposes) == (x509.ExtendedKeyUsageOID.CLIENT_AUTH in purposes)


def tried(data, counts):
    """Count who takes a certificate. We may where it is about fields that nobody here reads."""
    mine, other = ours(data), theirs(data)
    if mine and not other:
        reason = refusal(data)
        if reason.startswith("encipher_only") or "subject_alternative_name" in reason:
            other = counts["harmless"] = counts["harmless"] + 1
        else:
            counts["reasons"].append((reason, data.hex()))
    elif mine:
        compare(mine, other)
    counts["both" if mine and other else "theirs" if other else "ours" if mine else "neither"] += 1
    return mine


def refusal(data):
    """Why cryptography does not take a certificate."""
    try:
        one = x509.load_der_x509_certificate(data)
        return f"? {one.issuer} {one.subject} {one.not_valid_before_utc} {one.public_key()} {list(one.extensions)}"
    except Exception as error:
        return str(error)


def counting():
    return {"both": 0, "theirs": 0, "ours": 0, "neither": 0, "harmless": 0, "reasons": []}


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


def leaves(trees):
    """Each place of a tree: (the list it is in, its index)."""
    for at, (_, content) in enumerate(trees):
        yield trees, at
        if isinstance(content, list):
            yield from leaves(content)


def odd(tag, content, chance):
    """Another encoding, which DER does not allow or another value, of an element."""
    inner = flat(content) if isinstance(content, list) else content
    what = chance.randrange(12)
    length = len(inner)
    if what == 0:
        return bytes((tag, 0x80)) + inner + b"\x00\x00"  # indefinite
    if what == 1:
        return bytes((tag, 0x83)) + length.to_bytes(3, "big") + inner  # longer than needed
    if what == 2:
        return bytes((tag, 0x81, min(length, 255))) + inner
    if what == 3:
        return bytes((tag, 0x84)) + b"\xff\xff\xff\xff" + inner  # four gigabytes
    if what == 4:
        return bytes((tag | 0x1F,)) + der.wrap(tag, inner)[1:]
    if what == 5:
        return der.wrap(tag, b"\x00" + inner)  # an integer with a leading zero
    if what == 6:
        return der.wrap(tag, b"\xff" + inner)  # a negative one
    if what == 7:
        return der.wrap(tag, b"")
    if what == 8:
        return der.wrap(tag, inner[:-1])
    if what == 9:
        return der.wrap(tag, inner + chance.choice((b"\x00", b"\x05\x00", inner[-20:])))
    if what == 10:
        return der.wrap(chance.choice((1, 2, 3, 4, 5, 6, 0x0C, 0x13, 0x17, 0x18, 0x30, 0x31, 0xA0, 0xA1, 0xA3)), inner)
    return der.wrap(tag, bytes(len(inner) + chance.choice((-1, 0, 1, 200))) if inner else b"\x00")


def mutated(seed, chance):
    """A certificate, rightly signed, in which one element of the signed part is another, missing, twice or moved."""
    trees = tree(seed)[0][1][:1]
    for known in trees[0][1]:
        if known[0] == 0xA3:  # look into the extensions' values too
            for extension in known[1][0][1]:
                try:
                    extension[1][-1][1] = tree(extension[1][-1][1])
                except ValueError:
                    pass
    where, at = chance.choice(list(leaves(trees[0][1])))
    what = chance.randrange(8)
    if what == 0:
        del where[at]
    elif what == 1:
        where.insert(at, where[at])
    elif what == 2:
        other = chance.randrange(len(where))
        where[at], where[other] = where[other], where[at]
    else:
        mark = [where[at][0], b"@@mark@@"]
        replacement = odd(*where[at], chance)
        where[at] = mark
        return placed(trees, mark, replacement)
    return flat(trees)


def placed(trees, mark, replacement):
    """flat(), with an encoding of its own in the place of one element."""
    found = b""
    for one in trees:
        if one is mark:
            found += replacement
        elif isinstance(one[1], list):
            found += der.wrap(one[0], placed(one[1], mark, replacement))
        else:
            found += der.wrap(one[0], one[1])
    return found


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
        return (yield from chain.check([data], lambda: iter([encoded(ROOT)]), NOW, chain.CLIENT))
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
            finish(store.install(storage, "c", der.pem("CERTIFICATE", data), NOW, 8, False))
        assert storage.values == {}
        count += 1
    for nested in (b"\x30\x80" * 2000, b"\x30\x82\x10\x00" * 1000):
        with pytest.raises(ValueError):
            finish(store.install(storage, "c", der.pem("CERTIFICATE", nested), NOW, 8, False))
    print(f"{count} texts were refused")
