"""ECDSA over P-256 against the vectors of RFC 6979 and of NIST, in the interpreter of a board."""

import hashlib
from binascii import unhexlify

from chargelet.base import entropy
from chargelet.base.pieces import finish
from chargelet.certificates import curve, der, p256

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
        assert finish(curve.verify(PUBLIC, digest, signature)), message


# NIST, FIPS 186-4 SigGen for P-256 with SHA-256, and point multiplications
NIST = (
    (
        "5905238877c77421f73e43ee3da6f2d9e2ccad5fc942dcec0cbd25482935faaf416983fe165b1a045ee2bcd2e6dca3bdf46c4310a7461f9a"
        "37960ca672d3feb5473e253605fb1ddfd28065b53cb5858a8ad28175bf9bd386a5e471ea7a65c17cc934a9d791e91491eb3754d03799790f"
        "e2d308d16146d5c9b0d0debd97d79ce8",
        0x519B423D715F8B581F4FA8EE59F4771A5B44C8130B4E3EACCA54A56DDA72B464,
        0x1CCBE91C075FC7F4F033BFA248DB8FCCD3565DE94BBFB12F3C59FF46C271BF83,
        0xCE4014C68811F9A21A1FDB2C0E6113E06DB7CA93B7404E78DC7CCD5CA89A4CA9,
        0xF3AC8061B514795B8843E3D6629527ED2AFD6B1F6A555A7ACABB5E6F79C8C2AC,
        0x8BF77819CA05A6B2786C76262BF7371CEF97B218E96F175A3CCDDA2ACC058903,
    ),
)
MULTIPLES = (
    (
        1,
        0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
        0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
    ),
    (
        2,
        0x7CF27B188D034F7E8A52380304B51AC3C08969E277F21B35A60B48FC47669978,
        0x07775510DB8ED040293D9AC69F7430DBBA7DADE63CE982299E04B79D227873D1,
    ),
    (
        112233445566778899,
        0x339150844EC15234807FE862A86BE77977DBFB3AE3D96F4C22795513AEAAB82F,
        0xB1C14DDFDC8EC1B2583F51E85A5EB3A155840F2034730E9B5ADA38B674336A21,
    ),
)


def public(x, y):
    return b"\x04" + x.to_bytes(32, "big") + y.to_bytes(32, "big")


def test_nist():
    for number, x, y in MULTIPLES:
        assert finish(p256.public_key(number.to_bytes(32, "big"))) == public(x, y), number
    for message, private, x, y, r, s in NIST:
        message = unhexlify(message)
        digest = hashlib.sha256(message).digest()
        assert finish(p256.public_key(private.to_bytes(32, "big"))) == public(x, y)
        signature = der.sequence(der.integer(r), der.integer(s))
        assert finish(curve.verify(public(x, y), digest, signature))
        for at in range(0, len(signature) * 8, 7):
            bad = bytearray(signature)
            bad[at // 8] ^= 1 << at % 8
            assert not finish(curve.verify(public(x, y), digest, bytes(bad))), at
        assert not finish(curve.verify(public(x, y), hashlib.sha256(message[1:]).digest(), signature))


def test_work_gives_way():
    """The pieces are many, and the same in number whatever the key is."""
    counts = set()
    for private in (1, 2, 0xFFFF, 1 << 255, int.from_bytes(PRIVATE, "big")):
        work = p256.sign(private.to_bytes(32, "big"), bytes(32))
        count = 0
        for _ in work:
            count += 1
        counts.add(count)
    assert len(counts) == 1 and counts.pop() > 200


def test_secrets_differ_and_need_noise():
    noise = entropy._noise[0]
    try:
        drawn = [entropy.secret(size) for size in (0, 1, 32, 33, 40, 40, 100)]
        assert [len(one) for one in drawn] == [0, 1, 32, 33, 40, 40, 100] and len(set(drawn[2:])) == 5
        entropy.distrust()
        try:
            entropy.secret(32)
            raise AssertionError("a key without noise")
        except ValueError as error:
            assert "network.entropy" in str(error)
        entropy.stir()
        assert len(entropy.secret(40)) == 40
    finally:
        entropy._noise[0] = noise
