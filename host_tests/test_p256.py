"""ECDSA over P-256 against the vectors of RFC 6979 and of NIST, in the interpreter of a board."""

import hashlib
from binascii import unhexlify

from chargelet.certificates import der, p256
from chargelet.ground.pieces import finish

# RFC 6979 §A.2.5
PRIVATE = unhexlify("C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721")
PUBLIC = unhexlify(
    "0460FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6"
    "7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299"
)
SIGNED = (
    (
        b"sample",
        0xEFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716,
        0xF7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8,
    ),
    (
        b"test",
        0xF1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367,
        0x019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083,
    ),
)


def test_rfc_6979():
    assert finish(p256.public_key(PRIVATE)) == PUBLIC
    for message, r, s in SIGNED:
        digest = hashlib.sha256(message).digest()
        signature = finish(p256.sign(PRIVATE, digest))
        assert signature == der.sequence(der.integer(r), der.integer(s)), message
        assert finish(p256.verify(PUBLIC, digest, signature)), message
