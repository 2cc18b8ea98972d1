"""Makes the request that a certificate authority makes a certificate of (PKCS #10, RFC 2986), for a key on P-256."""

import hashlib

from ..base import loading
from . import der, p256

loading.seldom(__name__)

_UTF8 = 0x0C
_ECDSA_SHA256 = b"\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x02"
# RFC 5280, appendix A.1: ub-common-name and ub-organization-name.
NAME_MAX = 64


def make(private: bytes, public: bytes, common_name: str, organization: str):
    """A generator that returns the request as PEM: the subject is O, which is CpoName, and CN, which is the serial
    number of the Charge Point (whitepaper A00.FR.509 and 511).

    Raises ValueError when one of them is empty or longer than 64 bytes.
    """
    parts = []
    for what, kind, text in (
        ("organization", der.ORGANIZATION, organization),
        ("common name", der.COMMON_NAME, common_name),
    ):
        text = text.encode()
        if not 0 < len(text) <= NAME_MAX:
            raise ValueError("%s: %d bytes of UTF-8; 1 to %d are allowed" % (what, len(text), NAME_MAX))
        text = der.wrap(_UTF8, text)
        parts.append(der.wrap(der.SET, der.sequence(der.wrap(der.OBJECT, kind), text)))
    key = der.sequence(der.sequence(der.EC_P256), der.wrap(der.BIT_STRING, b"\x00", public))
    # Version 0, and no attributes.
    asked = der.sequence(b"\x02\x01\x00", der.sequence(*parts), key, b"\xa0\x00")
    yield None
    signature = yield from p256.sign(private, hashlib.sha256(asked).digest())
    yield None
    algorithm = der.sequence(_ECDSA_SHA256)
    whole = der.sequence(asked, algorithm, der.wrap(der.BIT_STRING, b"\x00", signature))
    return der.pem("CERTIFICATE REQUEST", whole)


def private_key(private: bytes, public: bytes) -> str:
    """A key pair as PEM, the way TLS libraries read it (RFC 5915)."""
    inner = der.wrap(0xA1, der.wrap(der.BIT_STRING, b"\x00", public))
    curve = der.wrap(0xA0, der.EC_P256[9:])
    whole = der.sequence(b"\x02\x01\x01", der.wrap(der.OCTET_STRING, private), curve, inner)
    return der.pem("EC PRIVATE KEY", whole)
