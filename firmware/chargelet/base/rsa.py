"""RSA, the public side: raises a signature to the power of 2**16 + 1, in pieces, and checks PKCS #1 v1.5."""

from . import loading

loading.seldom(__name__)

# What a product is made of, in bits.
_PART_BITS = 256
_PART_MASK = (1 << _PART_BITS) - 1
# The public exponent is 2**16 + 1.
_SQUARINGS = 16
# What RFC 8017 §9.2 puts before a SHA-256.
SHA256 = b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20"


def encoded(signature: int, length: int, modulus: int):
    """A generator that returns what has been signed, in so many bytes, or None where it can't be a signature.

    It gives None after each piece of work: all of them take an ESP32 some 100 ms, each a few.
    """
    if length < 64 or not 0 < modulus >> 8 * (length - 1) < 256 or signature >= modulus:
        return None
    power = signature
    for step in range(_SQUARINGS + 1):
        # The product, a part at a time: the whole one takes twice the RAM, in one piece.
        other = power if step < _SQUARINGS else signature
        product = 0
        for part in range((8 * length - 1) // _PART_BITS, -1, -1):
            product = ((product << _PART_BITS) + power * ((other >> (part * _PART_BITS)) & _PART_MASK)) % modulus
            yield None
        power = product
    return power.to_bytes(length, "big")


def signed(content: bytes, signature: int, length: int, modulus: int):
    """A generator that returns whether a prefix and a hash are signed (PKCS #1 v1.5) with the key of a modulus."""
    block = yield from encoded(signature, length, modulus)
    end = length - len(content) - 1
    if block is None or end < 10:
        return False
    padded = block[:2] == b"\x00\x01" and block[end] == 0 and block.count(b"\xff", 2, end) == end - 2
    return padded and block[end + 1 :] == content
