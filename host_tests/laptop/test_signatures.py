"""P-256, RSA and SHA-2 as the firmware has them, against the package cryptography."""

import hashlib
import os
import random

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from signature_cases import CASES, CORNERS, FIELD, ORDER, SHA2, point, private_key

from chargelet.base.pieces import finish
from chargelet.certificates import curve, p256


def test_the_comb_is_what_it_says():
    for digits in range(16):
        number = 1 + sum(1 << 64 * row for row in range(4) if digits >> row & 1)
        x, y = p256._entry(sum(1 << 64 * row for row in range(4) if digits >> row & 1), 0)
        assert b"\x04" + x.to_bytes(32, "big") + y.to_bytes(32, "big") == point(private_key(number).public_key()), (
            digits
        )


def test_public_keys():
    chance = random.Random(1)
    for number in CORNERS + [chance.randrange(1, ORDER) for _ in range(CASES)]:
        public = finish(p256.public_key(number.to_bytes(32, "big")))
        assert public == point(private_key(number).public_key()), number


def test_a_key_pair_uses_all_of_its_randomness():
    asked = []

    def given(count):
        asked.append(count)
        return b"\xff" * count

    private, public = finish(p256.key_pair(given))
    assert asked == [40] and int.from_bytes(private, "big") == ((1 << 320) - 1) % (ORDER - 1) + 1
    least, _ = finish(p256.key_pair(bytes))
    assert int.from_bytes(least, "big") == 1  # never 0
    pairs = [finish(p256.key_pair(os.urandom)) for _ in range(5)]
    assert len({one for one, _ in pairs}) == 5
    for own, public in pairs:
        assert public == point(private_key(int.from_bytes(own, "big")).public_key())


def test_signatures_that_we_make():
    chance = random.Random(2)
    for number in CORNERS + [chance.randrange(1, ORDER) for _ in range(CASES)]:
        message = chance.randbytes(40)
        digest = hashlib.sha256(message).digest()
        signature = finish(p256.sign(number.to_bytes(32, "big"), digest))
        theirs = private_key(number).sign(message, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
        assert signature == theirs, number


def test_signatures_that_others_make():
    chance = random.Random(3)
    wrong = 0
    for case in range(CASES):
        bits = chance.choice((256, 384, 512))
        key = private_key(chance.choice(CORNERS) if case % 3 == 0 else chance.randrange(1, ORDER))
        message = chance.randbytes(40)
        signature = key.sign(message, ec.ECDSA(SHA2[bits]))
        digest = hashlib.new(f"sha{bits}", message).digest()
        public = point(key.public_key())
        assert finish(curve.verify(public, digest, signature)), case
        r, s = decode_dss_signature(signature)
        other = point(private_key(chance.randrange(1, ORDER)).public_key())
        for bad in (
            (public, digest[:31] + bytes([digest[31] ^ 1]) + digest[32:], signature),
            (other, digest, signature),
            (public, digest, encode_dss_signature(r, s + ORDER if s + ORDER < 1 << 256 else 0)),
            (public, digest, encode_dss_signature(s, r)),
            (public, digest, encode_dss_signature(r + 1, s)),
        ):
            wrong += 1
            assert not finish(curve.verify(*bad)), case
    print(f"{CASES} signatures were right, {wrong} wrong")


def test_signatures_that_nobody_makes():
    key = private_key(7)
    public = point(key.public_key())
    digest = bytes(32)
    good = key.sign(b"", ec.ECDSA(hashes.SHA256()))
    for r in (0, 1, ORDER - 1, ORDER, ORDER + 1, FIELD, FIELD - ORDER, (1 << 256) - 1):
        for s in (0, 1, ORDER - 1, ORDER, ORDER + 1, (1 << 256) - 1, 1 << 256):
            mine = finish(curve.verify(public, digest, encode_dss_signature(r, s)))
            try:
                key.public_key().verify(encode_dss_signature(r, s), digest, ec.ECDSA(ec_prehashed()))
                theirs = True
            except Exception:
                theirs = False
            assert mine == theirs, (r, s)
    for bad in (b"", b"\x30", good[:-1], good + b"\x00", b"\x31" + good[1:], b"\x30\x80" + good[2:] + b"\x00\x00"):
        assert not finish(curve.verify(public, hashlib.sha256(b"").digest(), bad)), bad
    for bad in (
        public[:-1],
        public + b"\x00",
        b"\x02" + public[1:33],
        b"\x05" + public[1:],
        b"\x04" + bytes(64),
        public[:-1] + bytes([public[-1] ^ 1]),
        b"\x04" + FIELD.to_bytes(32, "big") + public[33:],
        b"\x00",
    ):
        assert not curve.on_curve(bad) and not finish(curve.verify(bad, hashlib.sha256(b"").digest(), good)), bad


def ec_prehashed():
    from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

    return Prehashed(hashes.SHA256())


def test_sums_that_meet_themselves():
    """u1 G + u2 Q where the two are the same point, opposites, or the point at infinity on the way."""
    tried = 0
    for number in (1, 2, 3, ORDER - 1, ORDER - 2, (1 << 64) - 1, 5):
        public = point(private_key(number).public_key())
        for u1 in [0, 1, number, ORDER - number, 2 * number % ORDER, (1 << 64) - 1, 1 << 63]:
            for u2 in (1, 2, 3, ORDER - 1, ORDER // 2, 1 << 255):
                # r is x of u1 G + u2 Q; with s = r / u2 and e = u1 s that is the signature of e.
                total = (u1 + u2 * number) % ORDER
                if not total:
                    r, right = 1, False
                else:
                    r, right = private_key(total).public_key().public_numbers().x % ORDER, True
                s = r * pow(u2, -1, ORDER) % ORDER
                digest = (u1 * s % ORDER).to_bytes(32, "big")
                tried += 1
                assert finish(curve.verify(public, digest, encode_dss_signature(r, s))) == right, (number, u1, u2)
    print(f"{tried} sums")


def test_p384():
    """What an authority may have signed: never a key of the station's own."""
    chance = random.Random(6)
    order, field = curve.P384[1], curve.P384[0]
    count = 0
    for case in range(max(12, CASES // 10)):
        number = chance.choice((1, 2, 3, order - 1, order // 2)) if case % 4 == 0 else chance.randrange(1, order)
        key = ec.derive_private_key(number, ec.SECP384R1())
        bits = chance.choice((256, 384, 512))
        message = chance.randbytes(30)
        digest, signature = hashlib.new(f"sha{bits}", message).digest(), key.sign(message, ec.ECDSA(SHA2[bits]))
        public = point(key.public_key())
        assert curve.on_curve(public) and finish(curve.verify(public, digest, signature)), case
        r, s = decode_dss_signature(signature)
        for bad in (
            (public, digest[:-1] + bytes([digest[-1] ^ (bits < 512)]) if bits < 512 else bytes(64), signature),
            (public, digest, encode_dss_signature(s, r)),
            (public, digest, encode_dss_signature(r, order)),
            (public, digest, encode_dss_signature(0, s)),
            (public[:-1] + bytes([public[-1] ^ 1]), digest, signature),
            (public[:65], digest, signature),
            (b"\x04" + field.to_bytes(48, "big") + public[49:], digest, signature),
            (point(private_key(7).public_key()), digest, signature),
        ):
            count += 1
            assert not finish(curve.verify(*bad)), case
    for u1, u2, number in ((1, 1, 1), (0, 1, 5), (5, order - 1, 5), (5, 1, order - 5), (3, 1, 3), (7, 2, order - 3)):
        public = point(ec.derive_private_key(number, ec.SECP384R1()).public_key())
        total = (u1 + u2 * number) % order
        numbers = ec.derive_private_key(total, ec.SECP384R1()).public_key().public_numbers() if total else None
        r = numbers.x % order if total else 1
        s = r * pow(u2, -1, order) % order
        digest = (u1 * s % order).to_bytes(48, "big")
        assert finish(curve.verify(public, digest, encode_dss_signature(r, s))) == bool(total), (u1, u2, number)
    print(f"{count} signatures were wrong")
