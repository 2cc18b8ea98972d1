"""Checks a firmware package: who signed it, for which board, chip and version it is, and whether it is whole.

A package is a line of JSON (the manifest: format, board, chip, version, size and sha256 of the image), a line with the
signature of the first line in hexadecimal digits (RSA with SHA-256, PKCS #1 v1.5), and the image.
"""

import hashlib
import json
from binascii import hexlify, unhexlify

from . import loading

loading.seldom(__name__)

# What the two lines may have at most, each with its end.
_LINE_MAX = 1024
HEAD_MAX = 2 * _LINE_MAX
_VERSION_MAX = 50
_PIECE = 512


async def signed(digest: bytes, signature: int, length: int, modulus: int, rest) -> bool:
    """Whether what has this SHA-256 has been signed, in so many bytes, with the key that belongs to a modulus.

    `await rest()` comes between the steps.
    """
    from . import rsa

    work = rsa.signed(rsa.SHA256 + digest, signature, length, modulus)
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value
        await rest()


def _line(file) -> bytes:
    """The next line, of bounded length: a file that is not a package may have no line end, and readline() would take
    all the RAM at once."""
    begin = file.tell()
    line = b""
    while len(line) < _LINE_MAX:
        piece = file.read(128)
        end = piece.find(b"\n") + 1
        line += piece[:end] if end else piece
        if end or not piece:
            break
    file.seek(begin + len(line))
    return line


def _signature(file) -> tuple:
    """(number, bytes) of the next line, which is hexadecimal digits. Raises ValueError. The line as a whole is never
    in RAM, which may have no such piece any more."""
    number = size = 0
    while size < _LINE_MAX // 2:
        at = file.tell()
        piece = file.read(64)
        end = piece.find(b"\n")
        digits = unhexlify(piece if end < 0 else piece[:end])
        number = (number << 8 * len(digits)) + int.from_bytes(digits, "big")
        size += len(digits)
        if end >= 0:
            file.seek(at + end + 1)
            return number, size
        if not piece:
            break
    raise ValueError("no end")


def _skip_line(file):
    """Go to the line behind the next one. Raises ValueError."""
    size = 0
    while size <= _LINE_MAX:
        at = file.tell()
        piece = file.read(64)
        end = piece.find(b"\n")
        if end >= 0:
            file.seek(at + end + 1)
            return
        if not piece:
            break
        size += len(piece)
    raise ValueError("no end")


def head_end(data: bytes) -> int:
    """Where the image begins in the first bytes of a package, or 0 while they are too few. Raises ValueError."""
    first = data.find(b"\n") + 1
    end = data.find(b"\n", first) + 1 if first else 0
    if end > HEAD_MAX or (not end and len(data) >= HEAD_MAX):
        raise ValueError("package: it does not begin with a manifest and a signature")
    return end


def begins(file) -> bool:
    """Whether the manifest and the signature are there already. Raises ValueError when they never will be."""
    found = size = 0
    while found < 2:
        piece = file.read(128)
        if not piece:
            return False
        found += piece.count(b"\n")
        size += len(piece)
        if size > HEAD_MAX and found < 2:
            raise ValueError("package: it does not begin with a manifest and a signature")
    return True


async def manifest(file, terms, rest, proved: bool = True) -> dict:
    """The manifest, and the file stands where the image begins. Raises ValueError with what is wrong, MemoryError.

    `terms` are those of update/terms.py. Without `proved` its signature is not looked at.
    """
    line = _line(file)
    try:
        if line.count(b"{") != 1 or b"[" in line:  # nothing that is large in RAM though it is short here
            raise ValueError("nested")
        found = json.loads(line)
        line = hashlib.sha256(line).digest()
        signature, length = _signature(file) if proved else (_skip_line(file), 0)
        version, size, digest = found["version"], found["size"], found["sha256"]
    except (ValueError, TypeError, KeyError):
        raise ValueError("package: it does not begin with a manifest and a signature") from None
    if found.get("format") != 1:
        raise ValueError("package: format %s is not one that this firmware knows" % str(found.get("format"))[:20])
    if proved and not await signed(line, signature, length, terms.modulus, rest):
        raise ValueError("package: the signature is not right")
    for name, wanted in (("board", terms.kind), ("chip", terms.chip)):
        if found.get(name) != wanted:
            raise ValueError("package: it is for %s %s, and this is %s" % (name, found.get(name), wanted))
    if type(size) is not int or type(digest) is not str or type(version) is not str:
        raise ValueError("package: the manifest makes no sense")
    if size < 0 or not 0 < len(version) <= _VERSION_MAX:
        raise ValueError("package: the manifest makes no sense")
    if not terms.allow_older and order(version) < order(terms.running):
        raise ValueError("package: version %s is older than %s, which runs here" % (version, terms.running))
    return found


async def check(file, terms, rest) -> dict:
    """The manifest of a package that is right from beginning to end; `await rest()` lets the others run meanwhile.

    Raises ValueError with what is wrong.
    """
    found = await manifest(file, terms, rest)
    digest = hashlib.sha256()
    size = 0
    # One small buffer: a station that has been at work for long has no large piece of RAM left.
    buffer = bytearray(_PIECE)
    while True:
        count = file.readinto(buffer)
        if not count:
            break
        digest.update(memoryview(buffer)[:count])
        size += count
        await rest()
    if size != found["size"]:
        raise ValueError("package: the image has %d bytes, the manifest says %d" % (size, found["size"]))
    if hexlify(digest.digest()).decode() != found["sha256"]:
        raise ValueError("package: the image is damaged")
    return found


def order(version: str) -> tuple:
    """What versions are compared by. 1.10 is newer than 1.9, 1.2 the same as 1.2.0 and as 1.2+anything.

    What follows the numbers comes before them alone, as in semantic versions: 1.2-rc2 < 1.2-rc10 < 1.2.
    """
    version = version.split("+")[0].lstrip("vV")
    end = 0
    while end < len(version) and version[end] in "0123456789.":
        end += 1
    numbers = [int(part or "0") for part in version[:end].split(".")]
    while numbers and not numbers[-1]:
        numbers.pop()
    words = [None]  # a number is (0, number), so that it comes before letters, which are (1, letters)
    for one in version[end:]:
        digit = one in "0123456789"
        kind, word = words[-1] or (None, None)
        if one in ".-_":
            words.append(None)
        elif kind == (0 if digit else 1):
            words[-1] = (0, word * 10 + int(one)) if digit else (1, word + one)
        else:
            words.append((0, int(one)) if digit else (1, one))
    words = [word for word in words if word]
    return numbers, not words, words
