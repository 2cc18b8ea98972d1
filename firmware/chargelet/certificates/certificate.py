"""Reads an X.509 certificate (RFC 5280 §4): the fields that a charging station needs, and refuses whatever is odd."""

from ..base import loading
from ..base.timestamp import from_text
from . import algorithms, der, extensions

loading.seldom(__name__)

# AlgorithmIdentifiers of keys, encoded, without their tag
_EC_P384 = der.EC_P256[:9] + b"\x06\x05\x2b\x81\x04\x00\x22"
_RSA = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00"

_NAME_MAX = 512
# UTF8String, NumericString, PrintableString, IA5String; TeletexString, which may hold any bytes
_TELETEX = 0x14
_STRINGS = b"\x0c\x12\x13\x16\x14"


class Certificate:
    """What parse() has found. Texts that are memoryviews lie in `encoded`.

    `hashed` is what the signature is over; `algorithm` is (EC, RSA or PSS, bits of the SHA-2, length of the salt);
    `begins` and `ends` are seconds since 2000; `key_kind` is EC (P-256 or P-384) or RSA and `key` the content of
    subjectPublicKey; `authority` is basicConstraints' cA and `path` its pathLenConstraint or None; `usage` is the first
    byte of keyUsage or None; `purposes` are the OIDs of extendedKeyUsage or None.
    """

    def __init__(self, encoded):
        self.encoded = memoryview(encoded)
        self.hashed = self.serial = self.issuer = self.subject = self.key = self.signature = None
        self.algorithm = self.key_kind = self.begins = self.ends = None
        self.authority = False
        self.path = self.usage = self.purposes = None

    def forget(self):
        """Keep no more than whose it is: the subject and the key. What it was read from may go then."""
        self.subject, self.key = bytes(self.subject), bytes(self.key)
        self.encoded = self.hashed = self.serial = self.issuer = self.signature = None


def parse(encoded):
    """A generator that returns the Certificate of DER. Raises ValueError with what is wrong."""
    if len(encoded) > der.MAX:
        raise ValueError("certificate: more than %d bytes" % der.MAX)
    found = Certificate(encoded)
    data = found.encoded
    begin, end = der.inside(data, 0, len(data), der.SEQUENCE, "certificate")
    at, hashed_end = der.expect(data, begin, end, der.SEQUENCE, "tbsCertificate")
    found.hashed = data[begin:hashed_end]
    algorithm_begin, after = der.expect(data, hashed_end, end, der.SEQUENCE, "signatureAlgorithm")
    found.algorithm = algorithms.signature(data, algorithm_begin, after)
    signature, end = der.inside(data, after, end, der.BIT_STRING, "signatureValue")
    found.signature = _bits(data, signature, end, "signatureValue")
    yield None
    end = hashed_end
    if data[at : at + 5] != b"\xa0\x03\x02\x01\x02":
        raise ValueError("version: not 3")
    begin, at = der.expect(data, at + 5, end, der.INTEGER, "serialNumber")
    found.serial = der.unsigned(data, begin, at, "serialNumber")
    if len(found.serial) > 20:
        raise ValueError("serialNumber: more than 20 bytes")
    begin, at = der.expect(data, at, end, der.SEQUENCE, "signature")
    if data[begin:at] != data[algorithm_begin:after]:
        raise ValueError("signature: another algorithm inside than outside")
    found.issuer, at = _name(data, at, end, "issuer")
    yield None
    begin, at = der.expect(data, at, end, der.SEQUENCE, "validity")
    found.begins, begin = _time(data, begin, at)
    found.ends, begin = _time(data, begin, at)
    if begin != at:
        raise ValueError("validity: more than two times")
    found.subject, at = _name(data, at, end, "subject")
    yield None
    begin, at = der.expect(data, at, end, der.SEQUENCE, "subjectPublicKeyInfo")
    _key(found, data, begin, at)
    yield None
    if at < end:
        begin, at = der.inside(data, at, end, 0xA3, "extensions")
        yield from extensions.read(found, data, *der.inside(data, begin, at, der.SEQUENCE, "extensions"))
    return found


def _bits(data, begin: int, end: int, what: str):
    """The content of a BIT STRING of whole bytes."""
    if begin == end or data[begin]:
        raise ValueError("%s: not whole bytes" % what)
    return data[begin + 1 : end]


def _name(data, at: int, end: int, what: str) -> tuple:
    """(a Name as it is encoded, where it ends)."""
    _, own_end = der.expect(data, at, end, der.SEQUENCE, what)
    if own_end - at > _NAME_MAX:
        raise ValueError("%s: more than %d bytes" % (what, _NAME_MAX))
    name = data[at:own_end]
    for _ in attributes(name, what):
        pass
    return name, own_end


def attributes(name, what: str = "name"):
    """A generator of (OID, value) of each attribute of a Name. Raises ValueError."""
    at, end = der.inside(name, 0, len(name), der.SEQUENCE, what)
    while at < end:
        begin, at = der.expect(name, at, end, der.SET, what)
        if begin == at:
            raise ValueError("%s: an empty set" % what)
        kinds = []
        while begin < at:
            inner, begin = der.expect(name, begin, at, der.SEQUENCE, what)
            kind, value = der.name(name, inner, begin, what)
            tag, first, last = der.element(name, value, begin)
            if last != begin or tag not in _STRINGS or kind in kinds:
                raise ValueError("%s: not one string for each kind of attribute" % what)
            kinds.append(kind)
            if tag != _TELETEX:
                try:
                    bytes(name[first:last]).decode()
                except ValueError:
                    raise ValueError("%s: a string that is not UTF-8" % what) from None
            yield kind, name[first:last]


def attribute(name, kind: bytes) -> list:
    """The values of all attributes of a kind, COMMON_NAME or ORGANIZATION, as bytes."""
    return [bytes(value) for own, value in attributes(name) if own == kind]


def _time(data, at: int, end: int) -> tuple:
    """(seconds since 2000, where it ends) of a UTCTime or GeneralizedTime (RFC 5280 §4.1.2.5)."""
    tag, begin, end = der.element(data, at, end)
    text = bytes(data[begin:end])
    size = {0x17: 13, 0x18: 15}.get(tag)
    if len(text) != size or text[-1:] != b"Z" or not text[:-1].isdigit():
        raise ValueError("validity: not a time in UTC with seconds")
    text = text.decode()
    if size == 13:
        text = ("20" if text < "50" else "19") + text
    try:
        parts = text[:4], text[4:6], text[6:8], text[8:10], text[10:12], text[12:14]
        return from_text("%s-%s-%sT%s:%s:%sZ" % parts), end
    except ValueError:
        raise ValueError("validity: %s is no time" % text) from None


def _key(found, data, at: int, end: int):
    """Read subjectPublicKeyInfo: RSA, or EC on P-256 or P-384."""
    begin, at = der.expect(data, at, end, der.SEQUENCE, "subjectPublicKeyInfo")
    kind = bytes(data[begin:at])
    begin, end = der.inside(data, at, end, der.BIT_STRING, "subjectPublicKey")
    found.key = _bits(data, begin, end, "subjectPublicKey")
    if kind in (der.EC_P256, _EC_P384):
        found.key_kind = "EC"
        if len(found.key) != (65 if kind == der.EC_P256 else 97) or found.key[0] != 4:
            raise ValueError("subjectPublicKey: not an uncompressed point of its curve")
    elif kind == _RSA:
        found.key_kind = "RSA"
        der.integers(found.key, 2, "subjectPublicKey")
    else:
        raise ValueError("subjectPublicKey: neither RSA nor EC on P-256 or P-384")
