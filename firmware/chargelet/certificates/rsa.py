"""Checks RSA signatures, of 2048 to 4096 bits, by PKCS #1 v1.5 and PSS (RFC 8017 §8). In pieces."""

from ..base import loading
from ..base import rsa as steps

loading.seldom(__name__)

_MIN_BITS = 2048
_MAX_BITS = 4096
_EXPONENT = b"\x01\x00\x01"


def modulus(key) -> tuple:
    """(the modulus, its bits) of a key: the bytes of both integers of an RSAPublicKey. Raises ValueError when it is too
    short, too long or odd in another way."""
    digits, exponent = key
    bits = 8 * len(digits)
    first = digits[0]
    while bits and not first & 0x80:
        first = first << 1 | 1
        bits -= 1
    if not _MIN_BITS <= bits <= _MAX_BITS:
        raise ValueError("subjectPublicKey: %d bits of RSA; %d to %d are taken" % (bits, _MIN_BITS, _MAX_BITS))
    if bytes(exponent) != _EXPONENT or not digits[-1] & 1:
        raise ValueError("subjectPublicKey: an RSA key whose exponent is not 65537, or whose modulus is even")
    return int.from_bytes(digits, "big"), bits


def verify(key, signature, content: bytes):
    """A generator that returns whether a prefix and a hash have been signed with a key, as modulus() has it."""
    number, bits = modulus(key)
    length = (bits + 7) // 8
    yield None
    if len(signature) != length:
        return False
    return (yield from steps.signed(content, int.from_bytes(signature, "big"), length, number))


def verify_pss(key, signature, hashed: bytes, bits: int, salt: "int | None", digest):
    """The same by PSS with a salt of so many bytes, of any length where it is None; `digest(bits, data)` hashes, in
    pieces (RFC 8017 §9.1.2)."""
    number, key_bits = modulus(key)
    length = (key_bits + 7) // 8
    yield None
    if len(signature) != length:
        return False
    block = yield from steps.encoded(int.from_bytes(signature, "big"), length, number)
    if block is None:
        return False
    # The block has one bit less than the modulus: a byte less where that begins with a whole byte's first bit.
    spare = 8 * length - key_bits + 1
    if spare == 8:
        if block[0]:
            return False
        block, spare = block[1:], 0
    size = bits // 8
    border = len(block) - size - 1
    if border < size or block[-1] != 0xBC or block[0] >> 8 - spare:
        return False
    tail = block[border:-1]
    masked = bytearray(block[:border])
    for count in range(-(-border // size)):
        mask = yield from digest(bits, tail + count.to_bytes(4, "big"))
        yield None
        for at in range(count * size, min(border, (count + 1) * size)):
            masked[at] ^= mask[at - count * size]
        yield None
    masked[0] &= 0xFF >> spare
    at = 0
    while at < border and not masked[at]:
        at += 1
        if not at & 63:
            yield None
    if at == border or masked[at] != 1 or (salt is not None and border - at - 1 != salt):
        return False
    return tail == (yield from digest(bits, bytes(8) + hashed + bytes(masked[at + 1 :])))
