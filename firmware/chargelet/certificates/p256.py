"""The station's own key on the curve P-256: makes a key pair, signs. In pieces, each some milliseconds on an ESP32.

Everything is a generator that gives None after each piece of work (base/pieces.py). What is claimed of side channels,
and what is not: README.md.
"""

import hashlib
from binascii import a2b_base64

from ..base import loading
from . import curve, der

loading.seldom(__name__)

_P, _N, _, _, _ = curve.P256

# Entry d is (1 + the sum of 2**(64 j) for each bit j of d) times the base point: x and y, 88 characters of base64.
# None of them is the point at infinity, so that every digit of a secret number costs the same doubling and addition.
_COMB = (
    "axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpZP40Li/hp/m47n60p8D54WK84zV2sxXs7LtkBoN79R9Q=="
    "fPJ7GI0DT36KUjgDBLUaw8CJaeJ38hs1pgtI/EdmmXgHd1UQ247QQCk9msafdDDbun2t5jzpgimeBLedInhz0Q=="
    "MApLvInWcm+yV8DeleAnielsmP0NNfH6kzkc4gl5kq9yqsfg0JtGRH8d2yX/HjxvW7HuranYBqWqVKKRwIEnoA=="
    "ctwFZe4vfh3qB7n2ufZA7oIfvVWyKqseJiEfjaWpN5gtv8tYDWKBz6RX5Qnr2jBhybCi822kryBkPcPR8/aWgA=="
    "75UZMoqccv/dxgaLuR38YO9/vSsaChG3E5SckyodNn9hHp/Dfbssm8HumAcCLCGcIxg7CJXKF0AZYDWnc3bYqA=="
    "aUge2aUv6FoRa3/o7MEPybbCFu84J5gn8OwIo2VAj0U2oCY6gtwtKJ3yRpKHv/gsmYEBTk7VC2wIaJcJHbURRA=="
    "6113RbIRQeqi6PSD9D5DkXzNhOcNcV8m5I7K//xc3gHq/XLr2+zBewmQ5qFYAGzuhfIs/ihEtkXKyRficxo0eQ=="
    "nrSQAQ6FLpqK4gbukN94oHlqtLkZR1Tjksr3FzgzOp2nzxXb08hbocq807Ht8p+H3lPpgkI6y3aM7l8PLXdPeg=="
    "TnaednLJ3a0xhV99uMf+23TgLwgCA6VrLfSMBGd8ij5CuZCC3oMGYx7ABXIGlHKB+5rhbzuRIqWkw2FluCS7sA=="
    "8NHFw8yDodcTGgEYbXZF+ZZuZqb/o0S3nTM+1/Bu3PioP0ajMoShg5mHaqvsWUbPSJOj+v5RXefeMVG7mbBp1g=="
    "DIi8TXFrEodZXFIggS/8rluC3VvVT7SWf5ke0sMaNXPdXd6j85AdxhjRtbOcBOaqfIGB9N8lZPM6V79jX0isqA=="
    "FQj9LqtwhzWgcFE+i17gTKhghDk9Q118MXTO0q0MsZsc349WkXgrWO68QUtJzQHxCD6Z/60TNGBllrAd4mjaDQ=="
    "QFK/S29GHblmPGLD7brXoA0aEBROw5wo02tHiaJYLn/+z01RkLD8YYYr5r1x1wzI5yTzOZm/zFsjWifDGI0l6w=="
    "TgR6OvdIcr4y+2nOJED8cDwa2SvgMeYth6wW4/eJ3s/0DnSywkd+DselHHLIo37nighJrK+KEmT+uzZ8PvtA5w=="
    "tI4mtIT3ohwKSkb7aq82Omaw3jIlxHRLlhW1EQ0deOX6wBVATU09q2QTG83+1vZowATkBIt7D5gG67D2IaAbLQ=="
    "L0tadxRNrwsHOfwzq2DurkLHBeMZodSitjiKPOKv0DdIF7D3I+W1nqtBOYaWjI4YW/GjFbBPA7uqbIBWwa/HQg=="
)
_ENTRY = 88
_COLUMNS = 64
# What the ones in the entries come to over all columns.
_ONES = (1 << _COLUMNS) - 1


def _entry(digits: int, column: int) -> tuple:
    """The entry of the comb for a column of a number's bits: (x, y)."""
    at = 0
    for row in range(4):
        at |= (digits >> (_COLUMNS * row + column) & 1) << row
    both = a2b_base64(_COMB[_ENTRY * at : _ENTRY * (at + 1)])
    return int.from_bytes(both[:32], "big"), int.from_bytes(both[32:], "big")


def _times_base(number: int):
    """A generator that returns (x, y) of a number times the base point: 64 times the same two steps, and an inverse,
    whatever the number."""
    digits = (number - _ONES) % _N
    point = None
    for column in range(_COLUMNS - 1, -1, -1):
        if point:
            point = curve.double(point, _P)
            yield None
        x, y = _entry(digits, column)
        point = curve.add(point, x, y, _P)
        yield None
    x, y, z = point
    z = yield from curve.inverse(z, _P)
    square = z * z % _P
    return x * square % _P, y * square * z % _P


def key_pair(random):
    """A generator that makes a key pair; `random(n)` gives n bytes that nobody can foresee.

    Returns (private, public): 32 bytes, and 65 as in a certificate, 04 x y (SEC 1 §2.3.3).
    """
    # 64 bits more than needed: no number is more likely than another (FIPS 186-4 §B.4.1).
    private = (curve.number(random(40)) % (_N - 1) + 1).to_bytes(32, "big")
    return private, (yield from public_key(private))


def public_key(private: bytes):
    """A generator that returns the public key, 65 bytes, of a private one."""
    x, y = yield from _times_base(curve.number(private))
    return b"\x04" + x.to_bytes(32, "big") + y.to_bytes(32, "big")


def _hmac(key: bytes, *parts) -> bytes:
    """HMAC with SHA-256 (RFC 2104), for a key of 32 bytes."""
    for pad in (b"\x36" * 32, b"\x5c" * 32):
        made = hashlib.sha256((curve.number(key) ^ curve.number(pad)).to_bytes(32, "big") + pad)
        for part in parts:
            made.update(part)
        parts = (made.digest(),)
    return parts[0]


def _nonces(private: bytes, digest: bytes):
    """The numbers for one signature, one after the other (RFC 6979 §3.2, with SHA-256)."""
    reduced = (curve.number(digest) % _N).to_bytes(32, "big")
    value = b"\x01" * 32
    key = bytes(32)
    for mark in (b"\x00", b"\x01"):
        key = _hmac(key, value, mark, private, reduced)
        value = _hmac(key, value)
    while True:
        value = _hmac(key, value)
        nonce = curve.number(value)
        if 0 < nonce < _N:
            yield nonce
        key = _hmac(key, value, b"\x00")
        value = _hmac(key, value)


def sign(private: bytes, digest: bytes):
    """A generator that signs a SHA-256 (32 bytes); returns the signature as certificates have it, in DER."""
    for nonce in _nonces(private, digest):
        x, _ = yield from _times_base(nonce)
        r = x % _N
        inverse = yield from curve.inverse(nonce, _N)
        s = inverse * (curve.number(digest) + r * curve.number(private)) % _N
        if r and s:
            return der.sequence(der.integer(r), der.integer(s))
