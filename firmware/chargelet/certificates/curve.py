"""Checks ECDSA signatures over the curves P-256 and P-384 (FIPS 186-4), and has the arithmetic of their points.

What takes long is a generator that gives None after each piece of work, some milliseconds of an ESP32. A point is a
tuple (x, y, z) that stands for (x / z**2, y / z**3); None is the point at infinity.
"""

from ..base import loading
from . import der

loading.seldom(__name__)

# FIPS 186-4 §D.1.2.3 and §D.1.2.4: the field's prime, the order, b, x and y of the base point. a is -3.
P256 = (
    0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF,
    0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B,
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)
P384 = (
    0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEFFFFFFFF0000000000000000FFFFFFFF,
    0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973,
    0xB3312FA7E23EE7E4988E056BE3F82D19181D9C6EFE8141120314088F5013875AC656398D8A2ED19D2A85C8EDD3EC2AEF,
    0xAA87CA22BE8B05378EB1C71EF320AD746E1D3B628BA79B9859F741E082542A385502F25DBF55296C3A545E3872760AB7,
    0x3617DE4A96262C6F5D9E98BF9292DC29F8F41DBD289A147CE9DA3113B5F0B8C00A60B1CE1D7E819D7A431D7C90EA0E5F,
)


def number(data) -> int:
    """The integer that bytes stand for."""
    return int.from_bytes(data, "big")


def double(point, p: int):
    """Twice a point."""
    x, y, z = point
    square = z * z % p
    gamma = y * y % p
    beta = x * gamma % p
    alpha = 3 * (x - square) * (x + square) % p
    x = (alpha * alpha - 8 * beta) % p
    return x, (alpha * (4 * beta - x) - 8 * gamma * gamma) % p, 2 * y * z % p


def add(point, x: int, y: int, p: int):
    """A point and another of z 1, whatever the two are."""
    if not point:
        return x, y, 1
    own_x, own_y, z = point
    square = z * z % p
    h = (x * square - own_x) % p
    r = (y * square * z - own_y) % p
    if not h:
        return None if r else double(point, p)
    square = h * h % p
    cube = h * square % p
    square = own_x * square % p
    x = (r * r - cube - 2 * square) % p
    return x, (r * (square - x) - own_y * cube) % p, z * h % p


def inverse(one: int, modulus: int):
    """A generator that returns 1 / one by Fermat: the same steps for every number."""
    power = 1
    exponent = modulus - 2
    bit = 384 if modulus >> 256 else 256
    while bit:
        bit -= 1
        power = power * power % modulus
        if exponent >> bit & 1:
            power = power * one % modulus
        if not bit & 3:
            yield None
    return power


def on_curve(public) -> bool:
    """Whether this is a public key as certificates have it: uncompressed, and a point of one of the curves."""
    if len(public) not in (65, 97) or public[0] != 4:
        return False
    p, _, b, _, _ = P256 if len(public) == 65 else P384
    half = len(public) // 2 + 1
    x, y = number(public[1:half]), number(public[half:])
    return x < p and y < p and (y * y - (x * x - 3) * x - b) % p == 0


def verify(public, digest: bytes, signature):
    """A generator that returns whether a digest, of any length, has been signed with the key of a public one, which is
    as on_curve() wants it. The signature is as certificates have it, in DER."""
    try:
        r, s = [number(one) for one in der.integers(signature, 2)]
    except ValueError:
        return False
    if not on_curve(public):
        return False
    p, n, _, base_x, base_y = P256 if len(public) == 65 else P384
    if not (0 < r < n and 0 < s < n):
        return False
    yield None
    s = yield from inverse(s, n)
    half = len(public) // 2 + 1
    x, y = number(public[1:half]), number(public[half:])
    base = number(digest[: half - 1]) * s % n
    other = r * s % n
    # Digits 1, 0 and -1: those of 3n - n, two thirds of which are 0.
    base_triple, triple = 3 * base, 3 * other
    point = None
    for bit in range(8 * half - 7, 0, -1):
        if point:
            point = double(point, p)
            yield None
        digit = (triple >> bit & 1) - (other >> bit & 1)
        if digit:
            point = add(point, x, y if digit > 0 else p - y, p)
            yield None
        digit = (base_triple >> bit & 1) - (base >> bit & 1)
        if digit:
            point = add(point, base_x, base_y if digit > 0 else p - base_y, p)
            yield None
    if not point:
        return False
    x, y, z = point
    z = z * z % p
    # r is x modulo n, and x may be a little more than n.
    return (r * z - x) % p == 0 or (r + n < p and ((r + n) * z - x) % p == 0)
