"""Reads and writes DER, the form of keys and certificates, and PEM, the text around it. Everything has a bound.

Of the encodings that BER allows, only the one that DER allows is taken (X.690 §10): definite lengths in their shortest
form, integers in theirs. An element is (tag, begin, end): where its content lies in the data.
"""

from binascii import a2b_base64, b2a_base64

from ..base import loading

loading.seldom(__name__)

SEQUENCE = 0x30
SET = 0x31
INTEGER = 0x02
BIT_STRING = 0x03
OCTET_STRING = 0x04
OBJECT = 0x06

# OBJECT IDENTIFIERs, encoded: of attributes of a name, and (with their tags) of a key on P-256.
COMMON_NAME = b"\x55\x04\x03"
ORGANIZATION = b"\x55\x04\x0a"
EC_P256 = b"\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07"

# A certificate of 5500 characters (InstallCertificate) has fewer bytes.
MAX = 4160
_NAME_MAX = 63
_PEM_LINE = 64
# Characters that are looked at in one go.
_PIECE = 128
_BLANKS = b" \n\r\t"


def element(data, at: int, end: int) -> tuple:
    """(tag, begin, end) of what begins here and does not reach beyond `end`. Raises ValueError."""
    if at + 2 > end:
        raise ValueError("DER: cut off")
    tag = data[at]
    length = data[at + 1]
    at += 2
    if tag & 31 == 31:
        raise ValueError("DER: a tag of more than one byte")
    if length > 127:
        digits = length & 127
        if not 0 < digits < 3 or at + digits > end:
            raise ValueError("DER: a length that is indefinite, too long or cut off")
        length = int.from_bytes(data[at : at + digits], "big")
        at += digits
        if length < (128 if digits == 1 else 256):
            raise ValueError("DER: a length that is not written in the shortest way")
    if at + length > end:
        raise ValueError("DER: longer than what it is in")
    return tag, at, at + length


def expect(data, at: int, end: int, tag: int, what: str) -> tuple:
    """(begin, end) of the content of what begins here and must have this tag. Raises ValueError."""
    found, begin, end = element(data, at, end)
    if found != tag:
        raise ValueError("%s: tag %02x where %02x belongs" % (what, found, tag))
    return begin, end


def inside(data, at: int, end: int, tag: int, what: str) -> tuple:
    """expect() of something that nothing may follow."""
    begin, own_end = expect(data, at, end, tag, what)
    if own_end != end:
        raise ValueError("%s: %d bytes too many" % (what, end - own_end))
    return begin, own_end


def name(data, at: int, end: int, what: str) -> tuple:
    """(an OBJECT IDENTIFIER's content as bytes, where it ends). Raises ValueError."""
    begin, end = expect(data, at, end, OBJECT, what)
    found = bytes(data[begin:end])
    if not 0 < len(found) <= _NAME_MAX or found[-1] > 127 or found[0] == 128:
        raise ValueError("%s: an object identifier that is none" % what)
    for at in range(len(found) - 1):
        if found[at] < 128 and found[at + 1] == 128:
            raise ValueError("%s: an object identifier that is not written in the shortest way" % what)
    return found, end


def unsigned(data, begin: int, end: int, what: str):
    """The bytes of an INTEGER's content that must not be negative, without a leading zero. Raises ValueError."""
    if begin == end:
        raise ValueError("%s: an integer without digits" % what)
    if data[begin] > 127:
        raise ValueError("%s: negative" % what)
    if end - begin > 1 and data[begin] == 0:
        begin += 1
        if data[begin] < 128:
            raise ValueError("%s: an integer that is not written in the shortest way" % what)
    return data[begin:end]


def integers(data, count: int, what: str = "signature") -> list:
    """The bytes of each INTEGER in a SEQUENCE of so many, none of them negative. Raises ValueError."""
    at, end = inside(data, 0, len(data), SEQUENCE, what)
    found = []
    while at < end and len(found) < count:
        begin, at = expect(data, at, end, INTEGER, what)
        found.append(unsigned(data, begin, at, what))
    if at != end or len(found) != count:
        raise ValueError("%s: not %d integers" % (what, count))
    return found


def wrap(tag: int, *parts) -> bytes:
    """An element of this tag around encoded parts."""
    content = b"".join(parts)
    length = len(content)
    if length < 128:
        return bytes((tag, length)) + content
    digits = 1 if length < 256 else 2
    return bytes((tag, 128 | digits)) + length.to_bytes(digits, "big") + content


def sequence(*parts) -> bytes:
    """A SEQUENCE of encoded parts."""
    return wrap(SEQUENCE, *parts)


def integer(number: int) -> bytes:
    """An INTEGER of a number that is not negative."""
    size = 1
    while number >> 8 * size - 1:
        size += 1
    return wrap(INTEGER, number.to_bytes(size, "big"))


def pem(label: str, data: bytes) -> str:
    """The text of encoded data, in lines of 64 characters (RFC 7468)."""
    lines = ["-----BEGIN %s-----\n" % label]
    for at in range(0, len(data), _PEM_LINE * 3 // 4):
        lines.append(b2a_base64(data[at : at + _PEM_LINE * 3 // 4]).decode())
    lines.append("-----END %s-----\n" % label)
    return "".join(lines)


def _read(source):
    """The bytes of a text or of an open file, piece by piece."""
    if hasattr(source, "read"):
        piece = source.read(_PIECE)
        while piece:
            yield piece
            piece = source.read(_PIECE)
    else:
        for at in range(0, len(source), _PIECE):
            yield source[at : at + _PIECE].encode()


def blocks(source, label: str = "CERTIFICATE", held: bool = False):
    """A generator of the encoded data of each block with this label in a text, or in a file that is open for reading;
    None comes after each piece of work. With `held` each is in a list of its own: whoever empties it is the only one
    who still has it, for a generator keeps what it has given until it goes on.

    Between blocks there may be blanks and line ends only. Raises ValueError.
    """
    begin, end = ("-----BEGIN %s-----" % label).encode(), ("-----END %s-----" % label).encode()
    pieces = _read(source)
    source = None
    rest = b""
    while True:
        rest = _ahead(rest.lstrip(_BLANKS), pieces, len(begin), _BLANKS)
        if not rest:
            return
        if rest[: len(begin)] != begin:
            raise ValueError("PEM: no %s where one belongs" % begin.decode())
        rest = rest[len(begin) :]
        found, filled, digits = None, 0, b""
        while True:
            stop = rest.find(b"-")  # no digit of base64: the end begins here
            digits += b"".join((rest if stop < 0 else rest[:stop]).split())
            whole = len(digits) if stop >= 0 else len(digits) & ~3
            part = _decoded(digits[:whole])
            digits = digits[whole:]
            if not found:
                found = bytearray(_announced(part))  # in one piece from the start: grown, it would move about
            if filled + len(part) > len(found):
                found = found[:filled] + part
            else:
                found[filled : filled + len(part)] = part
            filled += len(part)
            if len(found) > MAX:
                raise ValueError("PEM: more than %d bytes" % MAX)
            yield None
            if stop >= 0:
                rest = _ahead(rest[stop:], pieces, len(end))
                break
            rest = next(pieces, b"")
            if not rest:
                break
        if rest[: len(end)] != end:
            raise ValueError("PEM: no %s" % end.decode())
        if not filled:
            raise ValueError("PEM: nothing between its lines")
        rest = rest[len(end) :]
        given, found, part, digits = [found if filled == len(found) else found[:filled]], None, None, None
        yield given if held else given.pop()


def _announced(part: bytes) -> int:
    """How many bytes an element has by its own first ones, those that are there at least."""
    size = len(part)
    if size > 3 and part[1] == 0x82:
        size = max(size, 4 + int.from_bytes(part[2:4], "big"))
    if size > MAX:
        raise ValueError("PEM: more than %d bytes" % MAX)
    return size


def _ahead(rest: bytes, pieces, size: int, blanks: "bytes | None" = None) -> bytes:
    """The bytes that come next, so many at least where there are; without the blanks that they begin with."""
    while len(rest) < size:
        piece = next(pieces, b"")
        if not piece:
            break
        rest += piece
        if blanks:
            rest = rest.lstrip(blanks)
    return rest


def _decoded(digits: bytes) -> bytes:
    """What base64 stands for. Raises ValueError."""
    try:
        part = a2b_base64(digits)
    except ValueError:
        part = b""
    # It is base64 if it would be written so: both interpreters ignore characters that are not.
    if b2a_base64(part)[:-1] != digits:
        raise ValueError("PEM: what is between its lines is not base64")
    return part


def only(source, label: str = "CERTIFICATE"):
    """A generator that returns the data of the one block that a text or a file must have. Raises ValueError."""
    found = None
    for block in blocks(source, label):
        if found:  # there is more work, so there is more than one
            raise ValueError("PEM: more than one block, where one is allowed")
        found = block
        yield None
    if not found:
        raise ValueError("PEM: nothing, where one block belongs")
    return found
