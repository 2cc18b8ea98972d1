"""The names that certificates have for signature algorithms and hashes; checks a signature by any of them."""

import hashlib

from ..base import loading
from . import der

loading.seldom(__name__)

# 1.2.840.113549.1.1.x, 1.2.840.10045.4.3.x and 2.16.840.1.101.3.4.2.x, encoded, without x.
_RSA = b"\x2a\x86\x48\x86\xf7\x0d\x01\x01"
_ECDSA = b"\x2a\x86\x48\xce\x3d\x04\x03"
_SHA2 = b"\x60\x86\x48\x01\x65\x03\x04\x02"
_PSS = 10
_MGF1 = 8
# x of SHA-256; x + 1 is SHA-384, x + 2 SHA-512
_RSA_SHA256 = 11
_ECDSA_SHA256 = 2
_SHA256 = 1
# What nobody may trust any more: x 2 to 5
_BROKEN = ("MD2", "MD4", "MD5", "SHA-1")
_ECDSA_SHA1 = b"\x2a\x86\x48\xce\x3d\x04\x01"
_NULL = b"\x05\x00"
_WHAT = "signatureAlgorithm"
# The length of the salt where none is named
_SALT = 20
_SALT_MAX = 64


def signature(data, at: int, end: int) -> tuple:
    """(EC, RSA or PSS, bits of the SHA-2, length of the salt) of an AlgorithmIdentifier. Raises ValueError."""
    whole, at = der.name(data, at, end, _WHAT)
    name, last, rest = whole[:-1], whole[-1], bytes(data[at:end])
    if name == _ECDSA and 0 <= last - _ECDSA_SHA256 < 3 and not rest:
        return "EC", 256 + 128 * (last - _ECDSA_SHA256), 0
    if name == _RSA and 0 <= last - _RSA_SHA256 < 3 and rest == _NULL:
        return "RSA", 256 + 128 * (last - _RSA_SHA256), 0
    if name == _RSA and last == _PSS:
        return _pss(data, at, end)
    if whole == _ECDSA_SHA1 or (name == _RSA and 2 <= last <= 5):
        weak = _BROKEN[last - 2 if name == _RSA else 3]
        raise ValueError("%s: %s is broken; SHA-256, SHA-384 and SHA-512 are taken" % (_WHAT, weak))
    raise ValueError("%s: neither ECDSA nor RSA with SHA-256, SHA-384 or SHA-512" % _WHAT)


def _pss(data, at: int, end: int) -> tuple:
    """signature() of RSASSA-PSS-params (RFC 4055 §3.1): one SHA-2 for all, and the usual trailer."""
    at, end = der.inside(data, at, end, der.SEQUENCE, _WHAT)
    begin, at = der.expect(data, at, end, 0xA0, _WHAT)
    own = data[begin:at]
    begin, at = der.expect(data, at, end, 0xA1, _WHAT)
    begin, mask_end = der.inside(data, begin, at, der.SEQUENCE, _WHAT)
    function, begin = der.name(data, begin, mask_end, _WHAT)
    if function != _RSA + bytes((_MGF1,)) or data[begin:mask_end] != own:
        raise ValueError("%s: PSS with two hashes" % _WHAT)
    salt = _SALT
    if at < end:
        begin, at = der.expect(data, at, end, 0xA2, _WHAT)
        begin, salt_end = der.inside(data, begin, at, der.INTEGER, _WHAT)
        salt = int.from_bytes(der.unsigned(data, begin, salt_end, _WHAT), "big")
    if at != end or salt > _SALT_MAX:
        raise ValueError("%s: PSS with a trailer or a salt that is not taken" % _WHAT)
    begin, end = der.inside(own, 0, len(own), der.SEQUENCE, _WHAT)
    name, at = der.name(own, begin, end, _WHAT)
    if name[:-1] != _SHA2 or not 0 <= name[-1] - _SHA256 < 3 or bytes(own[at:end]) not in (b"", _NULL):
        raise ValueError("%s: PSS without SHA-256, SHA-384 or SHA-512" % _WHAT)
    return "PSS", 256 + 128 * (name[-1] - _SHA256), salt


def prefix(bits: int) -> bytes:
    """What stands before a hash in a PKCS #1 v1.5 signature (RFC 8017 §9.2)."""
    name = _SHA2 + bytes((_SHA256 + (bits - 256) // 128,))
    algorithm = der.sequence(der.wrap(der.OBJECT, name), _NULL)
    return bytes((0x30, len(algorithm) + 2 + bits // 8)) + algorithm + bytes((der.OCTET_STRING, bits // 8))


def digest(bits: int, data):
    """A generator that returns the SHA-256, SHA-384 or SHA-512 of data. MicroPython has the first only."""
    if bits == 256:
        return hashlib.sha256(data).digest()
    from . import sha512

    return (yield from sha512.digest(bits, data))


def verify(key_kind: str, key, algorithm: tuple, hashed: bytes, signed):
    """A generator that returns whether a hash has been signed by an algorithm, which is as signature() tells it, with
    the private key that belongs to a Certificate's."""
    kind, bits, salt = algorithm
    if (kind == "EC") != (key_kind == "EC"):
        return False
    if kind == "EC":
        from . import curve

        return (yield from curve.verify(key, hashed, signed))
    from . import rsa

    key = _numbers(key)
    if kind == "RSA":
        return (yield from rsa.verify(key, signed, prefix(bits) + hashed))
    return (yield from rsa.verify_pss(key, signed, hashed, bits, salt, digest))


def proved(proofs: list):
    """A generator that raises ValueError unless each of these is signed: (whose signature it is, a list of what
    verify() wants of every key that may have made it, of which one has to). What was looked at leaves the lists."""
    while proofs:
        whose, tries = proofs.pop(0)
        wrong = "signatureValue: its key has not signed the certificate before it"
        signed = False
        while tries and not signed:
            try:
                signed = yield from verify(*tries.pop(0))
            except ValueError as error:
                wrong = str(error)
        if not signed:
            raise ValueError("%s: %s" % (whose, wrong))


def strong(key_kind: str, key):
    """Raise ValueError unless a public key is of a strength that is still taken (whitepaper A00.FR.501 to 503)."""
    if key_kind == "EC":
        from . import curve

        if not curve.on_curve(key):
            raise ValueError("subjectPublicKey: not a point of its curve")
    else:
        from . import rsa

        rsa.modulus(_numbers(key))


def _numbers(key) -> list:
    # Here, for rsa.py would load der.py once more, where a sweep has come in between.
    return der.integers(memoryview(key), 2, "subjectPublicKey")
