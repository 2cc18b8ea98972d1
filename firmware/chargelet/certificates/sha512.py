"""SHA-384 and SHA-512 (FIPS 180-4), which MicroPython does not have. In pieces of four rounds."""

from ..base import loading

loading.seldom(__name__)

_MASK = 0xFFFFFFFFFFFFFFFF
_ROUNDS = 80
_BLOCK = 128
# Sixteen hexadecimal digits a number.
_CONSTANTS = (
    "428a2f98d728ae227137449123ef65cdb5c0fbcfec4d3b2fe9b5dba58189dbbc3956c25bf348b53859f111f1b605d019923f82a4af194f9b"
    "ab1c5ed5da6d8118d807aa98a303024212835b0145706fbe243185be4ee4b28c550c7dc3d5ffb4e272be5d74f27b896f80deb1fe3b1696b1"
    "9bdc06a725c71235c19bf174cf692694e49b69c19ef14ad2efbe4786384f25e30fc19dc68b8cd5b5240ca1cc77ac9c652de92c6f592b0275"
    "4a7484aa6ea6e4835cb0a9dcbd41fbd476f988da831153b5983e5152ee66dfaba831c66d2db43210b00327c898fb213fbf597fc7beef0ee4"
    "c6e00bf33da88fc2d5a79147930aa72506ca6351e003826f142929670a0e6e7027b70a8546d22ffc2e1b21385c26c9264d2c6dfc5ac42aed"
    "53380d139d95b3df650a73548baf63de766a0abb3c77b2a881c2c92e47edaee692722c851482353ba2bfe8a14cf10364a81a664bbc423001"
    "c24b8b70d0f89791c76c51a30654be30d192e819d6ef5218d69906245565a910f40e35855771202a106aa07032bbd1b819a4c116b8d2d0c8"
    "1e376c085141ab532748774cdf8eeb9934b0bcb5e19b48a8391c0cb3c5c95a634ed8aa4ae3418acb5b9cca4f7763e373682e6ff3d6b2b8a3"
    "748f82ee5defb2fc78a5636f43172f6084c87814a1f0ab728cc702081a6439ec90befffa23631e28a4506cebde82bde9bef9a3f7b2c67915"
    "c67178f2e372532bca273eceea26619cd186b8c721c0c207eada7dd6cde0eb1ef57d4f7fee6ed17806f067aa72176fba0a637dc5a2c898a6"
    "113f9804bef90dae1b710b35131c471b28db77f523047d8432caab7b40c724933c9ebe0a15c9bebc431d67c49c100d4c4cc5d4becb3e42b6"
    "597f299cfc657e2a5fcb6fab3ad6faec6c44198c4a475817"
)
_BEGIN_384 = (
    "cbbb9d5dc1059ed8629a292a367cd5079159015a3070dd17152fecd8f70e5939"
    "67332667ffc00b318eb44a8768581511db0c2e0d64f98fa747b5481dbefa4fa4"
)
_BEGIN_512 = (
    "6a09e667f3bcc908bb67ae8584caa73b3c6ef372fe94f82ba54ff53a5f1d36f1"
    "510e527fade682d19b05688c2b3e6c1f1f83d9abfb41bd6b5be0cd19137e2179"
)


def _numbers(digits: str) -> list:
    return [int(digits[at : at + 16], 16) for at in range(0, len(digits), 16)]


def _turned(number: int, one: int, other: int) -> int:
    """A number of 64 bits, turned to the right by two distances, one xor the other."""
    double = number << 64 | number
    return double >> one ^ double >> other


def _blocks(data):
    """The blocks of data with its end (FIPS 180-4 §5.1.2)."""
    whole = len(data) // _BLOCK * _BLOCK
    for at in range(0, whole, _BLOCK):
        yield data[at : at + _BLOCK]
    last = bytes(data[whole:]) + b"\x80"
    last += bytes(-(len(last) + 16) % _BLOCK) + (8 * len(data)).to_bytes(16, "big")
    for at in range(0, len(last), _BLOCK):
        yield last[at : at + _BLOCK]


def digest(bits: int, data):
    """A generator that returns the hash of data, of 384 or 512 bits."""
    state = _numbers(_BEGIN_384 if bits == 384 else _BEGIN_512)
    for block in _blocks(data):
        words = [int.from_bytes(block[at : at + 8], "big") for at in range(0, _BLOCK, 8)]
        a, b, c, d, e, f, g, h = state
        for at in range(_ROUNDS):
            if not at & 3:
                yield None
            word = words[at & 15]
            if at > 15:
                one, other = words[at + 1 & 15], words[at + 14 & 15]
                word += words[at + 9 & 15] + ((_turned(one, 1, 8) ^ one >> 7) & _MASK)
                word = word + ((_turned(other, 19, 61) ^ other >> 6) & _MASK) & _MASK
                words[at & 15] = word
            constant = int(_CONSTANTS[16 * at : 16 * at + 16], 16)
            double = e << 64 | e
            h += ((double >> 14 ^ double >> 18 ^ double >> 41) & _MASK) + (g ^ e & (f ^ g)) + constant + word
            double = a << 64 | a
            sums = ((double >> 28 ^ double >> 34 ^ double >> 39) & _MASK) + (a & b | c & (a | b))
            h, g, f, e, d, c, b, a = g, f, e, d + h & _MASK, c, b, a, h + sums & _MASK
        state = [one + other & _MASK for one, other in zip(state, (a, b, c, d, e, f, g, h))]
    return b"".join([one.to_bytes(8, "big") for one in state])[: bits // 8]
