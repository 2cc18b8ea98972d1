"""Reads the extensions of a certificate (RFC 5280 §4.2). An unknown one that is critical is refused."""

from ..base import loading
from . import der

loading.seldom(__name__)

# All that are known begin so; the last byte is what they are told apart by.
_KNOWN = b"\x55\x1d"
_KEY_USAGE = 0x0F
_SUBJECT_ALT_NAME = 0x11
_BASIC_CONSTRAINTS = 0x13
_EXTENDED_KEY_USAGE = 0x25
_MAX = 20
_PURPOSES_MAX = 8
_PATH_MAX = 100


def read(found, data, at: int, end: int):
    """A generator that fills in what the extensions say of a Certificate. Raises ValueError."""
    if at == end:
        raise ValueError("extensions: none")
    seen = []
    while at < end:
        begin, at = der.expect(data, at, end, der.SEQUENCE, "extension")
        name, begin = der.name(data, begin, at, "extension")
        if name in seen:
            raise ValueError("extension %s: twice" % _dotted(name))
        seen.append(name)
        if len(seen) > _MAX:
            raise ValueError("extensions: more than %d" % _MAX)
        critical = data[begin : begin + 3] == b"\x01\x01\xff"
        begin, value_end = der.inside(data, begin + 3 if critical else begin, at, der.OCTET_STRING, "extension")
        kind = name[2] if len(name) == 3 and name[:2] == _KNOWN else None
        if kind == _BASIC_CONSTRAINTS:
            _basic_constraints(found, data, begin, value_end)
        elif kind == _KEY_USAGE:
            begin, value_end = der.inside(data, begin, value_end, der.BIT_STRING, "keyUsage")
            spare = data[begin] if begin < value_end else 8
            if not 1 < value_end - begin < 4 or spare > 7 or data[value_end - 1] & (1 << spare) - 1:
                raise ValueError("keyUsage: not some of 9 bits")
            found.usage = data[begin + 1]
        elif kind == _EXTENDED_KEY_USAGE:
            found.purposes = _purposes(data, begin, value_end)
        elif kind == _SUBJECT_ALT_NAME:
            _alternative_names(data, begin, value_end)
        elif critical:
            raise ValueError("extension %s: critical, and not known here" % _dotted(name))
        yield None


def _basic_constraints(found, data, at: int, end: int):
    at, end = der.inside(data, at, end, der.SEQUENCE, "basicConstraints")
    if data[at:end][:3] == b"\x01\x01\xff":
        found.authority = True
        at += 3
        if at < end:
            begin, at = der.expect(data, at, end, der.INTEGER, "pathLenConstraint")
            found.path = min(int.from_bytes(der.unsigned(data, begin, at, "pathLenConstraint")[:2], "big"), _PATH_MAX)
    if at != end:
        raise ValueError("basicConstraints: more than cA and pathLenConstraint")


def _purposes(data, at: int, end: int) -> tuple:
    at, end = der.inside(data, at, end, der.SEQUENCE, "extKeyUsage")
    found = []
    while at < end:
        name, at = der.name(data, at, end, "extKeyUsage")
        found.append(name)
    if not 0 < len(found) <= _PURPOSES_MAX:
        raise ValueError("extKeyUsage: not 1 to %d purposes" % _PURPOSES_MAX)
    return tuple(found)


def _alternative_names(data, at: int, end: int):
    """Names that nobody here asks for: the TLS library does, of servers. They must be there, and names."""
    at, end = der.inside(data, at, end, der.SEQUENCE, "subjectAltName")
    if at == end:
        raise ValueError("subjectAltName: empty")
    while at < end:
        tag, _, at = der.element(data, at, end)
        if tag & 0xC0 != 0x80:
            raise ValueError("subjectAltName: tag %02x" % tag)


def _dotted(name: bytes) -> str:
    """An OBJECT IDENTIFIER as people write it."""
    parts = [min(name[0] // 40, 2)]
    parts.append(name[0] - 40 * parts[0])
    number = 0
    for byte in name[1:16]:
        number = number << 7 | byte & 127
        if byte < 128:
            parts.append(number)
            number = 0
    return ".".join([str(part) for part in parts])
