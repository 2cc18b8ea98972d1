"""A certificate authority that both interpreters have: makes certificates by the firmware's own signer and DER writer.

host_tests/laptop/test_certificates.py holds them against the package cryptography.
"""

import hashlib

from chargelet.base.pieces import finish
from chargelet.base.timestamp import to_text
from chargelet.certificates import algorithms, chain, der, p256

NOON = 848491200  # 2026-11-20T12:00:00Z
_YEAR = 31536000
_ECDSA_SHA256 = b"\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x02"
CLIENT_AUTH = b"\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x02"
CODE_SIGNING = b"\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x03"

_keys = {}


def key(number: int) -> tuple:
    """(private, public) of a key that is not secret at all."""
    if number not in _keys:
        private = hashlib.sha256(b"%d" % number).digest()
        _keys[number] = private, finish(p256.public_key(private))
    return _keys[number]


def name(common_name, organization="Operator"):
    parts = [(der.ORGANIZATION, organization), (der.COMMON_NAME, common_name)]
    sets = [
        der.wrap(der.SET, der.sequence(der.wrap(der.OBJECT, kind), der.wrap(0x0C, text.encode())))
        for kind, text in parts
    ]
    return der.sequence(*sets)


def moment(seconds):
    text = to_text(seconds)
    for one in "-:T":
        text = text.replace(one, "")
    return der.wrap(0x17, text[2:].encode()) if text < "2050" else der.wrap(0x18, text.encode())


def extension(last, value, critical=True):
    parts = [der.wrap(der.OBJECT, b"\x55\x1d" + bytes((last,)))]
    if critical:
        parts.append(b"\x01\x01\xff")
    return der.sequence(*parts + [der.wrap(der.OCTET_STRING, value)])


def constraints(authority, path=None):
    parts = [b"\x01\x01\xff"] if authority else []
    if path is not None:
        parts.append(der.integer(path))
    return extension(0x13, der.sequence(*parts))


def usage(bits):
    return extension(0x0F, der.wrap(der.BIT_STRING, bytes((0, bits))))


def make(
    subject, public, issuer, private, authority=False, serial=4095, begins=NOON - _YEAR, ends=NOON + _YEAR,
    extensions=None, algorithm=_ECDSA_SHA256, organization="Operator",
):  # fmt: skip
    """A certificate in DER."""
    if extensions is None:
        extensions = [constraints(authority), usage(0x06 if authority else 0x80)]
        if not authority:
            extensions.append(extension(0x25, der.sequence(CLIENT_AUTH), False))
    hashed = der.sequence(
        b"\xa0\x03\x02\x01\x02",
        der.integer(serial),
        der.sequence(algorithm),
        name(issuer),
        der.sequence(moment(begins), moment(ends)),
        name(subject, organization),
        der.sequence(der.sequence(der.EC_P256), der.wrap(der.BIT_STRING, b"\x00", public)),
        der.wrap(0xA3, der.sequence(*extensions)),
    )
    signature = finish(p256.sign(private, hashlib.sha256(hashed).digest()))
    return der.sequence(hashed, der.sequence(algorithm), der.wrap(der.BIT_STRING, b"\x00", signature))


def root(number, common_name=None, by=None, **given):
    """A root that has signed itself, or that the root `by` has signed; roots are called Root 1, 2, …"""
    issuer = number if by is None else by
    common_name = common_name or "Root %d" % number
    issuer_name = common_name if by is None else "Root %d" % by
    return make(common_name, key(number)[1], issuer_name, key(issuer)[0], True, **given)


def pem(*certificates):
    return "".join([der.pem("CERTIFICATE", one) for one in certificates])


def check(encoded, roots, *given):
    """A generator that returns the first Certificate of a chain that is right, signatures too. It is given what
    chain.examined() is. Raises ValueError."""
    first, proofs = yield from chain.examined(encoded, lambda like=None: roots(), *given)
    yield from algorithms.proved(proofs)
    return first
